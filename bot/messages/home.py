"""The app's Home tab: the reader's incidents, tasks and postmortems, the other open incidents,
and who is on call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.incident.row import IncidentRow
from bot.messages.blocks import (
    Block,
    RenderContext,
    actions,
    button,
    context,
    header,
    section,
    value_of,
)
from bot.messages.quarantine import left_out
from bot.messages.task import line as task_line
from bot.messages.text import approx, escape, escape_clip, join_and, mention, moment
from bot.messages.who import on_call_lines
from bot.oncall import Roster

LINES = 20  # of tasks, and of postmortems
TITLE_MAX = 120  # characters
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of one person's tab. `theirs`: incidents in which the reader has a role or a
    task, or that they declared, worst first. `others`: the other open ones, worst first. `more`:
    there are more open ones. `reviews`: resolved incidents whose postmortem is due. `unread`: how
    many open incidents can't be read.
    """

    theirs: Sequence[IncidentRow] = ()
    others: Sequence[IncidentRow] = ()
    more: bool = False
    reviews: Sequence[IncidentRow] = ()
    unread: int = 0


def home(user: str, shown: Contents, roster: Roster, ctx: RenderContext) -> dict[str, Any]:
    """The tab of `user`."""
    blocks = [
        actions(button("Declare an incident", "home_declare", "home", "primary")),
        *_yours(user, shown.theirs, ctx),
        *_lines("Your tasks", _tasks(user, shown.theirs, ctx)),
        *_lines("Postmortems due", _reviews(user, shown.reviews, ctx)),
        *_open(shown, ctx),
        header("On call now"),
        section("\n".join(on_call_lines(roster, ctx))),
    ]
    how = f"Updated at {moment(ctx.now, ctx.zone)}. Open this tab again to refresh it."
    return {"type": "home", "blocks": [*blocks, context(how)]}


def _yours(user: str, theirs: Sequence[IncidentRow], ctx: RenderContext) -> list[Block]:
    if not theirs:
        return []
    return [
        header("Your incidents"),
        *(_incident(each, ctx, _your_part(user, each)) for each in theirs),
    ]


def _your_part(user: str, incident: IncidentRow) -> str:
    """How the incident concerns the reader."""
    roles = [
        f"*{escape(incident.role_title(role))}*"
        for role, holder in incident.roles.items()
        if holder == user
    ]
    if roles:
        return f"You're {join_and(roles)}."
    return "You declared it." if incident.declarer == user else "You have a task in it."


def _open(shown: Contents, ctx: RenderContext) -> list[Block]:
    head = "Other open incidents" if shown.theirs else "Open incidents"
    blocks = [_incident(each, ctx) for each in shown.others]
    if not blocks and not shown.unread:
        blocks.append(section(f"No {head.casefold()}."))
    if shown.unread:
        blocks.append(context(left_out(shown.unread)))
    if shown.more:
        blocks.append(context("These are the most severe. For all of them: `/incident list`."))
    return [header(head), *blocks]


def _incident(incident: IncidentRow, ctx: RenderContext, your: str = "") -> Block:
    lock = ":lock: " if incident.private else ""
    title = escape_clip(incident.title, TITLE_MAX)
    lines = [f"{lock}*{incident.id}* {incident.severity_id} · *{title}*", _state(incident, ctx)]
    text = "\n".join([*lines, *([your] if your else [])])
    if incident.channel is None:
        return section(text)
    there = ctx.permalink(incident.channel, "").removesuffix("/p")
    go = {**button("Open channel", "home_open", value_of(incident)), "url": there}
    return section(text, go)


def _state(incident: IncidentRow, ctx: RenderContext) -> str:
    who = incident.commander
    facts = [incident.stage.capitalize()]
    if incident.is_open:
        facts.append(f"open for {approx(ctx.now - incident.declared_at)}")
        facts.append(f"Commander: {mention(who)}" if who else "No commander yet")
    elif who:
        facts.append(f"Commander: {mention(who)}")
    return " · ".join(facts)


def _lines(head: str, lines: list[str]) -> list[Block]:
    if not lines:
        return []
    left_out = len(lines) - LINES
    more = [f"and {left_out} more: `/incident list mine`"] if left_out > 0 else []
    rows = [*lines[:LINES], *more]
    texts = ["\n".join(rows[start : start + 10]) for start in range(0, len(rows), 10)]
    return [header(head), *(section(text) for text in texts)]


def _tasks(user: str, theirs: Sequence[IncidentRow], ctx: RenderContext) -> list[str]:
    """The reader's tasks, the one that is due first on top."""
    found = [
        (task.due or NEVER, f"{_where(incident)} task {task_line(task, ctx, seen=ctx.now)}")
        for incident in theirs
        for task in incident.open_tasks
        if task.owner == user
    ]
    return [text for _, text in sorted(found, key=lambda each: each[0])]


def _reviews(user: str, reviews: Sequence[IncidentRow], ctx: RenderContext) -> list[str]:
    """The reader's own on top, then the one that is due first."""
    ordered = sorted(reviews, key=lambda each: (not _writes(user, each), _due(each)))
    return [_review(each, ctx) for each in ordered]


def _writes(user: str, incident: IncidentRow) -> bool:
    return user == (incident.commander or incident.declarer)


def _due(incident: IncidentRow) -> datetime:
    return incident.postmortem.due if incident.postmortem else NEVER


def _review(incident: IncidentRow, ctx: RenderContext) -> str:
    due, link = _due(incident), incident.postmortem.link if incident.postmortem else ""
    late = ctx.now - due
    when = moment(due, ctx.zone, seen=ctx.now)
    parts = [
        f"{_where(incident)} {escape_clip(incident.title, TITLE_MAX)}",
        mention(incident.commander or incident.declarer),
        f"*overdue by {approx(late)}*" if due < ctx.now else f"due {when}",
        *([f"<{link}|draft>"] if link else []),
    ]
    return " · ".join(parts)


def _where(incident: IncidentRow) -> str:
    return f"{incident.id} <#{incident.channel}>" if incident.channel else incident.id
