"""The roster: who is on call in all schedules, with reasons.

Pure. It is created once from the policy files that a process has read (`bot.policy`), and reads
nothing later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.oncall.schedule import Schedule, next_handover, on_call, shift_start


class UnknownSchedule(LookupError):
    """No schedule has this name. The message lists the existing ones."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        has = f"it has {', '.join(known)}" if known else "it has no schedules"
        super().__init__(f'no schedule "{name}" in oncall.yml; {has}')


@dataclass(frozen=True, slots=True)
class Holding:
    """Who is on call from `since` until just before `until` (both UTC), and the reason, `because`.

    `users`: Slack user ids; empty if no one is.
    """

    users: tuple[str, ...]
    because: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is on call in which schedule. `schedules`: by name, in the order of the file."""

    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        """The names of the schedules, in the order of the file."""
        return iter(self.schedules)

    def schedule(self, name: str) -> Schedule:
        """The schedule with this name, in any case. Raises `UnknownSchedule`."""
        if name in self.schedules:
            return self.schedules[name]
        for known, schedule in self.schedules.items():
            if known.casefold() == name.casefold():
                return schedule
        raise UnknownSchedule(name, list(self.schedules))

    def on_call(self, schedule: str, at: datetime) -> Holding:
        """Who is on call at `at` (aware), with the whole shift around it. Raises
        `UnknownSchedule`; `ValueError` for a time without a time zone."""
        found = self.schedule(schedule)
        user = on_call(found, at)
        return Holding(
            (user,) if user else (),
            f"{found.id}'s rotation" if user else f"{found.id} has no members",
            shift_start(found, at),
            next_handover(found, at),
        )

    def next_change(self, schedule: str, at: datetime) -> datetime:
        """When the shift at `at` ends, in UTC; always later than `at`. Raises like `on_call`."""
        return self.on_call(schedule, at).until

    def shifts(self, schedule: str, start: datetime, end: datetime) -> Iterator[Holding]:
        """The shifts from `start` until `end` (aware), in order, cut to that window, without gap
        or overlap. None if the window is empty. Raises like `on_call`."""
        at, end = start.astimezone(UTC), end.astimezone(UTC)
        while at < end:
            shift = self.on_call(schedule, at)
            yield replace(shift, since=at, until=min(shift.until, end))
            at = shift.until

    def people(self, at: datetime) -> dict[str, tuple[str, ...]]:
        """The users on call at `at` (aware), by schedule."""
        return {name: self.on_call(name, at).users for name in self}
