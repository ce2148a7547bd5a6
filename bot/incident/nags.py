"""Reminders in the channel: what is asked, and what resolves it. When they are due:
`reminders.py`.
"""

from dataclasses import replace

from bot.incident.events import CLOCK, Event, Reminded
from bot.incident.incident import Incident
from bot.incident.reminders import answer_to, nag_key, still_unmet
from bot.streams.message import Facts, MessageKind, OutboundMessage, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import EventRule, Line, Slice

ASKED = {
    "update": "Asked for a status update",
    "commander": "Asked for a commander",
    "ack": "Asked who is on it",
    "progress": "Asked whether to escalate",
    "role": "Asked for people in the open roles",
}


def _reminded(incident: Incident, recorded: Recorded[Reminded]) -> Incident:
    name = recorded.event.reminder
    return replace(incident, reminded={**incident.reminded, name: recorded})


def resolve(incident: Incident, recorded: Recorded[Event]) -> Incident:
    """Store with each reminder what resolved it, because the reminder shows it."""
    if not incident.reminded or isinstance(recorded.event, Reminded):
        return incident  # a question, which ends nothing
    ended = {
        nag.seq: recorded
        for nag in incident.reminded.values()
        if nag.seq not in incident.resolved_by and not still_unmet(incident, nag)
    }
    return replace(incident, resolved_by={**incident.resolved_by, **ended}) if ended else incident


def _facts(incident: Incident, message: OutboundMessage) -> Facts | None:
    answer = answer_to(incident, message.about)
    return (answer.seq,) if answer else None


def _answer(incident: Incident, message: OutboundMessage) -> Recorded[Event] | None:
    """The event that ended a repeated request: the one that ended the last of them."""
    nag = message.about
    asked = (
        each
        for each in incident.history
        if each.seq >= nag.seq
        and isinstance(each.event, Reminded)
        and each.event.reminder == nag.event.reminder
    )
    ended = next(filter(None, (answer_to(incident, each) for each in asked)), None)
    return ended if ended and ended.by != CLOCK else None


NAG = MessageKind(
    "nag",
    "asked for an update",
    lambda incident, message: still_unmet(incident, message.about),
    _facts,
    _answer,
    goes_first=True,
)


def _line(incident: Incident, recorded: Recorded[Reminded]) -> Line:
    name = recorded.event.reminder
    return Line("nag", ASKED.get(name, f"Asked for: {name}"), nag_key(recorded))


SLICE: Slice[Incident] = Slice(
    "reminders",
    events=(
        EventRule(
            Reminded,
            "Reminded",
            _reminded,
            in_channel(NAG),
            _line,
            due=lambda recorded: recorded.event.due,
        ),
    ),
    messages=(NAG,),
)
