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
    email, now = _tells_addresses(sandbox), sandbox.clock.now()
    return {"user": slack_json.user(sandbox.workspace, person, now, email=email)}


@method("users.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    """List all users, including bots and deactivated ones."""
    here, cursor = page(list(sandbox.workspace.people.values()), args, 1000, 1000)
    email, now = _tells_addresses(sandbox), sandbox.clock.now()
    members = [slack_json.user(sandbox.workspace, person, now, email=email) for person in here]
    metadata = {"next_cursor": cursor}
    return {"members": members, "cache_ts": int(now), "response_metadata": metadata}


def _tells_addresses(sandbox: Sandbox) -> bool:
    return sandbox.app_config.granted(scopes_of_field("user.profile.email"))
