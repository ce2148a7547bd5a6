"""Repeating reminders and when each is due.

A reminder has one question, `since`: when did its condition begin to hold? None: it doesn't hold.
To add one, write its `since` and add a row to REMINDERS. How long it waits is a key of
`severities.yml`; its text is in `bot/messages/nag.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.incident.events import Event, Recorded, Reminded, Snoozed, Stage
from bot.incident.incident import Incident
from bot.incident.pacing import after_quiet_hours, interval
from bot.paging.cadence import following


@dataclass(frozen=True, slots=True)
class Reminder:
    """`after`: from the beginning of the condition to the first reminder. `every`: the interval
    from then on; None: only once.
    """

    name: str
    since: Callable[[Incident], datetime | None]
    after: Callable[[Incident], timedelta | None]
    every: Callable[[Incident], timedelta | None]


def waits_for_update(incident: Incident) -> datetime | None:
    return incident.snoozed.at if incident.snoozed else incident.updated_at


def first_update(incident: Incident) -> timedelta | None:
    """When the first update is due; a promised time overrides the interval, also if there
    is none.
    """
    if incident.snoozed:
        assert isinstance(incident.snoozed.event, Snoozed)
        return incident.snoozed.event.length
    return incident.next_update or update_every(incident)


def update_every(incident: Incident) -> timedelta | None:
    """The update interval at this stage; None: no updates are asked for."""
    severity = incident.severity
    if incident.stage is Stage.MITIGATED and severity.mitigated_every != "same":
        return severity.mitigated_every
    return severity.update_every


def waits_for_progress(incident: Incident) -> datetime | None:
    """Since when there has been no progress; not asked once the impact is over."""
    return None if incident.stage is Stage.MITIGATED else incident.last_progress_at


def waits_for_commander(incident: Incident) -> datetime | None:
    if incident.commander:
        return None
    return max(incident.declared_at, incident.emptied_at.get("ic", incident.declared_at))


def waits_for_acknowledgement(incident: Incident) -> datetime | None:
    if incident.acknowledged_at:
        return None
    return incident.paging.run.since if incident.paging.run else incident.severity_at


def unanswered(incident: Incident) -> datetime | None:
    """Since when the incident is unacknowledged; not asked once the impact is over."""
    return None if incident.stage is Stage.MITIGATED else waits_for_acknowledgement(incident)


def waits_for_roles(incident: Incident) -> datetime | None:
    missing = missing_roles(incident)
    if not missing:
        return None
    emptied = (incident.emptied_at.get(role, incident.severity_at) for role in missing)
    return max(incident.severity_at, *emptied)


def missing_roles(incident: Incident) -> list[str]:
    """The roles that this severity requires and no one holds, except the commander, who has a
    reminder of their own.
    """
    return [
        role for role in incident.severity.roles if role != "ic" and role not in incident.roles
    ]


REMINDERS = {
    each.name: each
    for each in (
        Reminder("update", waits_for_update, first_update, update_every),
        Reminder(
            "ack",
            unanswered,
            lambda i: i.severity.ack_within,
            lambda i: i.severity.ack_every,
        ),
        Reminder(
            "commander",
            waits_for_commander,
            lambda i: i.severity.commander_within,
            lambda i: i.severity.commander_every,
        ),
        Reminder(
            "progress",
            waits_for_progress,
            lambda i: i.severity.stalled_after,
            lambda i: i.severity.stalled_after,
        ),
        Reminder(
            "role",
            waits_for_roles,
            lambda i: i.severity.roles_within,
            lambda i: i.severity.roles_every,
        ),
    )
}
"""By name: the one for updates, then the most urgent first. Where several are one message, the
first one is its reason."""

AT_MOST = timedelta(minutes=2)  # what is due within this is due "at the same time"


def nag_key(incident: Incident, recorded: Recorded) -> str:
    """The key of the message that this reminder is part of."""
    return f"nag:{incident.led_by.get(recorded.seq, recorded.seq)}"


def still_unmet(incident: Incident, nag: Recorded) -> bool:
    """Whether the condition of the reminder still holds, and is overdue by the current severity,
    too.
    """
    assert isinstance(nag.event, Reminded)
    first = _first_due(REMINDERS[nag.event.reminder], incident)
    return first is not None and first <= _asked_at(nag)


def answer_to(incident: Incident, nag: Recorded) -> Recorded | None:
    """The event that resolved the reminder; None if none did, or if it was repeated first."""
    return incident.resolved_by.get(nag.seq)


def due_at(reminder: Reminder, incident: Incident) -> datetime | None:
    """When `reminder` is due next; None if its condition doesn't hold or its last message hasn't
    reached Slack: after an outage there is one late message, not a burst.

    What becomes overdue by a new severity or stage is due at that moment; what is due in quiet
    hours, at their end.
    """
    first = _first_due(reminder, incident)
    if first is None:
        return None
    due: datetime | None = first
    if is_repeated(reminder, incident):
        due = _due_again(reminder, incident)
    return due and after_quiet_hours(incident, max(due, incident.cadence_reset_at))


def is_repeated(reminder: Reminder, incident: Incident) -> bool:
    """Whether it was sent, or is being sent, since its condition holds."""
    first, last = _first_due(reminder, incident), incident.reminded.get(reminder.name)
    return first is not None and last is not None and first <= _asked_at(last)


def _due_again(reminder: Reminder, incident: Incident) -> datetime | None:
    last, every = incident.reminded[reminder.name], reminder.every(incident)
    key = nag_key(incident, last)
    outcome = incident.said.get(key) or incident.failed.get(key)
    if outcome is None or every is None:
        return None
    assert isinstance(last.event, Reminded)
    times = incident.reminded_times.get(reminder.name, 1)
    every = interval(incident, reminder.name, every, times)
    return following(last.event.due, outcome.at, every)


def _asked_at(nag: Recorded) -> datetime:
    """When it was due, or sent if that was later: some come along with another a little early."""
    assert isinstance(nag.event, Reminded)
    return max(nag.at, nag.event.due)


def due(incident: Incident, now: datetime) -> list[Event]:
    """One event for each reminder that is due, and for those that come along."""
    times = _times(incident)
    if not any(at <= now for at in _firing(incident, times).values()):
        return []
    return [
        Reminded(name, at)
        for name, at in times.items()
        if at <= now or (at - _leeway(incident, name) <= now and name != "update")
    ]


def next_due(incident: Incident) -> datetime | None:
    """When the earliest reminder is due."""
    return min(_firing(incident, _times(incident)).values(), default=None)


def _times(incident: Incident) -> dict[str, datetime]:
    """When each reminder is due."""
    times = {name: due_at(each, incident) for name, each in REMINDERS.items()}
    return {name: at for name, at in times.items() if at is not None}


def _firing(incident: Incident, times: dict[str, datetime]) -> dict[str, datetime]:
    """When each would be sent by itself: one that is due shortly before an update waits for it."""
    update = times.get("update")
    if update is None:
        return times
    return {
        name: update if at < update <= at + _leeway(incident, name) else at
        for name, at in times.items()
    }


def _leeway(incident: Incident, name: str) -> timedelta:
    """How much earlier or later than it is due a reminder may come, so that it comes together with
    another: little of its own intervals. The one for updates keeps its time, and so does a snooze.
    """
    if not incident.policy.together or is_snoozed(incident, name):
        return timedelta()
    reminder = REMINDERS[name]
    lengths = (reminder.after(incident), reminder.every(incident))
    return min((AT_MOST, *(each / 5 for each in lengths if each)))


def pressing(incident: Incident) -> list[str]:
    """The names of the reminders whose condition holds, due or not."""
    return [name for name, each in REMINDERS.items() if _first_due(each, incident) is not None]


def is_snoozed(incident: Incident, name: str) -> bool:
    """Whether a snooze still holds it off: it hasn't come since."""
    snoozed = incident.snoozed if name == "update" else incident.snoozes.get(name)
    last = incident.reminded.get(name)
    return snoozed is not None and (last is None or last.seq < snoozed.seq)


def snooze_ends(snoozed: Recorded) -> datetime:
    assert isinstance(snoozed.event, Snoozed)
    return snoozed.at + snoozed.event.length


def update_due(incident: Incident) -> datetime | None:
    """When the next status update is expected; in the past if it is overdue."""
    due = _first_due(REMINDERS["update"], incident)
    return due and after_quiet_hours(incident, due)


def _first_due(reminder: Reminder, incident: Incident) -> datetime | None:
    """When the condition has held for long enough, and isn't snoozed; None if it doesn't hold."""
    began = reminder.since(incident) if incident.is_open else None
    after = reminder.after(incident)
    if began is None or not after:
        return None
    due = max(began, incident.opened_at) + after
    snoozed = incident.snoozes.get(reminder.name)
    return max(due, snooze_ends(snoozed)) if snoozed else due
