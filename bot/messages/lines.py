"""One line each in the incident's channel: what changed, and by whom."""

from bot.incident.events import (
    CLOCK,
    Escalated,
    RoleEmptied,
    RoleGiven,
    SeverityChanged,
    Stage,
    StageChanged,
)
from bot.incident.incident import OPEN, Incident
from bot.incident.lifecycle import CHECKS
from bot.incident.says import Saying
from bot.messages.shape import Message, Voice
from bot.messages.text import ago, escape, mention


def role(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event, by = saying.about.event, saying.about.by
    assert isinstance(event, RoleGiven | RoleEmptied)
    title = incident.role_title(event.role)
    if isinstance(event, RoleEmptied):
        return Message(f":bust_in_silhouette: {title} is open again{_by(by)}.")
    given = "" if by == event.user else _by(by)
    return Message(f":bust_in_silhouette: {mention(event.user)} is {title}{given}.")


def severity(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event = saying.about.event
    assert isinstance(event, SeverityChanged)
    row = incident.policy.severity(event.severity)
    title = f"{event.severity}, {row.title}" if row else event.severity
    return Message(
        f":arrows_counterclockwise: Severity is now *{escape(title)}*"
        f"{_by(saying.about.by)}{_why(event.reason)}."
    )


def stage(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event, at = saying.about.event, saying.about.at
    assert isinstance(event, StageChanged)
    took = ago(at - incident.declared_at)
    what = {
        Stage.MITIGATED: f":large_yellow_circle: *Mitigated* after {took}: the impact is over",
        Stage.RESOLVED: f":large_green_circle: *Resolved* after {took}",
        Stage.CLOSED: ":checkered_flag: *Closed*",
        Stage.CANCELLED: ":wastebasket: *Cancelled*",
    }.get(event.stage, f":red_circle: *{event.stage.capitalize()}*")
    text = f"{what}{_by(saying.about.by)}{_why(event.text)}."
    if event.unconfirmed:
        open_checks = "; ".join(CHECKS[each].lower() for each in event.unconfirmed)
        text += f" Not confirmed: {open_checks}."
    if event.stage in OPEN or event.stage is Stage.CANCELLED:
        return Message(text)
    if event.stage is Stage.RESOLVED:
        text += " The postmortem draft follows here."
    return Message(text)


def acknowledged(incident: Incident, saying: Saying, voice: Voice) -> Message:
    took = ago(saying.about.at - incident.declared_at)
    return Message(f":white_check_mark: {mention(saying.about.by)} acknowledged after {took}.")


def escalated(incident: Incident, saying: Saying, voice: Voice) -> Message:
    event = saying.about.event
    assert isinstance(event, Escalated)
    aims = [mention(each[1:]) if each[0] == "@" else escape(each) for each in event.targets]
    missed = "".join(f" Nobody reached for {escape(each)}." for each in event.missed)
    if not aims:
        return Message(f":pager: Step {event.step + 1} of the escalation reached nobody.{missed}")
    return Message(f":pager: Paged {', '.join(aims)}.{missed}")


def _by(user: str) -> str:
    return "" if user == CLOCK else f" by {mention(user)}"


def _why(reason: str) -> str:
    return f": {escape(reason.strip().rstrip('.'))}" if reason.strip() else ""
