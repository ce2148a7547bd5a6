"""The severities that an incident had, and when its postmortem is due."""

from datetime import datetime
from itertools import pairwise

from bot.incident.events import Declared, SeverityChanged, Stage
from bot.incident.incident import Incident
from bot.incident.policy import Severity
from bot.incident.undoing import REASON


def severities(incident: Incident) -> list[tuple[int, str]]:
    """Its severities, oldest first, each with the number of the event that set it."""
    return [
        (each.seq, each.event.severity)
        for each in incident.history
        if isinstance(each.event, Declared | SeverityChanged)
    ]


def peak(incident: Incident) -> Severity:
    """The most severe of its severities: lowering it doesn't undo what it turned out to need. One
    that was taken back with *Undo* was a mistake and doesn't count.
    """
    undone = _undone(incident)
    had = {severity for set_at, severity in severities(incident) if set_at not in undone}
    return next((each for each in incident.policy.severities if each.id in had), incident.severity)


def _undone(incident: Incident) -> set[int]:
    """The numbers of the events that set a severity by mistake."""
    changes = [each for each in incident.history if isinstance(each.event, SeverityChanged)]
    return {
        mistake.seq
        for mistake, undo in pairwise(changes)
        if getattr(undo.event, "reason", "") == REASON and undo.by == mistake.by
    }


def review_due(incident: Incident) -> datetime | None:
    """When its postmortem has to be reviewed; None if it needs none, isn't resolved, or was
    closed since."""
    if incident.stage is not Stage.RESOLVED:
        return None
    within = peak(incident).postmortem_within
    ended = incident.corrected.get(Stage.RESOLVED) or incident.reached.get(Stage.RESOLVED)
    return ended + within if within and ended else None
