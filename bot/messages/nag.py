"""Reminders that something is overdue: to whom, about what, and the button that resolves it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.incident.escalation import last_paged, next_in_line
from bot.incident.events import Recorded, Reminded
from bot.incident.evolve import as_of
from bot.incident.incident import Incident
from bot.incident.reminders import REMINDERS, answer_to, missing_roles
from bot.messages.blocks import (
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    role_button,
    section,
)
from bot.messages.nag_answered import answered
from bot.messages.text import approx, escape, join_and, mention
from bot.paging.cadence import is_late
from bot.streams.message import OutboundMessage

MOST = 3  # buttons on a reminder; further roles are named in its text


def nag(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, Reminded)
    if answer := answer_to(incident, message.about):
        line = answered(incident, answer, ctx.zone)
        sent = incident.said[message.key].at  # the question keeps its original text
        seen = _last_seen(incident, message.about, sent, answer)
        text, _ = _asks(as_of(incident, seen), event, replace(ctx, now=sent))
        return Message(f"{text}\n{line}", [section(text), context(line)])
    text, rows = _asks(incident, event, ctx)
    return Message(text, [section(text), *rows])


def _last_seen(incident: Incident, nag: Recorded, sent: datetime, answer: Recorded) -> Recorded:
    """The latest event when it was sent; people who were paged at the same moment are included."""
    later = (each for each in incident.history if nag.seq < each.seq < answer.seq)
    return max((each for each in later if each.at <= sent), key=lambda it: it.seq, default=nag)


def _asks(incident: Incident, event: Reminded, ctx: RenderContext) -> tuple[str, list[Block]]:
    asked, question, rows = ASK[event.reminder](incident, ctx)
    return f"{mention(asked)} {question}{_late(incident, event, ctx)}", rows


def about_update(incident: Incident, ctx: RenderContext) -> tuple[str, str, list[Block]]:
    asked = incident.roles.get("cl") or incident.commander or incident.declarer
    silent = approx(ctx.now - max(incident.updated_at, incident.opened_at))
    question = f"{incident.id} has had no status update for {silent}. What is known, what is next?"
    post = button("Post update", "update_open", incident.id, "primary")
    return asked, question, [actions(post, button("Snooze", "snooze", incident.id))]


def about_commander(incident: Incident, ctx: RenderContext) -> tuple[str, str, list[Block]]:
    question = (
        f"nobody commands {incident.id}. Take command, or name somebody: "
        "`/incident role ic @name`."
    )
    take = role_button(incident.id, "ic", "Incident Commander", "primary")
    return incident.declarer, question, [actions(take)]


def about_acknowledgement(incident: Incident, ctx: RenderContext) -> tuple[str, str, list[Block]]:
    asked = last_paged(incident) or incident.commander or incident.declarer
    question = f"nobody has acknowledged {incident.id} yet. Are you on it?"
    return asked, question, [actions(button("Acknowledge", "ack", incident.id, "primary"))]


def about_roles(incident: Incident, ctx: RenderContext) -> tuple[str, str, list[Block]]:
    missing = missing_roles(incident)
    titles = join_and([escape(incident.role_title(role)) for role in missing])
    question = (
        f"{incident.severity_id} asks for {titles}, still open. "
        f"Take it here, or name somebody: `/incident role {missing[0]} @name`."
    )
    take = [role_button(incident.id, role, incident.role_title(role)) for role in missing[:MOST]]
    return incident.commander or incident.declarer, question, [actions(each) for each in take]


def about_progress(incident: Incident, ctx: RenderContext) -> tuple[str, str, list[Block]]:
    still = approx(ctx.now - max(incident.last_progress_at, incident.opened_at))
    head = f"{incident.id} has been {incident.stage} for {still} and doesn't move. More hands?"
    if line := [_in_line(each) for each in next_in_line(incident)]:
        question = f"{head} Next in line: {join_and(line)}."
        rows = [actions(button("Escalate", "escalate", incident.id, "primary"))]
    else:
        question, rows = f"{head} `/incident page @name what for` gets somebody.", []
    return incident.commander or incident.declarer, question, rows


def _in_line(wanted: str) -> str:
    """The targets of a policy step, without pinging anybody."""
    if wanted.startswith("oncall:"):
        return f"on call for {escape(wanted.removeprefix('oncall:'))}"
    return mention(wanted[1:]) if wanted.startswith("@") else escape(wanted)


ASK = {
    "update": about_update,
    "progress": about_progress,
    "commander": about_commander,
    "ack": about_acknowledgement,
    "role": about_roles,
}


def _late(incident: Incident, event: Reminded, ctx: RenderContext) -> str:
    reminder = REMINDERS[event.reminder]
    every = reminder.every(incident) or reminder.after(incident) or timedelta()
    if not is_late(event.due, ctx.now, every):
        return ""
    due, sent = _clocks(event.due, ctx.now, ctx.zone)
    return f" (due {due}, sent {sent})"


def _clocks(due: datetime, sent: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Two times of day in each reader's zone, with their dates if those differ. Where Slack can't
    convert them, the zone is named once, or twice if it changes between them.
    """
    there, here = due.astimezone(zone), sent.astimezone(zone)
    form, shown = "%H:%M", "{time}"
    if sent - due < timedelta(minutes=1):
        form, shown = "%H:%M:%S", "{time_secs}"
    if there.date() != here.date():
        form, shown = f"%Y-%m-%d {form}", f"{{date_short}} {shown}"
    changed = there.utcoffset() != here.utcoffset()
    first = there.strftime(f"{form} %Z" if changed else form)
    return (
        f"<!date^{int(due.timestamp())}^{shown}|{first}>",
        f"<!date^{int(sent.timestamp())}^{shown}|{here.strftime(f'{form} %Z')}>",
    )
