"""users.*"""

from typing import Any

from sandbox import slack_json
from sandbox.api.lookup import named, page
from sandbox.api.registry import method
from sandbox.contract import scopes_of_field
from sandbox.sandbox import Sandbox

Json = dict[str, Any]


@method("users.info")
def info(sandbox: Sandbox, args: Json) -> Json:
    person = named(sandbox, args["user"])
    return {"user": slack_json.user(sandbox.workspace, person, email=_tells_addresses(sandbox))}


@method("users.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    """List all users, including bots and deactivated ones."""
    here, cursor = page(list(sandbox.workspace.people.values()), args, 1000, 1000)
    email = _tells_addresses(sandbox)
    members = [slack_json.user(sandbox.workspace, person, email=email) for person in here]
    metadata = {"next_cursor": cursor}
    now = int(sandbox.clock.now())
    return {"members": members, "cache_ts": now, "response_metadata": metadata}


def _tells_addresses(sandbox: Sandbox) -> bool:
    return sandbox.app_config.granted(scopes_of_field("user.profile.email"))
