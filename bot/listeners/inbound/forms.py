"""Forms: inputs, Muster's metadata, and the payloads about them."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from bot.incident.kind import PREFIX
from bot.listeners.inbound.fields import (
    BLOCKS_MAX,
    ELEMENTS_MAX,
    KEPT_MAX,
    LINK,
    Id,
    Model,
    Name,
    OptionalName,
    OptionalText,
    Text,
    at_most,
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
from bot.listeners.inbound.interactions import Interaction
from bot.messages.blocks import MARK_OF
from bot.streams.ids import is_stream_id, prefix_of

T = TypeVar("T")

# The names under which an incident is carried, and its mark (`bot.messages.blocks`)
REFERENCES = {"incident": "mark", "other": f"other{MARK_OF}", "own": f"own{MARK_OF}"}


def _metadata(written: object) -> object:
    """Parse the `private_metadata` as JSON; a null value counts as missing."""
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
    """Drop the response URL of a form that came from a message unless it is a URL."""
    if not re.search(LINK, kept.get("response_url", "https://nowhere")):
        raise malformed("link")
    return kept


Metadata = Annotated[
    dict[Name, Text],
    at_most(KEPT_MAX, {}),
    BeforeValidator(_metadata),
    AfterValidator(_with_a_link),
]
Values = Annotated[
    dict[str, Annotated[dict[str, Input], at_most(ELEMENTS_MAX, {})]],
    at_most(BLOCKS_MAX, {}),
]


class State(Model):
    values: Values = Field(default={})


class Block(Model):
    type: Name
    block_id: OptionalName = ""


class View(Model):
    """A form or the Home tab, with its current content.

    `metadata`: the texts that Muster stored in its `private_metadata`, by name. `hash`: its
    version, so that a newer one isn't overwritten.
    """

    id: Id
    type: OptionalName = "modal"
    callback_id: OptionalName = ""
    hash: OptionalName = ""
    metadata: Metadata = Field(default={}, alias="private_metadata")
    state: State | None = None
    blocks: Annotated[tuple[Block, ...], at_most(BLOCKS_MAX, ())] = ()
    app_installed_team_id: Id | None = None

    @property
    def values(self) -> dict[str, dict[str, Input]]:
        return self.state.values if self.state else {}

    @property
    def input_ids(self) -> list[str]:
        """The `block_id`s of its inputs, in order."""
        return [each.block_id for each in self.blocks if each.type == "input"]


def references_in(carried: Mapping[str, object]) -> list[tuple[str, str]]:
    """The incidents in what a button or a form carries, each with its mark; empty if it has none.

    >>> references_in({"incident": "INC-7", "mark": "5f2c", "other": "INC-9", "people": "4"})
    [('INC-7', '5f2c'), ('INC-9', '')]

    Words that were kept name any number, as typed; the key of what was kept is a mark itself:

    >>> references_in({"incident": "INC-7", "typed": "typed:8.9"})
    []
    """
    named = {name: str(carried.get(name) or "") for name in REFERENCES if "typed" not in carried}
    return [
        (said, str(carried.get(REFERENCES[name]) or ""))
        for name, said in named.items()
        if is_stream_id(said) and prefix_of(said) == PREFIX
    ]


class FormPayload(Interaction):
    """A form's content: inputs by `block_id`, which equals their `action_id`."""

    @property
    def named_incident(self) -> str:
        return self.metadata.get("incident", "")

    @property
    def references(self) -> list[tuple[str, str]]:
        """The incidents that it was made for, each with its mark."""
        return references_in(self.metadata)

    @property
    def form(self) -> View | None:
        return None

    @property
    def values(self) -> dict[str, dict[str, Input]]:
        return self.form.values if self.form else {}

    @property
    def metadata(self) -> dict[str, str]:
        """The metadata of the form."""
        return self.form.metadata if self.form else {}

    def input(self, name: str, kind: type[HasValue[T]]) -> T | None:
        """The value of the input `name`, of the element's own type: `payload.input("due",
        DatePicker)` is a date. None if the form has no such input.
        """
        found: object = self.values.get(name, {}).get(name)
        return found.value if isinstance(found, kind) else None

    def field(self, name: str) -> str:
        """The text, option or person in the input `name`; empty if there is none."""
        match self.values.get(name, {}).get(name):
            case TextInput(value=value) | Select(value=value) | UsersSelect(value=value):
                return value
        return ""

    def checked(self, name: str) -> list[str]:
        """The checked or selected values in the input `name`."""
        return list(self.input(name, MultiSelect) or ())


class Submission(FormPayload):
    """A form was submitted."""

    type: Literal["view_submission"]
    view: View

    @property
    def form(self) -> View:
        return self.view


class FormClosed(FormPayload):
    type: Literal["view_closed"]
    view: View

    @property
    def form(self) -> View:
        return self.view


class Suggestion(FormPayload):
    """A person types into an external select. `typed`: the text so far."""

    type: Literal["block_suggestion"]
    action_id: Name
    typed: OptionalText = Field(default="", alias="value")
    view: View | None = None

    @property
    def form(self) -> View | None:
        return self.view
