"""How an event changes the state of an incident: its slice says what it means."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from bot.incident import announcement_lost
from bot.incident.channel import try_again
from bot.incident.events import CLOCK, Decided, Recorded
from bot.incident.incident import Incident
from bot.incident.nags import note_posted, resolve
from bot.incident.slices import SLICES


def evolve(incident: Incident, recorded: Recorded) -> Incident:
    """The state after one more event."""
    history = (*incident.history, recorded) if _is_decided(recorded) else incident.history
    return replace(_follow(incident, recorded), version=recorded.seq, history=history)


def replay(id: str, history: Sequence[Recorded]) -> Incident:
    """The state after a whole history: `evolve` for each event, but the history is stored once."""
    incident = reduce(_follow, history, Incident(id))
    version = history[-1].seq if history else 0
    return replace(incident, version=version, history=tuple(filter(_is_decided, history)))


def as_of(incident: Incident, recorded: Recorded) -> Incident:
    """The state as it was decided at a moment, whatever Slack had been shown."""
    return replay(incident.id, [each for each in incident.history if each.seq <= recorded.seq])


def _is_decided(recorded: Recorded) -> bool:
    return isinstance(recorded.event, Decided)


def _follow(incident: Incident, recorded: Recorded) -> Incident:
    """The state after one more event, except version and history."""
    rule = SLICES.events[type(recorded.event)]
    if not _is_decided(recorded):
        return note_posted(rule.evolve(incident, recorded), recorded)
    if recorded.by != CLOCK:
        incident = announcement_lost.try_again(try_again(incident), recorded.at)
    if rule.is_progress:
        incident = replace(incident, last_progress_at=recorded.at)
    return resolve(rule.evolve(incident, recorded), recorded)
