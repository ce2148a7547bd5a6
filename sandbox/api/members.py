"""conversations.*: coming, going, inviting."""

from typing import Any

from sandbox import happenings, shapes
from sandbox.api.channels import not_im
from sandbox.api.look import joined, page, visible, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal, bad_arguments
from sandbox.site import Site
from sandbox.state import Channel

Json = dict[str, Any]


@method("conversations.invite")
def invite(site: Site, args: Json) -> Json:
    """All of them or nobody; with ``force`` those who can be, the others in ``errors``."""
    channel = not_im(writable(site, args["channel"]))
    users = [user.strip() for user in args["users"].split(",") if user.strip()]
    if not users:
        raise Refusal("no_user", wrong="no users")
    if len(users) > limit("invite"):
        raise bad_arguments(f"no more than {limit('invite')} users allowed: {len(users)}")
    problems = {user: _why_not(site, channel, user) for user in users}
    errors: list[Json] = [{"user": u, "ok": False, "error": e} for u, e in problems.items() if e]
    welcome = [user for user, error in problems.items() if not error]
    if errors and (not args.get("force") or not welcome):
        alone = len(users) == 1
        raise Refusal(errors[0]["error"] if alone else "cant_invite", errors=errors)
    for user in welcome:
        happenings.join(site, channel, user, site.workspace.bot_user)
    answer: Json = {"channel": shapes.channel(site.workspace, channel)}
    return {**answer, "errors": errors} if errors else answer


def _why_not(site: Site, channel: Channel, user: str) -> str:
    person = site.workspace.people.get(user)
    if person is None:
        return "user_not_found"
    if user == site.workspace.bot_user:
        return "cant_invite_self"
    if person.deleted:
        return "cant_invite"
    return "already_in_channel" if user in channel.members else ""


@method("conversations.join")
def join(site: Site, args: Json) -> Json:
    """Public channels only; the others have to invite the bot."""
    channel = not_im(visible(site, args["channel"]))
    if channel.kind == "private":
        raise Refusal("method_not_supported_for_channel_type", wrong="a private channel")
    if channel.archived:
        raise Refusal("is_archived")
    bot = site.workspace.bot_user
    if bot in channel.members:
        already = {"warnings": ["already_in_channel"]}
        shape = shapes.channel(site.workspace, channel)
        return {"channel": shape, "warning": "already_in_channel", "response_metadata": already}
    happenings.join(site, channel, bot)
    return {"channel": shapes.channel(site.workspace, channel)}


@method("conversations.leave")
def leave(site: Site, args: Json) -> Json:
    channel = not_im(visible(site, args["channel"]))
    if channel.general:
        raise Refusal("cant_leave_general")
    if channel.archived:
        raise Refusal("is_archived")
    if site.workspace.bot_user not in channel.members:
        return {"not_in_channel": True}
    happenings.leave(site, joined(site, args["channel"]), site.workspace.bot_user)
    return {}


@method("conversations.members")
def members(site: Site, args: Json) -> Json:
    here, cursor = page(visible(site, args["channel"]).members, args, 100, 1000)
    return {"members": here, "response_metadata": {"next_cursor": cursor}}
