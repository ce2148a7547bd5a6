"""Filling in a modal: choosing in it, submitting it, closing it, searching in a menu."""

from collections.abc import Mapping
from typing import Any

from sandbox.acts.answers import failed
from sandbox.acts.click import acted, confirmed, find
from sandbox.acts.payloads import Impossible, begin, common
from sandbox.api.views import checked
from sandbox.blockkit import elements, label
from sandbox.blockkit.state import filled
from sandbox.delivery.ack import Ack
from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Person
from sandbox.user_action import Act
from sandbox.views import View

Json = dict[str, Any]

REQUIRED = "Please complete this required field."
TROUBLE = "We had some trouble connecting. Try again?"


def fill(site: Site, view: View, values: Mapping[str, object]) -> None:
    """Put these into the inputs, keyed by block_id (or action_id)."""
    ids = {name: id_ for id_, name in site.names().items()}
    for name, value in values.items():
        element, block = find(view.payload["blocks"], name, None)
        try:
            value_ = filled(_with_offers(view, element, block), value, ids)
        except ValueError as problem:
            raise Impossible(f"{name}: {problem}") from problem
        view.values.setdefault(block["block_id"], {})[element["action_id"]] = value_


async def submit(site: Site, person: Person, view: View) -> tuple[Act, Json]:
    """Press the button. ``{}``, or ``{"errors": {block_id: words}}``; what opens, the act sees."""
    if view.payload.get("submit") is None:
        raise Impossible("this modal has nothing to submit")
    if errors := _client_errors(view):
        return Act(person.id), {"errors": errors}
    act = begin(site, person)
    payload = {
        "type": "view_submission",
        **common(site, person),
        "trigger_id": site.tickets.trigger(act, view.id),
        "view": site.views.to_json(view),
        "response_urls": [],
    }
    ack = await site.post.ask("interactive", payload)
    if ack.problem:
        act.sees({"trouble": TROUBLE})
        return act, {"errors": {"": TROUBLE}}
    try:
        return act, _answered(site, act, view, ack)
    except Refusal as refusal:
        site.violation("view_submission", str(refusal))
        return act, {"errors": {"": TROUBLE}}


async def close(site: Site, person: Person, view: View) -> None:
    """Close it unsent; the app hears of it if it asked to."""
    site.views.close(view)
    if view.payload.get("clear_on_close"):
        site.views.stacks[person.id] = []
    if view.payload.get("notify_on_close"):
        cleared = bool(view.payload.get("clear_on_close"))
        shape = {"view": site.views.to_json(view), "is_cleared": cleared}
        payload = {"type": "view_closed", **common(site, person), **shape}
        await site.post.ask("interactive", payload)


async def choose(site: Site, person: Person, view: View, what: Json) -> Act:
    """Click or choose something in a view (or the home tab): ``block_actions``."""
    blocks = view.payload["blocks"]
    element, block = find(blocks, str(what["target"]), what.get("block_id"))
    if not confirmed(element, what.get("confirm")):
        return Act(person.id)
    action = acted(site, _with_offers(view, element, block), block, what.get("value"))
    if element["type"] != "button":
        fill(site, view, {element["action_id"]: what.get("value")})
    act = begin(site, person)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return act
    payload = {
        "type": "block_actions",
        **common(site, person),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": site.tickets.trigger(act, view.id),
        "view": site.views.to_json(view),
        "actions": [action],
    }
    ack = await site.post.ask("interactive", payload)
    if ack.problem:
        failed(site, act, "", f"[{label(element)}]", ack)
    return act


async def search(site: Site, person: Person, view: View, target: str, typed: str) -> list[Json]:
    """Type into a menu with outside options; the options that the app offers."""
    element, block = find(view.payload["blocks"], target, None)
    payload = {
        "type": "block_suggestion",
        **common(site, person),
        "container": {"type": "view", "view_id": view.id},
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
        "view": site.views.to_json(view),
    }
    ack = await site.post.ask("interactive", payload)
    body = ack.body if isinstance(ack.body, dict) else {}
    groups = body.get("option_groups", [])
    options = [*body.get("options", []), *(o for group in groups for o in group["options"])]
    if len(options) > 100:
        site.violation("block_suggestion", f"{len(options)} options")
    view.offered.setdefault(element["action_id"], []).extend(options)
    return options


def _with_offers(view: View, element: Json, block: Json) -> Json:
    """An external menu with what may be chosen in it: what was offered, and what is chosen."""
    if not element["type"].endswith("external_select"):
        return element
    held = view.values.get(block["block_id"], {}).get(element["action_id"], {})
    chosen = [held.get("selected_option"), *held.get("selected_options", [])]
    offered = view.offered.get(element["action_id"], [])
    return {**element, "options": [*(each for each in chosen if each), *offered]}


def _answered(site: Site, act: Act, view: View, ack: Ack) -> Json:
    """What the acknowledgement of a submission asks for."""
    body = ack.body if isinstance(ack.body, dict) else {}
    match body.get("response_action"):
        case None:
            site.views.close(view)
        case "clear":
            site.views.stacks[view.user] = []
        case "errors":
            return {"errors": _known(view, body.get("errors"))}
        case "update":
            view.show(checked(site, body.get("view"), None))
            act.sees({"view": view.id})
        case "push":
            pushed = site.views.push(view, checked(site, body.get("view"), "modal"))
            act.sees({"view": pushed.id})
        case other:
            raise Refusal("invalid_arguments", wrong=f"response_action {other!r}")
    return {}


def _known(view: View, errors: Any) -> Json:
    """Errors must be keyed by block_ids of inputs."""
    inputs = {b["block_id"] for b in view.payload["blocks"] if b["type"] == "input"}
    if not isinstance(errors, dict) or not errors or errors.keys() - inputs:
        raise Refusal("invalid_arguments", wrong=f"errors that are no inputs: {errors}")
    return errors


def _client_errors(view: View) -> Json:
    """What Slack's own window refuses before the app hears of it."""
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
