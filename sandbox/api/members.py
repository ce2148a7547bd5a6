"""conversations.*: joining, leaving, inviting."""

from typing import Any

from sandbox import slack_json, workspace_events
from sandbox.api.channels import not_im
from sandbox.api.lookup import joined, page, visible, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal, bad_arguments
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel

Json = dict[str, Any]


@method("conversations.invite")
def invite(sandbox: Sandbox, args: Json) -> Json:
    """Invite all of them or none; with ``force``, invite those who can be and report the others in
    ``errors``."""
    channel = not_im(writable(sandbox, args["channel"]))
    users = [user.strip() for user in args["users"].split(",") if user.strip()]
    if not users:
        raise Refusal("no_user", wrong="no users")
    if len(users) > limit("invite"):
        raise bad_arguments(f"no more than {limit('invite')} users allowed: {len(users)}")
    problems = {user: _why_not(sandbox, channel, user) for user in users}
    errors: list[Json] = [{"user": u, "ok": False, "error": e} for u, e in problems.items() if e]
    welcome = [user for user, error in problems.items() if not error]
    if errors and (not args.get("force") or not welcome):
        alone = len(users) == 1
        raise Refusal(errors[0]["error"] if alone else "cant_invite", errors=errors)
    for user in welcome:
        workspace_events.join(sandbox, channel, user, sandbox.workspace.bot_user)
    answer: Json = {"channel": slack_json.channel(sandbox.workspace, channel)}
    return {**answer, "errors": errors} if errors else answer


def _why_not(sandbox: Sandbox, channel: Channel, user: str) -> str:
    person = sandbox.workspace.people.get(user)
    if person is None:
        return "user_not_found"
    if user == sandbox.workspace.bot_user:
        return "cant_invite_self"
    if person.deleted or person.is_stranger:
        return "cant_invite"
    if person.is_restricted or person.is_ultra_restricted:
        return "user_is_restricted"
    return "already_in_channel" if user in channel.members else ""


@method("conversations.join")
def join(sandbox: Sandbox, args: Json) -> Json:
    """Join a public channel; in others the bot has to be invited."""
    channel = not_im(visible(sandbox, args["channel"]))
    if channel.kind == "private":
        raise Refusal("method_not_supported_for_channel_type", wrong="a private channel")
    if channel.archived:
        raise Refusal("is_archived")
    bot = sandbox.workspace.bot_user
    if bot in channel.members:
        already = {"warnings": ["already_in_channel"]}
        shape = slack_json.channel(sandbox.workspace, channel)
        return {"channel": shape, "warning": "already_in_channel", "response_metadata": already}
    workspace_events.join(sandbox, channel, bot)
    return {"channel": slack_json.channel(sandbox.workspace, channel)}


@method("conversations.leave")
def leave(sandbox: Sandbox, args: Json) -> Json:
    channel = not_im(visible(sandbox, args["channel"]))
    if channel.general:
        raise Refusal("cant_leave_general")
    if channel.archived:
        raise Refusal("is_archived")
    if sandbox.workspace.bot_user not in channel.members:
        return {"not_in_channel": True}
    workspace_events.leave(sandbox, joined(sandbox, args["channel"]), sandbox.workspace.bot_user)
    return {}


@method("conversations.members")
def members(sandbox: Sandbox, args: Json) -> Json:
    here, cursor = page(visible(sandbox, args["channel"]).members, args, 100, 1000)
    return {"members": here, "response_metadata": {"next_cursor": cursor}}
