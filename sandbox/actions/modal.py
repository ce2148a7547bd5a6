"""Modals: fill in, choose, submit, close, and search in an external menu."""

from collections.abc import Mapping
from typing import Any

from sandbox.actions.click import action_entry, confirmed, find
from sandbox.actions.payloads import NotPossible, begin, common
from sandbox.actions.responses import show_failure
from sandbox.api.views import checked
from sandbox.blockkit import elements, label
from sandbox.blockkit.input_state import filled
from sandbox.delivery.ack import Ack
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.views import View
from sandbox.workspace import Person

Json = dict[str, Any]

REQUIRED = "Please complete this required field."
TROUBLE = "We had some trouble connecting. Try again?"


def fill(sandbox: Sandbox, view: View, values: Mapping[str, object]) -> None:
    """Set the values of inputs, by block_id (or action_id)."""
    ids = {name: id_ for id_, name in sandbox.names().items()}
    for name, value in values.items():
        element, block = find(view.payload["blocks"], name, None)
        try:
            value_ = filled(_with_offers(view, element, block), value, ids)
        except ValueError as problem:
            raise NotPossible(f"{name}: {problem}") from problem
        view.values.setdefault(block["block_id"], {})[element["action_id"]] = value_


async def submit(sandbox: Sandbox, person: Person, view: View) -> tuple[UserAction, Json]:
    """Submit the modal. Returns ``{}``, or ``{"errors": {block_id: text}}``. What opens next is
    recorded in the action."""
    if view.payload.get("submit") is None:
        raise NotPossible("this modal has nothing to submit")
    if errors := _client_errors(view):
        return UserAction(person.id), {"errors": errors}
    act = begin(sandbox, person)
    payload = {
        "type": "view_submission",
        **common(sandbox, person),
        "trigger_id": sandbox.tokens.new_trigger(act, view.id),
        "view": sandbox.views.to_json(view),
        "response_urls": [],
    }
    ack = await sandbox.transport.deliver("interactive", payload)
    if ack.problem:
        act.sees({"trouble": TROUBLE})
        return act, {"errors": {"": TROUBLE}}
    try:
        return act, _answered(sandbox, act, view, ack)
    except Refusal as refusal:
        sandbox.violation("view_submission", str(refusal))
        return act, {"errors": {"": TROUBLE}}


async def close(sandbox: Sandbox, person: Person, view: View) -> None:
    """Close the modal without submitting; notifies the app if it asked for that."""
    sandbox.views.close(view)
    if view.payload.get("clear_on_close"):
        sandbox.views.stacks[person.id] = []
    if view.payload.get("notify_on_close"):
        cleared = bool(view.payload.get("clear_on_close"))
        shape = {"view": sandbox.views.to_json(view), "is_cleared": cleared}
        payload = {"type": "view_closed", **common(sandbox, person), **shape}
        await sandbox.transport.deliver("interactive", payload)


async def choose(sandbox: Sandbox, person: Person, view: View, what: Json) -> UserAction:
    """Click or choose an element in a view or the home tab: ``block_actions``."""
    blocks = view.payload["blocks"]
    element, block = find(blocks, str(what["target"]), what.get("block_id"))
    if not confirmed(element, what.get("confirm")):
        return UserAction(person.id)
    action = action_entry(sandbox, _with_offers(view, element, block), block, what.get("value"))
    if element["type"] != "button":
        fill(sandbox, view, {element["action_id"]: what.get("value")})
    act = begin(sandbox, person)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return act
    payload = {
        "type": "block_actions",
        **common(sandbox, person),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": sandbox.tokens.new_trigger(act, view.id),
        "view": sandbox.views.to_json(view),
        "actions": [action],
    }
    ack = await sandbox.transport.deliver("interactive", payload)
    if ack.problem:
        show_failure(sandbox, act, "", f"[{label(element)}]", ack)
    return act


async def search(
    sandbox: Sandbox, person: Person, view: View, target: str, typed: str
) -> list[Json]:
    """Type into an external menu; returns the options that the app offers."""
    element, block = find(view.payload["blocks"], target, None)
    payload = {
        "type": "block_suggestion",
        **common(sandbox, person),
        "container": {"type": "view", "view_id": view.id},
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
        "view": sandbox.views.to_json(view),
    }
    ack = await sandbox.transport.deliver("interactive", payload)
    body = ack.body if isinstance(ack.body, dict) else {}
    groups = body.get("option_groups", [])
    options = [*body.get("options", []), *(o for group in groups for o in group["options"])]
    if len(options) > 100:
        sandbox.violation("block_suggestion", f"{len(options)} options")
    view.offered.setdefault(element["action_id"], []).extend(options)
    return options


def _with_offers(view: View, element: Json, block: Json) -> Json:
    """An external menu element with its options: those offered, and those already chosen."""
    if not element["type"].endswith("external_select"):
        return element
    held = view.values.get(block["block_id"], {}).get(element["action_id"], {})
    chosen = [held.get("selected_option"), *held.get("selected_options", [])]
    offered = view.offered.get(element["action_id"], [])
    return {**element, "options": [*(each for each in chosen if each), *offered]}


def _answered(sandbox: Sandbox, act: UserAction, view: View, ack: Ack) -> Json:
    """Handle the acknowledgement of a submission."""
    body = ack.body if isinstance(ack.body, dict) else {}
    match body.get("response_action"):
        case None:
            sandbox.views.close(view)
        case "clear":
            sandbox.views.stacks[view.user] = []
        case "errors":
            return {"errors": _known(view, body.get("errors"))}
        case "update":
            view.show(checked(sandbox, body.get("view"), None))
            act.sees({"view": view.id})
        case "push":
            pushed = sandbox.views.push(view, checked(sandbox, body.get("view"), "modal"))
            act.sees({"view": pushed.id})
        case other:
            raise Refusal("invalid_arguments", wrong=f"response_action {other!r}")
    return {}


def _known(view: View, errors: Any) -> Json:
    """Check that errors are keyed by the block_ids of inputs."""
    inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
        raise Refusal("invalid_arguments", wrong=f"errors for unknown inputs: {errors}")
    return errors


def _client_errors(view: View) -> Json:
    """The errors that Slack's client shows before sending the submission."""
    errors: Json = {}
    for element, block in elements(view.payload["blocks"]):
        if block["type"] != "input":
            continue
        value = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        given = [v for key, v in value.items() if key != "type"]
        if not block.get("optional") and not any(given):
            errors[block["block_id"]] = REQUIRED
        text = value.get("value") or ""
        if text and len(text) > element.get("max_length", 3000):
            errors[block["block_id"]] = f"at most {element.get('max_length', 3000)} characters"
        if text and len(text) < element.get("min_length", 0):
            errors[block["block_id"]] = f"at least {element['min_length']} characters"
    return errors
