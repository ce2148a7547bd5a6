"""The severities that an incident had, and when its postmortem is due."""

from datetime import datetime

from bot.incident.events import Declared, SeverityChanged, Stage
from bot.incident.incident import Incident
from bot.incident.policy import Severity


def severities(incident: Incident) -> list[tuple[int, str]]:
    """Its severities, oldest first, each with the number of the event that set it."""
    return [
        (each.seq, each.event.severity)
        for each in incident.history
        if isinstance(each.event, Declared | SeverityChanged)
    ]


def peak(incident: Incident) -> Severity:
    """The most severe of its severities: lowering it doesn't undo what it turned out to need."""
    had = {severity for _, severity in severities(incident)}
    return next((each for each in incident.policy.severities if each.id in had), incident.severity)


def review_due(incident: Incident) -> datetime | None:
    """When its postmortem has to be reviewed; None if it needs none, isn't resolved, or was
    closed since."""
    if incident.stage is not Stage.RESOLVED:
        return None
    within = peak(incident).postmortem_within
    ended = incident.corrected.get(Stage.RESOLVED) or incident.reached.get(Stage.RESOLVED)
    return ended + within if within and ended else None
