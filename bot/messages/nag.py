"""Reminders that something is overdue: to whom, about what, and the button that resolves it."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.incident.asking import holder, whom
from bot.incident.escalation import next_in_line
from bot.incident.events import Recorded, Reminded
from bot.incident.evolve import as_of
from bot.incident.incident import Incident
from bot.incident.members import with_members
from bot.incident.nag_parts import answer_of, asked, is_replaced, open_requests
from bot.incident.reminders import REMINDERS, answer_to, missing_roles, nag_key
from bot.incident.updates import last_update
from bot.messages.blocks import (
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    role_button,
    section,
    value_of,
)
from bot.messages.nag_answered import answered
from bot.messages.text import approx, escape, join_and, mention
from bot.paging.cadence import is_late
from bot.streams.address import Person
from bot.streams.message import OutboundMessage

REPLACED = "Replaced by a newer reminder."
MOST = 2  # buttons for roles on a reminder, beside Snooze; the text names all


def nag(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    """Each question, with its answer if there is one, and the buttons of all that are open. Once
    posted, the questions keep their text.
    """
    lead = message.about
    questions = _questions(incident, lead, ctx)
    blocks: list[Block] = []
    lines: list[str] = []
    for text, shown in questions:
        lines.append(text)
        blocks.append(section(text))
        if shown:
            lines.append(shown)
            blocks.append(context(shown))
    if is_replaced(incident, lead) and not all(shown for _, shown in questions):
        blocks.append(context(REPLACED))
    if isinstance(message.to, Person):
        blocks.append(context(f"You're asked here because you left <#{incident.channel}>."))
    return Message("\n".join(lines), [*blocks, *_buttons(incident, lead, ctx)])


def _questions(incident: Incident, lead: Recorded, ctx: RenderContext) -> list[tuple[str, str]]:
    """The questions, with their answers. Whoever is asked several things is mentioned
    once.
    """
    seen = incident
    if lead.seq in incident.nags_posted:
        seen = with_members(as_of(incident, _last_seen(incident, lead)), incident)
        away = incident.nags_away.get(lead.seq, frozenset())
        ctx = replace(ctx, now=incident.said[nag_key(incident, lead)].at, away=away)
    questions: list[tuple[str, str]] = []
    mentioned, excused = "", set[tuple[str, str]]()
    for each in asked(incident, lead):
        assert isinstance(each.event, Reminded)
        person = whom(seen, each.event.reminder, ctx.away)
        question, _ = ASK[each.event.reminder](seen, ctx)
        text = question[:1].upper() + question[1:]
        if person != mentioned:
            text, mentioned = f"{mention(person)} {question}", person
        pair = (person, holder(seen, each.event.reminder))
        if person != pair[1] and pair not in excused:
            excused.add(pair)
            text = f"{text} You're asked because {mention(pair[1])} is away."
        ended = answer_of(incident, each)
        shown = answered(incident, ended, ctx.zone) if ended else ""
        questions.append((f"{text}{_late(seen, each.event, ctx)}", shown))
    return questions


def _last_seen(incident: Incident, lead: Recorded) -> Recorded:
    """The latest event when it was sent; people who were paged at the same moment are included. If
    its receipt was lost for so long that all was resolved, it was sent before that.
    """
    ended = [answer_to(incident, each) for each in asked(incident, lead)]
    sent = min([incident.nags_posted[lead.seq], *(each.seq for each in ended if each)])
    return next(each for each in reversed(incident.history) if each.seq < sent)


def _buttons(incident: Incident, lead: Recorded, ctx: RenderContext) -> list[Block]:
    """The buttons of all that is open, here and in older nags, in as few rows as possible. Only
    the first one stands out.
    """
    names = open_requests(incident, lead)
    rows = [row for name in names for row in ASK[name](incident, ctx)[1]]
    first: dict[str, Block] = {}
    further: list[Block] = []
    for each in (element for row in rows for element in row["elements"]):
        plain = {key: value for key, value in each.items() if not first or key != "style"}
        if first.setdefault(each["action_id"], plain) is not plain:
            further.append(plain)  # an `action_id` is unique in its row
    if not names:
        return []
    value = value_of(incident, reminders=names)
    snooze = button("Snooze", "snooze", value)
    return [actions(*first.values(), snooze), *map(actions, further)]


def about_update(incident: Incident, ctx: RenderContext) -> tuple[str, list[Block]]:
    silent = approx(ctx.now - max(incident.updated_at, incident.opened_at))
    since = f"last one {silent} ago" if last_update(incident) else f"none for {silent}"
    question = f"Status update due ({since}). What do we know, and what's next?"
    post = button("Post update", "update_open", value_of(incident), "primary")
    return question, [actions(post)]


def about_commander(incident: Incident, ctx: RenderContext) -> tuple[str, list[Block]]:
    question = "No commander yet. Take command, or assign someone: `/incident role ic @name`."
    take = role_button(incident, "ic", "Incident Commander", "primary")
    return question, [actions(take)]


def about_acknowledgement(incident: Incident, ctx: RenderContext) -> tuple[str, list[Block]]:
    question = "No one has acknowledged yet. Are you on it?"
    return question, [actions(button("Acknowledge", "ack", value_of(incident), "primary"))]


def about_roles(incident: Incident, ctx: RenderContext) -> tuple[str, list[Block]]:
    missing = missing_roles(incident)
    if not missing:  # taken while it was being posted, so it can't be known what it named
        return f"{incident.severity_id} needs more roles.", []
    titles = join_and([_with_article(incident.role_title(role)) for role in missing])
    which = "one" if len(missing) > 1 else "it"
    question = (
        f"{incident.severity_id} needs {titles}. "
        f"Take {which}, or assign someone: `/incident role {missing[0]} @name`."
    )
    take = [role_button(incident, role, incident.role_title(role)) for role in missing[:MOST]]
    return question, [actions(each) for each in take]


def about_progress(incident: Incident, ctx: RenderContext) -> tuple[str, list[Block]]:
    still = approx(ctx.now - max(incident.last_progress_at, incident.opened_at))
    head = f"No progress for {still}. Need help?"
    if line := [_in_line(each) for each in next_in_line(incident)]:
        question = f"{head} Next: {join_and(line)}."
        rows = [actions(button("Escalate", "escalate", value_of(incident), "primary"))]
    else:
        question, rows = f"{head} To page someone: `/incident page @name`.", []
    return question, rows


def _with_article(title: str) -> str:
    return f"{'an' if title[:1] in 'AEIOU' else 'a'} {escape(title)}"


def _in_line(wanted: str) -> str:
    """The targets of a policy step, without pinging anybody."""
    if wanted.startswith("oncall:"):
        return f"{escape(wanted.removeprefix('oncall:'))} on call"
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
    due = _clock(event.due, ctx.now, ctx.zone)
    return f" ({approx(ctx.now - event.due)} late; due {due})"


def _clock(due: datetime, sent: datetime, zone: ZoneInfo) -> str:
    """When it was due, in each reader's zone; with the date if it was sent on another day."""
    there = due.astimezone(zone)
    form, shown = "%H:%M", "{time}"
    if sent - due < timedelta(minutes=1):
        form, shown = "%H:%M:%S", "{time_secs}"
    if there.date() != sent.astimezone(zone).date():
        form, shown = f"%Y-%m-%d {form}", f"{{date_short}} {shown}"
    return f"<!date^{int(due.timestamp())}^{shown}|{there.strftime(f'{form} %Z')}>"
