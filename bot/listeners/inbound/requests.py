"""The requests that Slack sends: one model for each kind, with Slack's own names for the kinds.

`user`: who did it. `channel`: where; None in a form, and where Slack doesn't say. `team`: the
workspace; None if an organization installed the app. `named_incident`: the incident that a
button or a form names; empty if it names none.
"""

import json
import re
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from typing_extensions import TypeVar as TypeVarWithDefault

from bot.incident.events import CLOCK
from bot.listeners.inbound.events import AnyEvent, Event
from bot.listeners.inbound.fields import (
    LINK,
    Id,
    Link,
    Model,
    Name,
    ObjectId,
    OptionalName,
    OptionalObjectId,
    OptionalText,
    Text,
    Ts,
    default,
    malformed,
)
from bot.listeners.inbound.inputs import (
    HasValue,
    Input,
    MultiSelect,
    Select,
    TextInput,
    UsersSelect,
)

T = TypeVar("T")
E_co = TypeVarWithDefault("E_co", bound=Event, covariant=True, default=Event)


class Received(Protocol):
    """What every request has."""

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
    """`text`: all that follows `/incident`, as Slack sent it (escaped)."""

    command: Name
    user: Id = Field(alias="user_id")
    text: OptionalText = ""
    channel: Id | None = Field(default=None, alias="channel_id")
    team: Id | None = Field(default=None, alias="team_id")
    trigger_id: Name | None = None
    response_url: Link | None = None

    @property
    def named_incident(self) -> str:
        return ""

    @cached_property
    def subcommand(self) -> str:
        """The first word, in lower case."""
        return split_word(self.text)[0].casefold()

    @cached_property
    def argument(self) -> str:
        """What follows the subcommand, as Slack sent it (escaped)."""
        return split_word(self.text)[1].strip()


class Interaction(Model):
    """What a click, a form and a shortcut have in common."""

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


class Message(Model):
    """The message that a shortcut was used on. `text`: as Slack sent it (escaped)."""

    ts: Ts
    text: OptionalText = ""
    user: Id | None = None


class MessageShortcut(Interaction):
    type: Literal["message_action"]
    callback_id: Name
    channel: ObjectId
    message: Message


# --- forms -----------------------------------------------------------------------------------


def _metadata(written: object) -> object:
    """What `private_metadata` says, in JSON; a null in it is the same as nothing."""
    if written is None or written == "":
        return {}
    if not isinstance(written, str):
        raise malformed("text")
    try:
        kept = json.loads(written)
    except (ValueError, RecursionError):
        raise malformed("json") from None
    if isinstance(kept, dict):
        return {name: value for name, value in kept.items() if value is not None}
    return {} if kept is None else kept


def _with_a_link(kept: dict[str, str]) -> dict[str, str]:
    """Where to answer whoever sent in a form that came from a message is a link, or nothing."""
    if not re.search(LINK, kept.get("response_url", "https://nowhere")):
        raise malformed("link")
    return kept


Metadata = Annotated[dict[Name, Text], BeforeValidator(_metadata), AfterValidator(_with_a_link)]
Values = Annotated[dict[str, dict[str, Input]], default({})]


class State(Model):
    values: Values = Field(default={})


class Block(Model):
    type: Name
    block_id: OptionalName = ""


class View(Model):
    """A form or the home tab, and what is in it so far.

    `metadata`: what Muster put into its `private_metadata`, text by name. `hash`: which state
    of the form it is, so that nothing newer is replaced.
    """

    id: Id
    type: OptionalName = "modal"
    callback_id: OptionalName = ""
    hash: OptionalName = ""
    metadata: Metadata = Field(default={}, alias="private_metadata")
    state: State | None = None
    blocks: Annotated[tuple[Block, ...], default(())] = ()
    app_installed_team_id: Id | None = None

    @property
    def values(self) -> dict[str, dict[str, Input]]:
        return self.state.values if self.state else {}

    @property
    def input_ids(self) -> list[str]:
        """The `block_id`s of its inputs, from the top."""
        return [each.block_id for each in self.blocks if each.type == "input"]


class FormPayload(Interaction):
    """What comes with a form: its inputs, by `block_id`, which equals their `action_id`."""

    @property
    def form(self) -> View | None:
        return None

    @property
    def values(self) -> dict[str, dict[str, Input]]:
        return self.form.values if self.form else {}

    @property
    def metadata(self) -> dict[str, str]:
        """What the form keeps beside its inputs."""
        return self.form.metadata if self.form else {}

    def input(self, name: str, kind: type[HasValue[T]]) -> T | None:
        """What is in the input `name`, of the type that an element of this kind has:
        `payload.input("due", DatePicker)` is a date. None if the form has no such input."""
        found: object = self.values.get(name, {}).get(name)
        return found.value if isinstance(found, kind) else None

    def field(self, name: str) -> str:
        """The text, the option or the person in the input `name`; empty if there is none."""
        match self.values.get(name, {}).get(name):
            case TextInput(value=value) | Select(value=value) | UsersSelect(value=value):
                return value
        return ""

    def checked(self, name: str) -> list[str]:
        """The values that are ticked or chosen in the input `name`."""
        return list(self.input(name, MultiSelect) or ())


