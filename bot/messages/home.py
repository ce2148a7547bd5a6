"""The app's Home tab: open incidents, and the reader's roles and tasks."""

from collections.abc import Sequence
from typing import Any

from bot.incident.row import IncidentRow
from bot.messages.blocks import Block, RenderContext, actions, button, context, header, section
from bot.messages.listing import line
from bot.messages.quarantine import left_out
from bot.messages.task import line as task_line
from bot.messages.text import escape, moment

LINES = 20  # of roles and of tasks


def home(
    user: str,
    going_on: Sequence[IncidentRow],
    theirs: Sequence[IncidentRow],
    more: bool,
    ctx: RenderContext,
    unread: int = 0,
) -> dict[str, Any]:
    """`theirs`: incidents in which the reader has a role or a task. `more`: there are older open
    ones. `unread`: how many open incidents can't be read.
    """
    blocks = [
        actions(button("Declare an incident", "home_declare", "home", "primary")),
        header("Open incidents"),
        *(_incident(each, ctx) for each in going_on),
    ]
    if not going_on and not unread:
        blocks.append(section("No open incidents."))
    if unread:
        blocks.append(context(left_out(unread)))
    if more:
        blocks.append(context("These are the newest. For all of them: `/incident list`."))
    blocks += _lines("Your roles", _roles(user, theirs))
    blocks += _lines("Your tasks", _tasks(user, theirs, ctx))
    how = f"Updated at {moment(ctx.now, ctx.zone)}. Open this tab again to refresh it."
    return {"type": "home", "blocks": [*blocks, context(how)]}


def _incident(incident: IncidentRow, ctx: RenderContext) -> Block:
    if incident.channel is None:
        return section(line(incident, ctx))
    there = ctx.permalink(incident.channel, "").removesuffix("/p")
    go = {**button("Open channel", "home_open", incident.id), "url": there}
    return section(line(incident, ctx), go)


def _lines(head: str, lines: list[str]) -> list[Block]:
    if not lines:
        return []
    left_out = len(lines) - LINES
    more = [f"and {left_out} more: `/incident list mine`"] if left_out > 0 else []
    rows = [*lines[:LINES], *more]
    texts = ["\n".join(rows[start : start + 10]) for start in range(0, len(rows), 10)]
    return [header(head), *(section(text) for text in texts)]


def _roles(user: str, theirs: Sequence[IncidentRow]) -> list[str]:
    return [
        f"*{escape(incident.role_title(role))}* of {_where(incident)}"
        for incident in theirs
        for role, holder in incident.roles.items()
        if holder == user
    ]


def _tasks(user: str, theirs: Sequence[IncidentRow], ctx: RenderContext) -> list[str]:
    return [
        f"{_where(incident)} task {task_line(task, ctx, seen=ctx.now)}"
        for incident in theirs
        for task in incident.open_tasks
        if task.owner == user
    ]


def _where(incident: IncidentRow) -> str:
    return f"{incident.id} <#{incident.channel}>" if incident.channel else incident.id
