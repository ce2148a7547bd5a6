"""Reminders in the channel: what is asked, and what resolves it. When they are due:
`reminders.py`.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.incident.asking import NO_ONE, whom
from bot.incident.events import CLOCK, Event, Posted, Reminded
from bot.incident.incident import Incident
from bot.incident.nag_parts import (
    answer_of,
    asked,
    is_asked,
    is_replaced,
    leads,
    open_requests,
    parts,
)
from bot.incident.reminders import (
    REMINDERS,
    answer_to,
    is_repeated,
    missing_roles,
    nag_key,
    still_unmet,
)
from bot.streams.address import INCIDENT_CHANNEL, Person
from bot.streams.message import Facts, MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import EventRule, Line, Slice

ASKED = {
    "update": "Reminder: status update due",
    "commander": "Reminder: no commander",
    "ack": "Reminder: not acknowledged",
    "progress": "Reminder: no progress",
    "role": "Reminder: open roles",
}


def _reminded(incident: Incident, recorded: Recorded[Reminded]) -> Incident:
    name = recorded.event.reminder
    again = is_repeated(REMINDERS[name], incident)
    times = incident.reminded_times.get(name, 0) + 1 if again else 1
    lead = leads(incident, recorded)
    led_by = incident.led_by if lead is None else {**incident.led_by, recorded.seq: lead}
    return replace(
        incident,
        reminded={**incident.reminded, name: recorded},
        reminded_times={**incident.reminded_times, name: times},
        led_by=led_by,
    )


def note_posted(incident: Incident, recorded: Recorded[Event]) -> Incident:
    """Note which event is the receipt of a nag: the nag shows what was decided before that. What
    had been resolved and is unmet again is asked.
    """
    if not isinstance(recorded.event, Posted) or not recorded.event.key.startswith("nag:"):
        return incident
    lead = int(recorded.event.key.removeprefix("nag:"))
    resolved = incident.resolved_by
    if incident.policy.together:
        anew = {
            each.seq
            for each in incident.reminded.values()
            if lead == incident.led_by.get(each.seq, each.seq) and still_unmet(incident, each)
        }
        resolved = {seq: ended for seq, ended in resolved.items() if seq not in anew}
    posted = {**incident.nags_posted, lead: recorded.seq}
    away = incident.nags_away
    if recorded.event.away:
        away = {**away, lead: frozenset(recorded.event.away)}
    return replace(
        incident,
        nags_posted=posted,
        newest_nag=max(incident.newest_nag, lead),
        nags_away=away,
        resolved_by=resolved,
    )


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
    if not incident.policy.together:
        answer = answer_to(incident, message.about)
        return (answer.seq,) if answer else None
    answers = [answer_of(incident, each) for each in asked(incident, message.about)]
    requests = open_requests(incident, message.about)
    return (
        [each.seq if each else None for each in answers],
        None in answers and is_replaced(incident, message.about),
        requests,
        missing_roles(incident) if "role" in requests else (),
    )


def _still_relevant(incident: Incident, message: OutboundMessage) -> bool:
    return any(still_unmet(incident, each) for each in parts(incident, message.about))


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
    "reminder: status update",
    _still_relevant,
    _facts,
    _answer,
    goes_first=True,
)


def _messages(incident: Incident, recorded: Recorded[Reminded]) -> Iterable[OutboundMessage]:
    if recorded.seq not in incident.led_by:
        key = nag_key(incident, recorded)
        yield OutboundMessage(key, NAG, INCIDENT_CHANNEL, recorded)
        yield from _to_who_left(incident, recorded)


def _to_who_left(incident: Incident, lead: Recorded[Reminded]) -> Iterable[OutboundMessage]:
    """The newest reminder by direct message, too, if there is no one to ask but someone who left
    the channel; once it's posted there, because who is away is known then."""
    name = lead.event.reminder
    newest = incident.reminded.get(name)
    if newest is None or newest.seq != lead.seq or lead.seq not in incident.nags_posted:
        return
    user = whom(incident, name, incident.nags_away.get(lead.seq, NO_ONE))
    if user in incident.left:
        yield OutboundMessage(f"nagged:{lead.seq}:{user}", NAG, Person(user), lead)


def _line(incident: Incident, recorded: Recorded[Reminded]) -> Line | None:
    """One that wasn't sent, because it was settled before, asked no one."""
    if not is_asked(incident, recorded):
        return None
    name = recorded.event.reminder
    return Line("nag", ASKED.get(name, f"Reminder: {name}"), nag_key(incident, recorded))


SLICE: Slice[Incident] = Slice(
    "reminders",
    events=(
        EventRule(
            Reminded,
            "Reminded",
            _reminded,
            _messages,
            _line,
            due=lambda recorded: recorded.event.due,
        ),
    ),
    messages=(NAG,),
)
