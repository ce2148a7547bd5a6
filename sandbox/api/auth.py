"""auth.* and apps.connections.*: the caller's identity, and the URL for a socket."""

from typing import Any

from sandbox.api.registry import method
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox

Json = dict[str, Any]


@method("api.test")
def api_test(sandbox: Sandbox, args: Json) -> Json:
    if "error" in args:
        raise Refusal(args["error"], args=args)
    return {"args": args}


@method("auth.test")
def auth_test(sandbox: Sandbox, args: Json) -> Json:
    workspace = sandbox.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": workspace.people[workspace.bot_user].name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open")
def open_connection(sandbox: Sandbox, args: Json) -> Json:
    ticket = sandbox.transport.sockets.ticket()
    return {"url": f"ws{sandbox.url.removeprefix('http')}/socket/{ticket}"}