class Submission(FormPayload):
    """A form was sent in."""

    type: Literal["view_submission"]
    view: View

    @property
    def form(self) -> View:
        return self.view

    @property
    def named_incident(self) -> str:
        return self.metadata.get("incident", "")


class FormClosed(FormPayload):
    type: Literal["view_closed"]
    view: View

    @property
    def form(self) -> View:
        return self.view


class Suggestion(FormPayload):
    """Somebody types into a select whose options come from Muster. `typed`: what, so far."""

    type: Literal["block_suggestion"]
    action_id: Name
    typed: OptionalText = Field(default="", alias="value")
    view: View | None = None

    @property
    def form(self) -> View | None:
        return self.view


# --- clicks ----------------------------------------------------------------------------------


def _first(given: Any) -> Any:
    """Slack sends one action at a time, in a list."""
    if not isinstance(given, list) or not given:
        raise malformed("list")
    return given[0]


def _with_picked(given: Any) -> Any:
    return {**given, "picked": given} if isinstance(given, dict) else given


class Clicked(Model):
    """The element that was used. `picked`: what was chosen in it, of the element's own type."""

    action_id: Name
    picked: Input


class BlockAction(FormPayload):
    """A button was clicked, or something chosen, in a message, a form or on the home tab."""

    type: Literal["block_actions"]
    action: Annotated[Clicked, BeforeValidator(_with_picked), BeforeValidator(_first)] = Field(
        alias="actions"
    )
    view: View | None = None
    state: State | None = None

    @property
    def form(self) -> View | None:
        return self.view

    @property
    def values(self) -> dict[str, dict[str, Input]]:
        """Of the form that it is in, or of the message."""
        state = self.view.state if self.view else self.state
        return state.values if state else {}

    @property
    def value(self) -> str:
        """The value of the button or option; empty if it isn't text."""
        value = self.action.picked.value
        return value if isinstance(value, str) else ""

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the button's value says, in JSON."""
        return named_by(self.value)[1]

    @property
    def named_incident(self) -> str:
        return named_by(self.value)[0]


# --- what Slack says by itself ---------------------------------------------------------------


class EventCallback(Model, Generic[E_co]):
    """Something has happened. `event_id`: the same however often it is delivered."""

    type: Literal["event_callback"]
    event_id: Name
    event: E_co
    team: Id | None = Field(default=None, alias="team_id")

    @property
    def user(self) -> str:
        """Who did it; the clock, if the event doesn't say."""
        return self.event.actor or CLOCK

    @property
    def channel(self) -> str | None:
        return self.event.place

    @property
    def named_incident(self) -> str:
        return ""

    @property
    def trigger_id(self) -> str | None:
        return None

    @property
    def response_url(self) -> str | None:
        return None


class UrlVerification(Model):
    type: Literal["url_verification"]
    challenge: Text


class RateLimited(Model):
    type: Literal["app_rate_limited"]


AnyPayload = (
    SlashCommand
    | BlockAction
    | Submission
    | FormClosed
    | GlobalShortcut
    | MessageShortcut
    | Suggestion
    | EventCallback[Any]
    | UrlVerification
    | RateLimited
)
AnyEventCallback = EventCallback[AnyEvent]


def split_word(text: str) -> tuple[str, str]:
    """The first word, and the rest, whatever white space is between.

    >>> split_word("sev0\\npayments too")
    ('sev0', 'payments too')
    """
    first, rest = [*text.split(maxsplit=1), "", ""][:2]
    return first, rest


def named_by(value: str) -> tuple[str, dict[str, Any]]:
    """The incident that a button's value names, and what else it says.

    >>> named_by("INC-7")
    ('INC-7', {})
    >>> named_by('{"incident": "INC-7", "role": "ic"}')
    ('INC-7', {'incident': 'INC-7', 'role': 'ic'})

    A value that Muster didn't write names nothing:

    >>> named_by('{"incident"')
    ('', {})
    """
    if not value.startswith("{"):
        return value, {}
    try:
        said: dict[str, Any] = json.loads(value)
    except (ValueError, RecursionError):
        return "", {}
    return str(said.get("incident") or ""), said
