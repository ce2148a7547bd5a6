"""usergroups.*"""

from typing import Any

from sandbox import slack_json
from sandbox.api.registry import method
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
