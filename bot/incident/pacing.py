"""How reminders are spaced: the backoff of those that no one answers, and the quiet hours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.incident.incident import Incident
from bot.incident.policy import QuietHours

MOST_TIMES = 60  # more repetitions make no interval longer; keeps the number finite


def interval(incident: Incident, reminder: str, every: timedelta, times: int) -> timedelta:
    """How long after its last message the reminder is repeated, if it was sent `times` in a row.

    It grows by the backoff of the severity, or else, unless it asks for an update, of the policy.
    """
    backoff = incident.severity.backoff
    if backoff is None and reminder != "update":
        backoff = incident.policy.backoff
    if backoff is None:
        return every
    grown = every.total_seconds() * backoff.factor ** min(max(times - 1, 0), MOST_TIMES)
    return max(every, timedelta(seconds=min(grown, backoff.most.total_seconds())))


def after_quiet_hours(incident: Incident, at: datetime) -> datetime:
    """`at`, or the end of the quiet hours that it falls into. A severity that pages someone, or is
    urgent, has none.
    """
    severity = incident.severity
    hours = severity.quiet_hours
    if hours is None or severity.escalation or severity.is_urgent:
        return at
    local = at.astimezone(ZoneInfo(incident.policy.timezone))
    clock = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    if not _covers(hours, clock):
        return at
    day = local.date() if clock < hours.ends else local.date() + timedelta(days=1)
    midnight = datetime.combine(day, time(), local.tzinfo)
    end = midnight.replace(hour=hours.ends.seconds // 3600, minute=hours.ends.seconds // 60 % 60)
    return max(at, end.astimezone(UTC))  # an hour that the clock repeats ends once


def _covers(hours: QuietHours, clock: timedelta) -> bool:
    if hours.begins < hours.ends:
        return hours.begins <= clock < hours.ends
    return clock >= hours.begins or clock < hours.ends
