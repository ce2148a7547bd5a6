"""The effects of an incident: what Slack and the mail server are asked to do.

There are two sorts. An *outbound message* is posted once, under its key. *State* (the card, a
topic, members, a pin) is compared with what was shown last, and only the newest counts: each piece
has a `digest` of the facts it shows and is updated when the digest changes.

Which are wanted and not done: `pending.py`.
"""

from dataclasses import dataclass

from bot.streams.effect import EffectDefaults, Guarantee, Urgency
from bot.streams.message import OutboundMessage


@dataclass(frozen=True, slots=True)
class OpenChannel(EffectDefaults):
    """Open the incident's channel. `pages`: the people who are paged and will look for it."""

    pages: bool = False
    digest: str = ""

    @property
    def key(self) -> str:
        return "channel"

    @property
    def urgency(self) -> Urgency:
        return Urgency.UPDATE if self.pages else Urgency.INVITE

    @property
    def guarantee(self) -> Guarantee:
        return Guarantee.CLAIMED


@dataclass(frozen=True, slots=True)
class PostMessage(EffectDefaults):
    """Post a message. Messages to one conversation are posted in order."""

    message: OutboundMessage
    digest: str = ""

    @property
    def key(self) -> str:
        return self.message.key

    @property
    def lane(self) -> str:
        return f"say:{self.message.to}"

    @property
    def urgency(self) -> Urgency:
        return self.message.kind.urgency

    @property
    def guarantee(self) -> Guarantee:
        return Guarantee.SEARCHABLE


@dataclass(frozen=True, slots=True)
class EditMessage(EffectDefaults):
    """Update a posted message in place."""

    message: OutboundMessage
    digest: str

    @property
    def key(self) -> str:
        return f"edit:{self.message.key}"

    @property
    def urgency(self) -> Urgency:
        return max(self.message.kind.urgency, Urgency.UPDATE)  # what changes is read later


@dataclass(frozen=True, slots=True)
class Invite(EffectDefaults):
    """Invite a person to the channel. `declares`: they declared the incident; their invitation
    comes first.
    """

    user: str
    declares: bool = False
    digest: str = "in"

    @property
    def key(self) -> str:
        return f"member:{self.user}"

    @property
    def urgency(self) -> Urgency:
        return Urgency.UPDATE if self.declares else Urgency.INVITE

    @property
    def starts_first(self) -> bool:
        return self.declares


@dataclass(frozen=True, slots=True)
class RejoinChannel(EffectDefaults):
    """Join the incident's public channel again. `digest`: which loss of it this is about."""

    digest: str

    @property
    def key(self) -> str:
        return "rejoin"

    @property
    def urgency(self) -> Urgency:
        return Urgency.UPDATE


@dataclass(frozen=True, slots=True)
class SetTopic(EffectDefaults):
    digest: str

    @property
    def key(self) -> str:
        return "topic"


@dataclass(frozen=True, slots=True)
class RenameChannel(EffectDefaults):
    """Name the channel after the title. `digest`: the title."""

    digest: str

    @property
    def key(self) -> str:
        return "name"

    @property
    def urgency(self) -> Urgency:
        return Urgency.DECORATION


@dataclass(frozen=True, slots=True)
class PinCard(EffectDefaults):
    """Pin the message `face` (its ts) in the incident's channel."""

    digest: str

    @property
    def key(self) -> str:
        return "pin"


@dataclass(frozen=True, slots=True)
class Bookmark(EffectDefaults):
    title: str
    digest: str  # the link

    @property
    def key(self) -> str:
        return f"bookmark:{self.title}"


@dataclass(frozen=True, slots=True)
class ReadMessage(EffectDefaults):
    """Read the message `ts` in `channel` that somebody pinned to the timeline."""

    ts: str
    digest: str = ""
    channel: str = ""

    @property
    def key(self) -> str:
        return f"read:{self.ts}"


@dataclass(frozen=True, slots=True)
class ReadGroup(EffectDefaults):
    """Ask who is in the group that event `seq` pages or tells. Refused, it has reached no one, so
    its key is that of the page."""

    seq: int
    group: str
    key_of_page: str
    digest: str = ""

    @property
    def key(self) -> str:
        return self.key_of_page

    @property
    def lane(self) -> str:
        return f"group:{self.key_of_page}"

    @property
    def urgency(self) -> Urgency:
        return Urgency.PAGE


@dataclass(frozen=True, slots=True)
class CheckAddress(EffectDefaults):
    """Ask Slack whether the address of this subscription is its owner's own."""

    subscription: int
    user: str
    address: str
    digest: str = ""

    @property
    def key(self) -> str:
        return f"address:{self.subscription}"


@dataclass(frozen=True, slots=True)
class SendMail(EffectDefaults):
    """Send the message by e-mail. A mail can't be searched for or taken back."""

    message: OutboundMessage
    digest: str = ""

    @property
    def key(self) -> str:
        return self.message.key

    @property
    def lane(self) -> str:
        return f"say:{self.message.to}"

    @property
    def guarantee(self) -> Guarantee:
        return Guarantee.AT_MOST_ONCE


SlackEffect = (
    OpenChannel
    | PostMessage
    | EditMessage
    | Invite
    | RejoinChannel
    | SetTopic
    | RenameChannel
    | PinCard
    | Bookmark
    | ReadMessage
    | ReadGroup
    | CheckAddress
)
Effect = SlackEffect | SendMail
