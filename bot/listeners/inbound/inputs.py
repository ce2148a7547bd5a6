"""Values of Block Kit inputs: one model per kind.

Each has a `value` of the element's own type. An unknown element, which Slack may add later,
becomes `OtherInput`.
"""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import BeforeValidator, Discriminator, Field, Tag

from bot.listeners.inbound.fields import (
    CHOICES_MAX,
    Date,
    DateTime,
    Id,
    Model,
    Name,
    Option,
    OptionalName,
    OptionalOption,
    OptionalText,
    TimeOfDay,
    at_most,
    malformed,
    or_else,
)
from bot.listeners.inbound.rich_text import plain_text

T_co = TypeVar("T_co", covariant=True)

_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


class HasValue(Protocol[T_co]):
    """A kind of input, for `FormPayload.input`."""

    @property
    def value(self) -> T_co: ...


class TextInput(Model):
    """Plain text, an e-mail address or a URL, which Slack has validated; empty if nothing was
    typed.
    """

    type: Literal["plain_text_input", "email_text_input", "url_text_input"]
    value: OptionalText = ""


def _number(value: object) -> object:
    if value is None:
        return None
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise malformed("number")
    return value


class NumberInput(Model):
    type: Literal["number_input"]
    value: Annotated[Decimal | None, BeforeValidator(_number)] = None


class RichTextInput(Model):
    """Rich text. `value`: as plain text."""

    type: Literal["rich_text_input"]
    value: Annotated[str, BeforeValidator(plain_text)] = Field(default="", alias="rich_text_value")


class Select(Model):
    """A select. `value`: the chosen option's value; empty if none is chosen."""

    type: Literal["static_select", "external_select", "radio_buttons", "overflow"]
    value: OptionalOption = Field(default="", alias="selected_option")


class MultiSelect(Model):
    """A multi-select. `value`: the values of the chosen options."""

    type: Literal["multi_static_select", "multi_external_select", "checkboxes"]
    value: Annotated[tuple[Option, ...], at_most(CHOICES_MAX, ())] = Field(
        default=(), alias="selected_options"
    )


_OptionalId = Annotated[Id | Literal[""], or_else("")]
_Ids = Annotated[tuple[Id, ...], at_most(CHOICES_MAX, ())]


class UsersSelect(Model):
    """A user select. `value`: the id; empty if none is chosen. The same holds for the next two."""

    type: Literal["users_select"]
    value: _OptionalId = Field(default="", alias="selected_user")


class ConversationsSelect(Model):
    type: Literal["conversations_select"]
    value: _OptionalId = Field(default="", alias="selected_conversation")


class ChannelsSelect(Model):
    type: Literal["channels_select"]
    value: _OptionalId = Field(default="", alias="selected_channel")


class MultiUsersSelect(Model):
    type: Literal["multi_users_select"]
    value: _Ids = Field(default=(), alias="selected_users")


class MultiConversationsSelect(Model):
    type: Literal["multi_conversations_select"]
    value: _Ids = Field(default=(), alias="selected_conversations")


class MultiChannelsSelect(Model):
    type: Literal["multi_channels_select"]
    value: _Ids = Field(default=(), alias="selected_channels")


class DatePicker(Model):
    type: Literal["datepicker"]
    value: Date = Field(default=None, alias="selected_date")


class TimePicker(Model):
    """A time picker. `timezone`: the IANA name that it was shown with; empty if it had none."""

    type: Literal["timepicker"]
    value: TimeOfDay = Field(default=None, alias="selected_time")
    timezone: OptionalName = ""


class DateTimePicker(Model):
    """A date and time picker. `value`: in UTC."""

    type: Literal["datetimepicker"]
    value: DateTime = Field(default=None, alias="selected_date_time")


class SlackFile(Model):
    """An uploaded file. `url_private`: where a bot with `files:read` can fetch it."""

    id: Id
    name: OptionalName = ""
    mimetype: OptionalName = ""
    size: int = 0
    url_private: OptionalText = ""


class FileInput(Model):
    type: Literal["file_input"]
    value: Annotated[tuple[SlackFile, ...], at_most(CHOICES_MAX, ())] = Field(
        default=(), alias="files"
    )


class Button(Model):
    """A button; only present when clicked, because a button has no value in a form."""

    type: Literal["button", "workflow_button", "icon_button", "feedback_buttons"]
    value: OptionalText = ""


class OtherInput(Model):
    """An element of an unknown kind; its value isn't read."""

    type: Name

    @property
    def value(self) -> None:
        return None


_KINDS = (
    *(TextInput, NumberInput, RichTextInput, Select, MultiSelect, UsersSelect, Button),
    *(ConversationsSelect, ChannelsSelect, MultiUsersSelect, MultiConversationsSelect),
    *(MultiChannelsSelect, DatePicker, TimePicker, DateTimePicker, FileInput),
)
_KIND_OF = {
    name: kind.__name__
    for kind in _KINDS
    for name in kind.model_fields["type"].annotation.__args__  # type: ignore[union-attr]
}


def _kind(given: Any) -> str | None:
    """The name of the model; None if there is no type, which Slack never sends."""
    named = given.get("type") if isinstance(given, dict) else None
    return _KIND_OF.get(named, "OtherInput") if isinstance(named, str) else None


Input = Annotated[
    Annotated[TextInput, Tag("TextInput")]
    | Annotated[NumberInput, Tag("NumberInput")]
    | Annotated[RichTextInput, Tag("RichTextInput")]
    | Annotated[Select, Tag("Select")]
    | Annotated[MultiSelect, Tag("MultiSelect")]
    | Annotated[UsersSelect, Tag("UsersSelect")]
    | Annotated[ConversationsSelect, Tag("ConversationsSelect")]
    | Annotated[ChannelsSelect, Tag("ChannelsSelect")]
    | Annotated[MultiUsersSelect, Tag("MultiUsersSelect")]
    | Annotated[MultiConversationsSelect, Tag("MultiConversationsSelect")]
    | Annotated[MultiChannelsSelect, Tag("MultiChannelsSelect")]
    | Annotated[DatePicker, Tag("DatePicker")]
    | Annotated[TimePicker, Tag("TimePicker")]
    | Annotated[DateTimePicker, Tag("DateTimePicker")]
    | Annotated[FileInput, Tag("FileInput")]
    | Annotated[Button, Tag("Button")]
    | Annotated[OtherInput, Tag("OtherInput")],
    Discriminator(_kind),
]
