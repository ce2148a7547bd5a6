"""A summary of about ten lines for people who join late."""

from bot.incident.events import Recorded, UpdatePosted
from bot.incident.incident import Incident
from bot.incident.milestones import MILESTONES, STAGES, reached_at, title
from bot.incident.reminders import missing_roles, update_due
from bot.messages.blocks import Message, RenderContext, actions, button, section, value_of
from bot.messages.merge import where
from bot.messages.text import (
    approx,
    escape,
    escape_clip,
    in_one_line,
    join_and,
    mention,
    moment,
)
from bot.postmortem.redaction import redact

UPDATES, TASKS, RUNBOOKS = 3, 3, 3
SUMMARY_MAX, UPDATE_MAX, TASK_MAX = 500, 300, 80  # characters each


def catchup(incident: Incident, ctx: RenderContext) -> Message:
    """The summary; the same for everybody who asks at the same moment."""
    lock = ":lock: " if incident.private else ""
    head = f"{lock}{incident.id}, {incident.severity_id}: {escape(incident.title)}"
    parts = (
        [f"*{head}*", _standing(incident, ctx), _roles(incident)],
        [_masked(incident.summary, SUMMARY_MAX)] if incident.summary else [],
        _updates(incident, ctx),
        [*_milestones(incident, ctx), *_resolution(incident), *_tasks(incident)],
        [*_next_update(incident, ctx), _where_to_look(incident, ctx)],
    )
    return Message(
        f"{head} ({incident.stage})", [section("\n".join(part)) for part in parts if part]
    )


def offer(incident: Incident) -> Message:
    """The offer of a summary to somebody who just joined."""
    stands = f"merged into {where(incident.merged)}" if incident.merged else incident.stage
    text = f"You joined {incident.id} ({incident.severity_id}, {stands})."
    ask = button("Catch me up", "catchup", value_of(incident), "primary")
    return Message(text, [section(text), actions(ask)])


def _standing(incident: Incident, ctx: RenderContext) -> str:
    when = moment(incident.declared_at, ctx.zone, seen=ctx.now)
    for_ = approx(ctx.now - incident.declared_at)
    goes_on = [f"continues as {where(incident.merged)}"] if incident.merged else []
    facts = [
        f"*{incident.stage.capitalize()}*",
        *goes_on,
        f"declared by {mention(incident.declarer)} at {when}, {for_} ago",
    ]
    if on_it := incident.paging.acknowledged_by:
        facts.append(f"acknowledged by {join_and([mention(each) for each in on_it])}")
    return " · ".join(facts)


def _roles(incident: Incident) -> str:
    held = [
        f"{escape(incident.role_title(role))} {mention(user)}"
        for role, user in incident.roles.items()
    ]
    if not incident.is_open:
        return " · ".join(held) or "No roles assigned."
    asked = ["ic"] if incident.commander is None else []
    open_ = [escape(incident.role_title(role)) for role in (*asked, *missing_roles(incident))]
    return " · ".join([*held, *([f"_Unassigned: {join_and(open_)}_"] if open_ else [])])


def _updates(incident: Incident, ctx: RenderContext) -> list[str]:
    said = [each for each in incident.history if isinstance(each.event, UpdatePosted)]
    if not said:
        return ["No updates yet."]
    older = f"*Last {UPDATES} of {len(said)} updates*" if said[UPDATES:] else "*Updates*"
    return [older, *(_update(each, incident, ctx) for each in said[-UPDATES:])]


def _update(said: Recorded, incident: Incident, ctx: RenderContext) -> str:
    assert isinstance(said.event, UpdatePosted)
    when = moment(said.at, ctx.zone, seen=ctx.now)
    words = _masked(in_one_line(said.event.text), UPDATE_MAX)
    there = incident.said.get(f"update:{said.seq}")
    link = f" <{ctx.permalink(there.channel, there.ts)}|↗>" if there and there.ts else ""
    return f"{when} {mention(said.by)}: {words}{link}"


def _milestones(incident: Incident, ctx: RenderContext) -> list[str]:
    """When the impact began, and when it was detected, acknowledged, identified, mitigated and
    resolved; the declaration stands above."""
    since = incident.opened_at if incident.opened_at > incident.declared_at else None
    reached = [
        (title(name).lower(), at, since is not None and name in STAGES and at < since)
        for name in MILESTONES
        if name != "declared" and (at := reached_at(incident, name)) is not None
    ]
    told = [
        f"{name} {moment(at, ctx.zone, seen=ctx.now)}{' (then reopened)' if undone else ''}"
        for name, at, undone in reached
    ]
    return [f"Milestones: {', '.join(told)}."] if told else []


def _resolution(incident: Incident) -> list[str]:
    if incident.is_open or not incident.resolution:
        return []
    return [f"Resolution: {_masked(incident.resolution, UPDATE_MAX)}"]


def _tasks(incident: Incident) -> list[str]:
    left = [] if incident.merged else incident.open_tasks  # in the author's own message
    if not left:
        return []
    told = [
        f"{each.number}. {_masked(each.text, TASK_MAX)}"
        f" ({mention(each.owner) if each.owner else 'unassigned'})"
        for each in left[:TASKS]
    ]
    more = ["…"] if left[TASKS:] else []
    return [f"{len(left)} open task{'' if len(left) == 1 else 's'}: {', '.join([*told, *more])}"]


def _next_update(incident: Incident, ctx: RenderContext) -> list[str]:
    due = update_due(incident)
    if due is None or not incident.is_open:
        return []
    when = moment(due, ctx.zone, seen=ctx.now)
    if due <= ctx.now:
        return [f"Status update {approx(ctx.now - due)} overdue (due {when})."]
    return [f"Next update due {when} (in {approx(due - ctx.now)})."]


def _where_to_look(incident: Incident, ctx: RenderContext) -> str:
    places = []
    if (card := incident.said.get("card")) and card.ts:
        places.append(f"<{ctx.permalink(card.channel, card.ts)}|card>")
    if incident.bridge:
        places.append(f"<{incident.bridge}|bridge>")
    linked = [each for each in incident.playbook.runbooks if each.link]
    places += [f"<{each.link}|{escape(each.title)}>" for each in linked[:RUNBOOKS]]
    if link := getattr(incident.drafted and incident.drafted.event, "link", ""):
        places.append(f"<{link}|postmortem draft>")
    return f"More: {' · '.join([*places, '`/incident timeline`'])}"


def _masked(text: str, most: int) -> str:
    """People's words without secrets, escaped and shortened."""
    return escape_clip(redact(text).text, most)
