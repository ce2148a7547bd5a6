"""One act, one message: what a command does besides is told in the message of the main thing.

Who takes command acknowledges by it, and who posts an update may change the stage with it: the
history has an event for each, and the channel hears of all of them at once.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.incident.events import (
    CLOCK,
    Acknowledged,
    Event,
    PageAnswered,
    Recorded,
    RoleAssigned,
    StageChanged,
    TaskDone,
    UpdatePosted,
)
from bot.incident.incident import Incident, place_of

TOLD_WITH: Mapping[type[Event], tuple[type[Event], ...]] = {
    Acknowledged: (RoleAssigned, UpdatePosted),
    PageAnswered: (RoleAssigned, UpdatePosted),
    StageChanged: (UpdatePosted,),
    TaskDone: (StageChanged,),
}


def told_with(incident: Incident, place: int) -> Recorded | None:
    """The event in whose message the one at that place of the history is told; None: its own."""
    mains = TOLD_WITH.get(type(incident.history[place].event), ())
    if not mains or not incident.policy.together:
        return None
    act = (*_act(incident.history, place, -1), *_act(incident.history, place, 1))
    return next((each for each in act if isinstance(each.event, mains)), None)


def besides(incident: Incident, main: Recorded) -> list[Recorded]:
    """The events that are told in the message of `main`, in order."""
    if not incident.policy.together:
        return []
    place = place_of(incident.history, main.seq)
    before = [*_act(incident.history, place, -1)][::-1]
    act = (*before, *_act(incident.history, place, 1))
    return [each for each in act if type(main.event) in TOLD_WITH.get(type(each.event), ())]


def _act(history: Sequence[Recorded], place: int, step: int) -> Iterator[Recorded]:
    """The other events of the same act on one side, nearest first."""
    one = history[place]
    while one.by != CLOCK and 0 <= (place := place + step) < len(history):
        other = history[place]
        if (other.seq, other.at, other.by) != (one.seq + step, one.at, one.by):
            return
        yield (one := other)
