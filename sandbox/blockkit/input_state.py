"""Input values: ``state.values`` of a view, and an element's value in Slack's format."""

from collections.abc import Mapping
from typing import Any

from sandbox.blockkit.rendering import elements

Json = dict[str, Any]

PICKED = {
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", ""),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
}
"""Element → the field of its value, and the field with its initial value."""

STATELESS = {"button", "workflow_button", "icon_button", "overflow", "feedback_buttons"}


def initial_state(blocks: list[Json]) -> Json:
    """The ``state.values`` of a new view."""
    values: Json = {}
    for element, block in elements(blocks):
        if element["type"] not in STATELESS:
            slot = values.setdefault(block["block_id"], {})
            slot[element["action_id"]] = untouched(element)
    return values


def untouched(element: Json) -> Json:
    kind = element["type"]
    field, initial = PICKED.get(kind, ("value", "initial_value"))
    nothing: object = [] if field.endswith("s") and field != "selected_options" else None
    nothing = [] if field == "selected_options" else nothing
    return {"type": kind, field: element.get(initial, nothing)}


def filled(element: Json, said: object, ids: Mapping[str, str]) -> Json:
    """Convert a choice, as written by a person, to the element's value.

    Options can be given by value or label, people and channels by name or id (``ids``).
    Raises ``ValueError`` with one sentence if the element doesn't offer it.
    """
    kind = element["type"]
    field, _ = PICKED.get(kind, ("value", ""))
    many = field.endswith("s")
    chosen: list[object] = list(said) if isinstance(said, list | tuple) else [said]
    if said in (None, "", [], ()):
        return {"type": kind, field: [] if many else None}
    if field.startswith("selected_option"):
        options = [_option(element, str(one)) for one in chosen]
        return {"type": kind, field: options if many else options[0]}
    if kind.removeprefix("multi_") in ("users_select", "channels_select", "conversations_select"):
        found = [ids.get(str(one).lstrip("@#"), str(one)) for one in chosen]
        return {"type": kind, field: found if many else found[0]}
    if kind == "datetimepicker":
        return {"type": kind, field: int(str(said))}
    return {"type": kind, field: said if kind == "rich_text_input" else str(said)}


def _option(element: Json, said: str) -> Json:
    groups = element.get("option_groups", [])
    options: list[Json] = [*element.get("options", [])]
    options += [option for group in groups for option in group["options"]]
    for option in options:
        if said in (option["value"], option["text"]["text"]):
            return option
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": said, "emoji": True}, "value": said}
    offered = ", ".join(option["value"] for option in options)
    raise ValueError(f"{said!r} isn't offered; there is {offered}")
