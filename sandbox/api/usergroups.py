"""usergroups.*"""

from typing import Any

from sandbox import slack_json
from sandbox.api.registry import method
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox

Json = dict[str, Any]


@method("usergroups.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    """List the user groups; the disabled ones only if asked for."""
    groups = [
        slack_json.user_group(sandbox.workspace, group, users=bool(args.get("include_users")))
        for group in sandbox.workspace.user_groups.values()
        if args.get("include_disabled") or not group.disabled
    ]
    return {"usergroups": groups}


@method("usergroups.users.list")
def list_users(sandbox: Sandbox, args: Json) -> Json:
    group = sandbox.workspace.user_groups.get(args["usergroup"])
    if group is None or (group.disabled and not args.get("include_disabled")):
        raise Refusal("no_such_subteam")
    return {"users": list(group.users)}
