"""dnd.*: Do Not Disturb."""

from typing import Any

from sandbox.api.lookup import named
from sandbox.api.registry import method
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Person

Json = dict[str, Any]

TEAM_INFO_MAX = 50  # users of one call


@method("dnd.info")
def info(sandbox: Sandbox, args: Json) -> Json:
    return _state(named(sandbox, args.get("user") or sandbox.workspace.bot_user))


@method("dnd.teamInfo")
def team_info(sandbox: Sandbox, args: Json) -> Json:
    """The users that Slack doesn't know are left out."""
    users = [user.strip() for user in args["users"].split(",") if user.strip()][:TEAM_INFO_MAX]
    if not users:
        raise Refusal("no_users_provided")
    people = sandbox.workspace.people
    return {"users": {user: _state(people[user]) for user in users if user in people}}


def _state(person: Person) -> Json:
    """Like Slack: a schedule that is on says when it holds next, not whether it holds now."""
    begins, ends = person.dnd or (1, 1)
    return {
        "dnd_enabled": person.dnd is not None,
        "next_dnd_start_ts": int(begins),
        "next_dnd_end_ts": int(ends),
    }
