"""Events: one model for each kind that has consequences.

`actor`: who caused it; `place`: the channel it happened in; None where the event doesn't say.
"""

from typing import Annotated, Any, Literal

from pydantic import AliasPath, BeforeValidator, Discriminator, Field, Tag

from bot.listeners.inbound.fields import (
    Id,
    IsTrue,
    Model,
    Name,
    ObjectId,
    OptionalName,
    Ts,
    malformed,
)
from bot.listeners.inbound.read_message import ReadMessage


def _edited_at(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise malformed("object")
    return value.get("ts")


class Event(Model):
    type: Name

    @property
    def actor(self) -> str | None:
        return None

    @property
    def place(self) -> str | None:
        return None


class ChannelEvent(Event):
    """An event of the app or a channel: archived, left. The base of events with both fields."""

    user: Id | None = None
    channel: Id | None = None

    @property
    def actor(self) -> str | None:
        return self.user

    @property
    def place(self) -> str | None:
        return self.channel


class MemberEvent(ChannelEvent):
    """Somebody joined or left a channel. `inviter`: who invited them, if anyone."""

    type: Literal["member_joined_channel", "member_left_channel"]
    user: Id
    inviter: Id | None = None


class ReactionEvent(Event):
    """A reaction was added or removed. `ts`: of the message; None if it is on a file."""

    type: Literal["reaction_added", "reaction_removed"]
    reaction: Name
    user: Id | None = None
    channel: Id | None = Field(default=None, validation_alias=AliasPath("item", "channel"))
    ts: Ts | None = Field(default=None, validation_alias=AliasPath("item", "ts"))

    @property
    def actor(self) -> str | None:
        return self.user

    @property
    def place(self) -> str | None:
        return self.channel


class PinEvent(Event):
    """A message was pinned or unpinned in Slack. `ts`: of the message; None if it is a file."""

    type: Literal["pin_added", "pin_removed"]
    user: Id | None = None
    channel: Id | None = Field(default=None, alias="channel_id")
    ts: Ts | None = Field(default=None, validation_alias=AliasPath("item", "message", "ts"))

    @property
    def actor(self) -> str | None:
        return self.user

    @property
    def place(self) -> str | None:
        return self.channel


class ChannelRenamed(Event):
    type: Literal["channel_rename", "group_rename"]
    channel: ObjectId
    name: Name = Field(validation_alias=AliasPath("channel", "name"))

    @property
    def place(self) -> str | None:
        return self.channel


class HomeOpened(Event):
    type: Literal["app_home_opened"]
    user: Id
    tab: Name

    @property
    def actor(self) -> str | None:
        return self.user


class UserChanged(Event):
    """A person's profile or account changed. `member`: the person; Slack doesn't say who changed
    it.
    """

    type: Literal["user_change"]
    member: ObjectId = Field(alias="user")
    deleted: IsTrue = Field(default=False, validation_alias=AliasPath("user", "deleted"))


class MessageEvent(Event):
    """A new message, or a kind of message without consequences."""

    type: Literal["message"]
    subtype: OptionalName = ""
    channel: Id | None = None

    @property
    def place(self) -> str | None:
        return self.channel


class ChangedMessage(ReadMessage):
    """A message since it changed. `edited`: when a person edited it; None if Slack changed it, to
    unfurl a link.
    """

    ts: Ts
    subtype: OptionalName = ""
    user: Id | None = None
    thread_ts: Ts | None = None
    edited: Annotated[Ts | None, BeforeValidator(_edited_at)] = None


class MessageChanged(MessageEvent):
    """A message changed: edited, or deleted if it has replies (`is_deletion`)."""

    message: ChangedMessage

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def is_deletion(self) -> bool:
        """Slack leaves a tombstone of a deleted message that has replies."""
        return self.message.subtype == "tombstone"


class MessageDeleted(MessageEvent):
    ts: Ts = Field(alias="deleted_ts")


class OtherEvent(Event):
    """An event without a model; listeners only use its name."""


_KIND_OF = {
    "reaction_added": "ReactionEvent",
    "reaction_removed": "ReactionEvent",
    "pin_added": "PinEvent",
    "pin_removed": "PinEvent",
    "channel_rename": "ChannelRenamed",
    "group_rename": "ChannelRenamed",
    "member_joined_channel": "MemberEvent",
    "member_left_channel": "MemberEvent",
    "channel_archive": "ChannelEvent",
    "channel_unarchive": "ChannelEvent",
    "group_archive": "ChannelEvent",
    "channel_left": "ChannelEvent",
    "group_left": "ChannelEvent",
    "app_home_opened": "HomeOpened",
    "user_change": "UserChanged",
    "message": "MessageEvent",
}
_MESSAGE_KIND_OF = {"message_changed": "MessageChanged", "message_deleted": "MessageDeleted"}


def _kind(given: Any) -> str | None:
    """The name of the model; None if there is no type, which Slack never sends."""
    if not isinstance(given, dict):
        return None
    named, subtype = given.get("type"), given.get("subtype")
    if not isinstance(named, str):
        return None
    if named == "message" and isinstance(subtype, str):
        return _MESSAGE_KIND_OF.get(subtype, "MessageEvent")
    return _KIND_OF.get(named, "OtherEvent")


AnyEvent = Annotated[
    Annotated[ChannelEvent, Tag("ChannelEvent")]
    | Annotated[MemberEvent, Tag("MemberEvent")]
    | Annotated[ReactionEvent, Tag("ReactionEvent")]
    | Annotated[PinEvent, Tag("PinEvent")]
    | Annotated[ChannelRenamed, Tag("ChannelRenamed")]
    | Annotated[HomeOpened, Tag("HomeOpened")]
    | Annotated[UserChanged, Tag("UserChanged")]
    | Annotated[MessageEvent, Tag("MessageEvent")]
    | Annotated[MessageChanged, Tag("MessageChanged")]
    | Annotated[MessageDeleted, Tag("MessageDeleted")]
    | Annotated[OtherEvent, Tag("OtherEvent")],
    Discriminator(_kind),
]
