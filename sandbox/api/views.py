"""views.*: modals and the home tab."""

from typing import Any

from sandbox.api.lookup import named
from sandbox.api.registry import method
from sandbox.blockkit import check_view
from sandbox.contract import limit
from sandbox.refusal import Refusal, bad_arguments
from sandbox.sandbox import Sandbox

Json = dict[str, Any]


@method("views.open")
def open_view(sandbox: Sandbox, args: Json) -> Json:
    payload = checked(sandbox, args["view"], "modal")
    trigger = sandbox.tokens.use_trigger(args.get("trigger_id"))
    view = sandbox.views.open(trigger.act.user, payload)
    trigger.act.sees({"view": view.id})
    return {"view": sandbox.views.to_json(view)}


@method("views.push")
def push(sandbox: Sandbox, args: Json) -> Json:
    """Push a view onto the modal in which the trigger was created."""
    payload = checked(sandbox, args["view"], "modal")
    trigger = sandbox.tokens.use_trigger(args.get("trigger_id"))
    below = sandbox.views.find(trigger.view_id) if trigger.view_id else None
    if below is None:
        raise Refusal("not_found", wrong="no modal to push on")
    if len(sandbox.views.stacks.get(below.user, [])) >= limit("view_stack"):
        raise Refusal("push_limit_reached", wrong="three views at most")
    view = sandbox.views.push(below, payload)
    trigger.act.sees({"view": view.id})
    return {"view": sandbox.views.to_json(view)}


@method("views.update")
def update(sandbox: Sandbox, args: Json) -> Json:
    payload = checked(sandbox, args["view"], None)
    if "view_id" not in args and "external_id" not in args:
        raise bad_arguments("missing required field: view_id")
    view = sandbox.views.find(args.get("view_id", args.get("external_id")))
    if view is None:
        raise Refusal("not_found")
    if args.get("hash", view.hash) != view.hash:
        raise Refusal("hash_conflict")
    view.show(payload)
    return {"view": sandbox.views.to_json(view)}


@method("views.publish")
def publish(sandbox: Sandbox, args: Json) -> Json:
    """Set this person's home tab."""
    user = named(sandbox, args["user_id"]).id
    payload = checked(sandbox, args["view"], "home")
    home = sandbox.views.homes.get(user)
    if home is not None and args.get("hash", home.hash) != home.hash:
        raise Refusal("hash_conflict")
    if home is None:
        home = sandbox.views.homes[user] = sandbox.views.make(user, payload)
    else:
        home.show(payload)
    sandbox.workspace.homes[user] = payload
    return {"view": sandbox.views.to_json(home)}


def checked(sandbox: Sandbox, view: Any, surface: str | None) -> Json:
    """Check a view."""
    problems = check_view(view, surface)
    if "view_too_large" in problems:
        raise Refusal("view_too_large", wrong="more than 250 kB")
    if problems:
        raise bad_arguments(*problems)
    external_id = view.get("external_id")
    if external_id and surface and sandbox.views.find(external_id):
        raise Refusal("duplicate_external_id", wrong=external_id)
    return dict(view)
