"""Lines in the incident's channel, one per change: what changed, who did it, and what follows."""

from bot.incident.escalation import outcome
from bot.incident.events import (
    CLOCK,
    Acknowledged,
    Escalated,
    PageAnswered,
    Recorded,
    RoleAssigned,
    RoleEmptied,
    SeverityChanged,
    Stage,
    StageChanged,
    TaskDone,
)
from bot.incident.folding import besides
from bot.incident.incident import Incident
from bot.incident.lifecycle import CHECKS, MAY_REOPEN
from bot.incident.members import is_gone
from bot.incident.offers import asked, offer_of
from bot.incident.roles import held_before
from bot.incident.undoing import REASON
from bot.messages.blocks import Message, RenderContext, section
from bot.messages.targets import targets_of, with_mention
from bot.messages.text import approx, because, escape, escape_clip, join_and, mention, pieces
from bot.paging.told import acknowledged_before
from bot.streams.message import OutboundMessage

SHORT = 2500  # characters of escaped text on one line; longer text gets sections

TASK_SHORT = 80  # characters of a task that was done with something else

THEN = {
    Stage.MITIGATED: "The impact is over. Once it's fixed: `/incident resolve`.",
    Stage.RESOLVED: "The postmortem draft will follow here. Stable for 30m? `/incident close`.",
}


def role(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, message.about.by
    assert isinstance(event, RoleAssigned | RoleEmptied)
    title = escape(incident.role_title(event.role))
    if isinstance(event, RoleEmptied):
        return Message(f":bust_in_silhouette: {_emptied(incident, message.about, event)}")
    before = held_before(incident, message.about)
    was = f"was {mention(before)}" if before else ""
    facts = [] if by == event.user else [f"assigned by {mention(by)}"]
    given = f" ({'; '.join(facts)})" if (facts := [*facts, *filter(None, [was])]) else ""
    if (offered := offer_of(incident, message.about)) and by == event.user == asked(offered):
        handed = offered.by == before
        given = f" ({'handed over by' if handed else 'asked by'} {mention(offered.by)})"
    what = f":bust_in_silhouette: {mention(event.user)} is now {title}{given}."
    return Message(f"{what} {also_acknowledged(incident, message)}".strip())


def also_acknowledged(incident: Incident, message: OutboundMessage) -> str:
    """The sentence that says so, if what the message is about was an acknowledgement, too; empty
    if it wasn't.
    """
    for each in besides(incident, message.about):
        if isinstance(each.event, Acknowledged):
            took = approx(each.at - incident.declared_at)
            return (
                f"Acknowledged ({took}).{' Paging stopped.' if was_paged(incident, each) else ''}"
            )
        if isinstance(each.event, PageAnswered):
            return "Acknowledged the page, too."
    return ""


def _emptied(incident: Incident, recorded: Recorded, event: RoleEmptied) -> str:
    """The role is open. Its previous holder is named unless they left it themselves."""
    title, by = escape(incident.role_title(event.role)), mention(recorded.by)
    take = f"To take it: `/incident role {event.role}`"
    if event.left:
        return f"{mention(event.left)} left the workspace, so {title} is open. {take}"
    before = held_before(incident, recorded)
    if before == recorded.by and is_gone(recorded.by, incident):
        return f"{by} left the channel, so {title} is open. {take}"
    if before == recorded.by:
        return f"{by} stepped down as {title}. {take}"
    was = f" (was {mention(before)})" if before else ""
    return f"{by} cleared {title}{was}. {take}"


def severity(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, SeverityChanged)
    row = incident.policy.severity(event.severity)
    title = f"{event.severity}, {row.title}" if row else event.severity
    who = mention(message.about.by)
    if event.reason == REASON:
        return Message(
            f":arrows_counterclockwise: Severity is *{escape(title)}* again (undone by {who})."
        )
    return with_reason(
        f":arrows_counterclockwise: Severity is now *{escape(title)}* (changed by {who})",
        event.reason,
    )


def stage(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, mention(message.about.by)
    assert isinstance(event, StageChanged)
    took = approx(message.about.at - incident.declared_at)
    again = _before(incident, message.about) in MAY_REOPEN and event.stage is Stage.INVESTIGATING
    what = {
        Stage.MITIGATED: f":large_yellow_circle: *Mitigated* by {by} after {took}",
        Stage.RESOLVED: f":large_green_circle: *Resolved* by {by} after {took}",
        Stage.CLOSED: f":checkered_flag: *Closed* by {by}",
        Stage.CANCELLED: f":wastebasket: *Cancelled* by {by}",
        Stage.IDENTIFIED: f":red_circle: *Identified* by {by}",
    }.get(event.stage, f":red_circle: *{'Reopened' if again else 'Investigating'}* by {by}")
    then = THEN.get(event.stage, "")
    if event.unconfirmed:
        then = f"Not confirmed: {'; '.join(CHECKS[each].lower() for each in event.unconfirmed)}."
    if done := _tasks_done(incident, message):
        then = f"{done}\n{then}".strip()
    return with_reason(what, event.text, then)


def _tasks_done(incident: Incident, message: OutboundMessage) -> str:
    """The tasks that were done with the change, if any."""
    also = (each.event for each in besides(incident, message.about))
    numbers = [event.number for event in also if isinstance(event, TaskDone)]
    names = [
        f"{number}. {escape_clip(incident.tasks[number].text, TASK_SHORT)}" for number in numbers
    ]
    return f"Tasks done: {join_and(names)}" if names else ""


def acknowledged(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    took, by = approx(message.about.at - incident.declared_at), mention(message.about.by)
    if isinstance(message.about.event, PageAnswered):
        return Message(f":white_check_mark: {by} acknowledged the page, too.")
    stopped = " Paging stopped." if was_paged(incident, message.about) else ""
    return Message(f":white_check_mark: {by} acknowledged ({took}).{stopped}")


def was_paged(incident: Incident, before: Recorded) -> bool:
    """Whether somebody had been paged before that event."""
    return any(page.seq < before.seq for page in incident.paging.pages)


def escalated(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, Escalated)
    targets, missed = outcome(incident, message.about.at)
    why = "; ".join(map(with_mention, missed))
    on_it = acknowledged_before(incident.paging, message.about)
    if not targets and on_it:
        return Message(
            f":pager: No one else was paged ({why}). To page someone: `/incident page @name`."
        )
    if not targets:
        return Message(
            f":pager: No one was paged: {why}. Acknowledge if you're on it, or page someone: "
            "`/incident page @name`."
        )
    without = f" ({why})" if why else ""
    if message.about.by != CLOCK:
        by = mention(message.about.by)
        return Message(f":pager: {by} escalated. Paged {targets_of(targets)}{without}.")
    no_one = "no one else" if on_it else "no one"
    again = f": {no_one} has acknowledged yet" if event.step else ""
    return Message(f":pager: Paged {targets_of(targets)}{without or again}.")


def _before(incident: Incident, change: Recorded) -> Stage:
    """The stage before this change."""
    earlier = (each.event for each in incident.history if each.seq < change.seq)
    stages = [each.stage for each in earlier if isinstance(each, StageChanged)]
    return stages[-1] if stages else Stage.INVESTIGATING


def with_reason(what: str, reason: str, then: str = "") -> Message:
    """A message of what changed, the reason in the person's own words, and what follows."""
    if len(escape(reason)) <= SHORT:
        return Message(f"{what}{because(reason)}\n{then}".strip())
    blocks = [section(f"{what}:"), *(section(piece) for piece in pieces(reason))]
    return Message(
        f"{what}: {escape_clip(reason, SHORT)}", [*blocks, section(then)] if then else blocks
    )
