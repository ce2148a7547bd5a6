"""Effects: what Slack should show and doesn't yet.

There are two sorts. An *outbound message* is posted once, under its key. *State* (the card, a
topic, members, a pin) is compared with what was shown last, and only the newest counts: each piece
has a `digest` of the facts it shows and is updated when the digest changes.

So every crash, retry and restart has one remedy: compute `pending_effects` again.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.incident import fatigue, subscribers
from bot.incident.drafting import DraftPostmortem, drafts
from bot.incident.escalation import paged, subject
from bot.incident.events import Paged
from bot.incident.handoffs import offer_facts
from bot.incident.incident import Incident
from bot.incident.outbound import (
    ANNOUNCEMENTS,
    CARD,
    INCIDENT_CHANNEL,
    SOURCE,
    OutboundMessage,
    outbound_messages,
    still_relevant,
)
from bot.incident.reminders import answer_to, update_due
from bot.paging.outbound import page_facts
from bot.streams.effect import EffectDefaults, Guarantee, Urgency


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
        return Urgency.PAGE if self.message.kind == "page" else _urgency(self.message)

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
        return _urgency(self.message)


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
class SetTopic(EffectDefaults):
    digest: str

    @property
    def key(self) -> str:
        return "topic"


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
    """Read the message `ts` that somebody pinned to the timeline."""

    ts: str
    digest: str = ""

    @property
    def key(self) -> str:
        return f"read:{self.ts}"


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
    | SetTopic
    | PinCard
    | Bookmark
    | ReadMessage
    | CheckAddress
)
Effect = SlackEffect | SendMail | DraftPostmortem


def _urgency(message: OutboundMessage) -> Urgency:
    aside = message.to == ANNOUNCEMENTS or message.kind == subscribers.KIND
    return Urgency.DECORATION if aside else Urgency.UPDATE


TASKS_ON_CARD = 3  # the rest is only counted
FIRST = ("page", "nag", "update")  # messages that must not wait behind others


def pending_effects(incident: Incident) -> list[Effect]:
    """The effects that are neither done nor refused for good, most urgent first."""
    if not incident.history:
        return []
    unsaid = [
        _sending(message, digest(message, incident))
        for message in outbound_messages(incident)
        if message.key not in incident.said and still_relevant(message, incident)
    ]
    unsaid.sort(key=lambda each: each.message.kind not in FIRST)
    wanted: list[Effect] = [each for each in unsaid if each.message.to != INCIDENT_CHANNEL]
    if incident.channel is None:
        # links to the channel wait until it exists; a page waits for nothing
        if "channel" not in incident.failed:
            linked = (INCIDENT_CHANNEL, ANNOUNCEMENTS, incident.source)
            wanted = [each for each in unsaid if each.message.to not in linked]
        wanted.insert(0, OpenChannel(pages=bool(incident.severity.escalation)))
    elif not incident.channel_lost:
        members = [Invite(user, user == incident.declarer) for user in _members(incident)]
        wanted = [
            *members[:1],  # the declarer before everybody else
            *wanted,
            *(each for each in unsaid if each.message.to == INCIDENT_CHANNEL),
            *members[1:],
            *_state(incident),
            *(ReadMessage(ts) for ts, pin in incident.pins.items() if pin.is_unread),
        ]
    wanted += _edits(incident)
    wanted += _checks(incident)
    wanted += drafts(incident)
    return [each for each in wanted if not _done(each, incident)]


def begun(incident: Incident, keys: Collection[str]) -> list[Effect]:
    """Messages of these keys that were begun and are no longer wanted. Whether they were posted
    can still be looked up, unless the channel is gone.
    """
    here_is_gone = incident.channel is None or bool(incident.channel_lost)
    open_keys = set(keys) - incident.said.keys() - incident.failed.keys()
    return [
        _sending(message)
        for message in (outbound_messages(incident) if open_keys else ())
        if message.key in open_keys
        if not still_relevant(message, incident)
        and not (here_is_gone and message.to == INCIDENT_CHANNEL)
    ]


def digest(message: OutboundMessage, incident: Incident) -> str:
    """A digest of the facts in a message that may change later; empty if none may."""
    match message.kind:
        case "card":
            return _digest(
                incident.title,
                incident.severity_id,
                incident.stage,
                incident.roles,
                update_due(incident),
                incident.snoozed and incident.snoozed.by,
                ", ".join(incident.paging.acknowledged_by),
                problems(incident),
                incident.corrected.get("declared"),
                len(incident.open_tasks),
                [
                    (each.number, each.owner, each.overdue is None)
                    for each in incident.open_tasks[:TASKS_ON_CARD]
                ],
            )
        case "announcement":
            return _digest(
                incident.severity_id,
                incident.stage,
                incident.commander,
                incident.channel,
                incident.corrected.get("declared"),
            )
        case "page":
            by_hand = isinstance(message.about.event, Paged)
            facts = page_facts(incident.paging, subject(incident), message.about, incident.stage)
            merged = () if by_hand else (incident.merged,)
            return _digest(incident.severity_id, *facts, *merged, incident.channel)
        case "nag":
            answer = answer_to(incident, message.about)
            return _digest(answer.seq) if answer else ""
        case "task" | "overdue":
            number: int = getattr(message.about.event, "number", 0)
            task = incident.tasks[number]
            ended = task.ended and (task.ended.by, task.cancelled)
            return _digest(ended or incident.merged or task.owner, incident.channel)
        case "handoff":
            return _digest(*offer_facts(incident, message.about))
        case "fatigue":
            return _digest(*fatigue.facts(incident, message.about))
        case _:
            return ""


def problems(incident: Incident) -> list[tuple[str, str]]:
    """What Slack refused for good, and why, for people who can fix it. A card that couldn't be
    posted is left out: nobody would see the problem there, and the card would be updated forever.
    The bot doesn't need access to the channel it was declared from, because the declarer got a
    reply. Mails that weren't delivered are left out, because their subscribers are told.
    """
    left_out = (f"edit:{CARD}", SOURCE)
    return [
        (key, failure.reason)
        for key, failure in incident.failed.items()
        if key not in left_out and not key.startswith(subscribers.KEYS)
    ]


def _members(incident: Incident) -> list[str]:
    owners = [each.owner for each in incident.open_tasks if each.owner]
    owners += [user for each in incident.merged_from for user in each.people]
    joined = incident.joined
    people = (incident.declarer, *incident.roles.values(), *paged(incident), *owners, *joined)
    return list(dict.fromkeys(people))


def _state(incident: Incident) -> Iterator[Effect]:
    yield SetTopic(_digest(incident.severity_id, incident.stage, incident.commander))
    if CARD in incident.said:
        yield PinCard(incident.said[CARD].ts)
    if incident.playbook.bridge:
        yield Bookmark("Bridge", incident.playbook.bridge)
    for runbook in incident.playbook.runbooks:
        if runbook.link:
            yield Bookmark(runbook.title, runbook.link)
    if incident.drafted:
        yield Bookmark("Postmortem", getattr(incident.drafted.event, "link", ""))


def _edits(incident: Incident) -> Iterator[Effect]:
    for message in outbound_messages(incident):
        if message.key not in incident.said:
            continue
        if message.to == INCIDENT_CHANNEL and incident.channel_lost:
            continue
        if new := digest(message, incident):
            yield EditMessage(message, new)


def _sending(message: OutboundMessage, digest: str = "") -> PostMessage | SendMail:
    by_mail = message.to.startswith(subscribers.MAIL)
    return SendMail(message, digest) if by_mail else PostMessage(message, digest)


def _checks(incident: Incident) -> Iterator[Effect]:
    for each in incident.subscriptions.values():
        if each.address and each.own is None and not each.ended:
            yield CheckAddress(each.number, each.user, each.address)


def _done(effect: Effect, incident: Incident) -> bool:
    refused = incident.failed.get(effect.key)
    if refused is not None and refused.face == effect.digest:
        return True
    match effect:
        case OpenChannel() | PostMessage() | SendMail():
            return refused is not None
        case EditMessage(message, new):
            return incident.shown.get(message.key) == new
        case _:
            return incident.shown.get(effect.key) == effect.digest


def _digest(*facts: object) -> str:
    return hashlib.sha1(repr(facts).encode(), usedforsecurity=False).hexdigest()[:12]
