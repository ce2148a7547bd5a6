"""The news in the thread of the announcement: updates, a worse severity, the end, a reopening, and
that one of these was undone.

If an urgent incident gets worse or ends, the announcement channel shows that, too.
"""

from collections.abc import Iterator

from bot.incident.events import (
    MergedInto,
    MergedIntoUndone,
    Recorded,
    SeverityChanged,
    Stage,
    StageChanged,
    StageRestored,
    UpdatePosted,
)
from bot.incident.incident import OPEN, Incident
from bot.incident.policy import Policy
from bot.incident.review import severities
from bot.incident.undoing import REASON
from bot.streams.address import AnnouncementThread
from bot.streams.message import MessageKind, OutboundMessage
from bot.streams.slice import Slice

ANNOUNCEMENT = "announcement"  # the key of the announcement
ENDED = frozenset({Stage.RESOLVED, Stage.CANCELLED})


def severity_at(incident: Incident, seq: int) -> str:
    """The severity right before the event `seq`."""
    before = [severity for set_at, severity in severities(incident) if set_at < seq]
    return before[-1] if before else incident.severity_id


def undone_stage(incident: Incident, event: StageRestored) -> Stage:
    """The stage that was undone."""
    changed = next(each.event for each in incident.history if each.seq == event.undone)
    assert isinstance(changed, StageChanged)
    return changed.stage


def _is_broadcast(incident: Incident, message: OutboundMessage) -> bool:
    """Whether it is shown in the channel, too: an urgent incident got worse, or ended."""
    event, seq = message.about.event, message.about.seq
    match event:
        case SeverityChanged(severity, reason):
            shown = severity_at(incident, seq) if reason == REASON else severity
            return _is_urgent(incident.policy, shown)
        case StageChanged() | MergedInto() | MergedIntoUndone():
            ends = not isinstance(event, StageChanged) or event.stage in ENDED
            return ends and _is_urgent(incident.policy, severity_at(incident, seq))
        case StageRestored():
            ended = undone_stage(incident, event) in ENDED
            return ended and _is_urgent(incident.policy, severity_at(incident, seq))
        case _:
            return False


UPDATE = MessageKind("announcement_update", "news in the thread", broadcast=_is_broadcast)


def _thread(incident: Incident) -> Iterator[OutboundMessage]:
    """The messages of the thread, once the announcement is posted."""
    announced = incident.said.get(ANNOUNCEMENT)
    if announced is None or not announced.ts or incident.private or not incident.has_thread:
        return
    to = AnnouncementThread(announced.channel, announced.ts)
    stage = Stage.INVESTIGATING
    for recorded in incident.history:
        if _is_news(incident, recorded, stage):
            yield OutboundMessage(f"announced:{recorded.seq}", UPDATE, to, recorded)
        if isinstance(recorded.event, StageChanged | StageRestored):
            stage = recorded.event.stage


def _is_news(incident: Incident, recorded: Recorded, stage: Stage) -> bool:
    """Whether the event is told there. `stage`: the one before it."""
    match recorded.event:
        case UpdatePosted() | MergedInto() | MergedIntoUndone():
            return True
        case SeverityChanged(severity, reason):
            before = severity_at(incident, recorded.seq)
            corrects = reason == REASON and _is_worse(incident.policy, before, severity)
            return corrects or _is_worse(incident.policy, severity, before)
        case StageChanged(there):
            return there in ENDED or (there in OPEN and stage not in OPEN)
        case StageRestored(there):
            return stage in ENDED or (stage in OPEN and there not in OPEN)
        case _:
            return False


def _is_worse(policy: Policy, severity: str, before: str) -> bool:
    return policy.rank(severity) < policy.rank(before)


def _is_urgent(policy: Policy, severity_id: str) -> bool:
    severity = policy.severity(severity_id)
    return severity is not None and severity.is_urgent


SLICE: Slice[Incident] = Slice("announcing", messages=(UPDATE,), besides=_thread)
