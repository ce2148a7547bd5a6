"""The line that replaces a reminder's buttons once it is resolved."""

from zoneinfo import ZoneInfo

from bot.incident.events import (
    CLOCK,
    Acknowledged,
    Escalated,
    PageAnswered,
    Paged,
    Recorded,
    RoleAssigned,
    RoleEmptied,
    SeverityChanged,
    Snoozed,
    StageChanged,
    UpdatePosted,
)
from bot.incident.incident import Incident
from bot.messages.text import escape, mention, moment


def answered(incident: Incident, answer: Recorded, zone: ZoneInfo) -> str:
    """Who resolved it, and when."""
    return f":white_check_mark: {_what(incident, answer)} at {moment(answer.at, zone)}."


def _what(incident: Incident, answer: Recorded) -> str:
    by = mention(answer.by) if answer.by != CLOCK else "Muster"
    match answer.event:
        case UpdatePosted():
            return f"{by} posted an update"
        case Snoozed():
            return f"{by} snoozed it"
        case RoleAssigned(role, user):
            return f"{mention(user)} became {escape(incident.role_title(role))}"
        case Acknowledged():
            return f"{by} acknowledged"
        case StageChanged(stage):
            return f"{stage.capitalize()} by {by}"
        case SeverityChanged(severity):
            return f"{by} changed severity to {escape(severity)}"
        case Escalated():
            return f"{by} escalated"
        case RoleEmptied(_, left) if left:
            return f"{mention(left)} left the workspace"
        case RoleEmptied(role):
            return f"{by} cleared {escape(incident.role_title(role))}"
        case PageAnswered():
            return f"{by} acknowledged a page"
        case Paged(user):
            return f"{by} paged {mention(user)}"
        case _:
            return "No longer needed"
