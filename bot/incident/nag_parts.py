"""The parts of a nag: reminders that came due at the same time are one message.

The first of them leads it: the message has its key. Which ones are shown depends on when it was
sent: what was resolved before that isn't asked.
"""

from bot.incident.events import CLOCK, Recorded, Reminded
from bot.incident.incident import Incident, place_of
from bot.incident.reminders import REMINDERS, answer_to, still_unmet


def parts(incident: Incident, lead: Recorded) -> tuple[Recorded, ...]:
    """Every reminder of the message that `lead` leads, itself first."""
    begin = place_of(incident.history, lead.seq) + 1
    upcoming = incident.history[begin : begin + len(REMINDERS) - 1]
    return (lead, *(each for each in upcoming if incident.led_by.get(each.seq) == lead.seq))


def asked(incident: Incident, lead: Recorded) -> tuple[Recorded, ...]:
    """The reminders that the message shows, or would show if it was sent now."""
    every = parts(incident, lead)
    posted = incident.nags_posted.get(lead.seq)
    if posted is None:
        shown = tuple(each for each in every if still_unmet(incident, each))
    else:
        shown = tuple(each for each in every if not _resolved_before(incident, each, posted))
    return shown or every


def is_asked(incident: Incident, reminder: Recorded) -> bool:
    """Whether the reminder was sent."""
    seq = incident.led_by.get(reminder.seq, reminder.seq)
    lead = incident.history[place_of(incident.history, seq)]
    return seq in incident.nags_posted and reminder in asked(incident, lead)


def is_replaced(incident: Incident, lead: Recorded) -> bool:
    """Whether a newer nag has been posted; what is still open has its buttons there."""
    return incident.policy.together and incident.newest_nag > lead.seq


def open_requests(incident: Incident, lead: Recorded) -> list[str]:
    """The reminders that have buttons here: what it asks and no one has done yet, and older ones.
    Empty once a newer nag has been posted, which has them.
    """
    if is_replaced(incident, lead):
        return []
    mine = asked(incident, lead)
    older: list[Recorded] = []
    if incident.policy.together:
        names = {name_of(each) for each in mine}
        older = [
            each
            for name, each in incident.reminded.items()
            if name not in names and each.seq < lead.seq
        ]
    return [
        name_of(each)
        for each in (*mine, *older)
        if answer_of(incident, each) is None and still_unmet(incident, each)
    ]


def answer_of(incident: Incident, reminder: Recorded) -> Recorded | None:
    """The event that resolved it since its message was posted."""
    lead = incident.led_by.get(reminder.seq, reminder.seq)
    return answer_to(incident, reminder) if lead in incident.nags_posted else None


def name_of(reminder: Recorded) -> str:
    assert isinstance(reminder.event, Reminded)
    return reminder.event.reminder


def leads(incident: Incident, recorded: Recorded) -> int | None:
    """The reminder in whose message this one, which is just happening, will be; None: its own."""
    if not incident.policy.together:
        return None
    for before in incident.reminded.values():
        if (before.seq, before.at, before.by) == (recorded.seq - 1, recorded.at, CLOCK):
            return incident.led_by.get(before.seq, before.seq)
    return None


def _resolved_before(incident: Incident, reminder: Recorded, seq: int) -> bool:
    ended = answer_to(incident, reminder)
    return ended is not None and ended.seq < seq
