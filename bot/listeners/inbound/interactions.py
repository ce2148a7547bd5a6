"""Slash commands, shortcuts, and the fields common to all requests.

`user`: who acted. `channel`: where; None in a form, and where Slack doesn't say. `team`: the
workspace; None if an organization installed the app. `named_incident`: the incident named by a
button or form; empty if there is none.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, BeforeValidator, Field

from bot.listeners.inbound.fields import (
    Id,
    Link,
    Model,
    Name,
    ObjectId,
    OptionalObjectId,
    OptionalText,
    Ts,
)
from bot.listeners.inbound.read_message import ReadMessage
from bot.listeners.words import bare
from bot.messages.text import with_labels

TYPED_MAX = 20_000  # characters of a command, escaped; its form holds 6,000


class Received(Protocol):
    """The fields common to all requests."""

    @property
    def user(self) -> str: ...
    @property
    def channel(self) -> str | None: ...
    @property
    def team(self) -> str | None: ...
    @property
    def named_incident(self) -> str: ...
    @property
    def trigger_id(self) -> str | None: ...
    @property
    def response_url(self) -> str | None: ...


class SlashCommand(Model):
    """A slash command. `text`: everything after `/incident`, as Slack sent it (escaped), up to
    `TYPED_MAX`.
    `asked`: it was rewritten from a text that ended with a question mark.
    """

    command: Name
    user: Id = Field(alias="user_id")
    text: Annotated[OptionalText, AfterValidator(lambda text: text[:TYPED_MAX])] = ""
    channel: Id | None = Field(default=None, alias="channel_id")
    team: Id | None = Field(default=None, alias="team_id")
    trigger_id: Name | None = None
    response_url: Link | None = None
    asked: bool = False

    @property
    def named_incident(self) -> str:
        return ""

    @property
    def is_question(self) -> bool:
        return self.asked or self.text.rstrip().endswith("?")

    @cached_property
    def subcommand(self) -> str:
        """The first word, in lower case and without decoration."""
        word = split_word(self.text)[0]
        return bare(word) or word.casefold()

    @cached_property
    def argument(self) -> str:
        """The text after the subcommand, as Slack sent it (escaped)."""
        return split_word(self.text)[1].strip()

    def saying(self, text: str) -> "SlashCommand":
        """The same command with another text (escaped)."""
        fields = {each.alias or name: getattr(self, name) for name, each in _FIELDS.items()}
        return SlashCommand.model_validate({**fields, "text": text, "asked": self.is_question})


_FIELDS = SlashCommand.model_fields


class Interaction(Model):
    """The fields common to clicks, forms and shortcuts."""

    user: ObjectId
    channel: OptionalObjectId = None
    team: OptionalObjectId = None
    trigger_id: Name | None = None
    response_url: Link | None = None

    @property
    def named_incident(self) -> str:
        return ""


class GlobalShortcut(Interaction):
    type: Literal["shortcut"]
    callback_id: Name


class Message(ReadMessage):
    """The message that a shortcut was used on. `bot_id`: of the app that wrote it, if one did.
    `thread_ts`: of its thread, if it is in one. `names`: of what it mentions, by id; they are
    looked up, not sent.
    """

    ts: Ts
    user: Id | None = None
    bot_id: Id | None = None
    thread_ts: Ts | None = None
    names: Annotated[Mapping[str, str], BeforeValidator(lambda _: {})] = {}

    @property
    def title(self) -> str:
        """Its headline with names for ids, as Slack sends it (escaped)."""
        return with_labels(self.headline, self.names)

    @property
    def named(self) -> str:
        """Its whole text with names for ids, as Slack sends it (escaped)."""
        return with_labels(self.text, self.names)

    @property
    def person(self) -> str:
        """The person who wrote it; empty if it was an app."""
        return "" if self.bot_id else self.user or ""

    @property
    def parent(self) -> str | None:
        """The message that it replies to, if any."""
        return self.thread_ts if self.thread_ts != self.ts else None

    def place_in(self, channel: str) -> str:
        """Its place as events have it: `channel/ts`, or `channel/ts/parent` for a reply."""
        return "/".join(filter(None, (channel, self.ts, self.parent)))


class MessageShortcut(Interaction):
    type: Literal["message_action"]
    callback_id: Name
    channel: ObjectId
    message: Message

    def naming(self, names: Mapping[str, str]) -> "MessageShortcut":
        """The same, with the names of what its message mentions."""
        return self.model_copy(
            update={"message": self.message.model_copy(update={"names": names})}
        )


def split_word(text: str) -> tuple[str, str]:
    """Split off the first word at any white space.

    >>> split_word("sev0\\npayments too")
    ('sev0', 'payments too')
    """
    first, rest = [*text.split(maxsplit=1), "", ""][:2]
    return first, rest
