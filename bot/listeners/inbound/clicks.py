"""Clicks on buttons, and choices in elements that are sent at once."""

import json
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.listeners.inbound.fields import Model, Name, malformed
from bot.listeners.inbound.forms import FormPayload, State, View, references_in
from bot.listeners.inbound.inputs import Input


def _first(given: Any) -> Any:
    """The first action; Slack sends one at a time, in a list."""
    if not isinstance(given, list) or not given:
        raise malformed("list")
    return given[0]


def _with_picked(given: Any) -> Any:
    return {**given, "picked": given} if isinstance(given, dict) else given


class Clicked(Model):
    """The element that was used. `picked`: the value chosen, of the element's own type."""

    action_id: Name
    picked: Input


class BlockAction(FormPayload):
    """A button was clicked, or an option chosen, in a message, a form or on the Home tab."""

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
        """The inputs of the form or message that contains it."""
        state = self.view.state if self.view else self.state
        return state.values if state else {}

    @property
    def value(self) -> str:
        """The value of the button or option; empty if it isn't text."""
        value = self.action.picked.value
        return value if isinstance(value, str) else ""

    @cached_property
    def data(self) -> dict[str, Any]:
        """The button's value, parsed as JSON."""
        return named_by(self.value)[1]

    @property
    def references(self) -> list[tuple[str, str]]:
        """Those of the element and of the form that it is in."""
        carried = self.data or {"incident": self.value}
        return [*references_in(carried), *references_in(self.metadata)]

    @property
    def named_incident(self) -> str:
        return named_by(self.value)[0]


def named_by(value: str) -> tuple[str, dict[str, Any]]:
    """Parse a button's value: the incident, and the other fields.

    >>> named_by("INC-7")
    ('INC-7', {})
    >>> named_by('{"incident": "INC-7", "role": "ic"}')
    ('INC-7', {'incident': 'INC-7', 'role': 'ic'})

    A value that isn't Muster's has no incident:

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
