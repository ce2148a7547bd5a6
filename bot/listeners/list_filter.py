"""Reads which incidents to list: `mine`, `all sev1`, `resolved since 2026-11-01`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from bot.errors import Refused
from bot.incident import when
from bot.incident.events import Stage
from bot.incident.incident import OPEN
from bot.incident.policy import Policy, Severity
from bot.incident.row import IncidentRow
from bot.listeners.list_dates import EXAMPLES, span
from bot.listeners.severity_words import policy_names
from bot.listeners.words import fold
from bot.messages.text import escape, join_and, quoted

SCOPES = {
    **dict.fromkeys(("open", "active", "ongoing", "current"), "open"),
    **dict.fromkeys(("all", "any", "everything", "past"), "all"),
}
MINE = ("mine", "my", "me")
STAGES = {each.value: each for each in Stage if each is not Stage.NEW} | {
    "monitoring": Stage.MITIGATED,
    "canceled": Stage.CANCELLED,
}
FILLERS = ("incident", "incidents", "and", "only", "declared", "on", "the")
MOST = 8  # words of a time
_FROM = ("since", "from", "after")
_TO = ("to", "until", "till", "through", "before")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents are listed. `scope`: `open`, `unfinished` (resolved ones, too) or `all`;
    empty if it wasn't said. `since`, `before`: when they were declared.
    """

    mine: bool = False
    scope: str = ""
    severities: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    since: datetime | None = None
    before: datetime | None = None

    @property
    def reach(self) -> str:
        """The scope; if it wasn't said, the one that can have what is looked for."""
        if self.scope:
            return self.scope
        if self.since or self.before or any(each not in OPEN for each in self.stages):
            return "all"
        return "unfinished" if self.mine else "open"

    @property
    def narrowing(self) -> str:
        """The severities and stages, as they are typed."""
        return " ".join([*self.severities, *self.stages]).lower()

    @property
    def words(self) -> str:
        """How it could be typed, without the dates."""
        return " ".join(filter(None, ["mine" * self.mine, self.scope, self.narrowing]))

    def has(self, incident: IncidentRow, user: str) -> bool:
        """Whether the incident belongs in the list of this person."""
        if self.mine and not concerns(incident, user):
            return False
        if self.severities and incident.severity_id not in self.severities:
            return False
        if self.stages and incident.stage not in self.stages:
            return False
        if self.before and incident.declared_at >= self.before:
            return False
        return not self.is_older(incident) and self._reaches(incident)

    def is_older(self, incident: IncidentRow) -> bool:
        """Whether it was declared before the list begins, as all that were declared before it."""
        return self.since is not None and incident.declared_at < self.since

    def _reaches(self, incident: IncidentRow) -> bool:
        return self.reach == "all" or (
            incident.is_open if self.reach == "open" else not incident.is_over
        )


def concerns(incident: IncidentRow, user: str) -> bool:
    """Whether the person declared it, or has a role or a task in it."""
    owners = (each.owner for each in incident.open_tasks)
    return user in (incident.declarer, *incident.roles.values(), *owners)


def read_filter(text: str, policy: Policy, now: datetime, zone: tzinfo) -> Filter:
    """Read the words after `list`, in any order. Raises `Refused` for those it can't use.

    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    >>> read_filter("Mine, resolved.", Policy((), ()), now, UTC).words
    'mine resolved'
    """
    found, rest = Filter(), text.replace("..", " to ").split()
    while rest:
        taken, found = _next(rest, found, policy, now, zone)
        if not taken:
            why = _why_no_time(rest, now, zone)
            raise Refused(_unknown(rest[0], text, policy, why))
        rest = rest[taken:]
    return found


def describe(wanted: Filter, zone: tzinfo) -> str:
    """The other parts of a filter besides its scope, in words; empty if it has none."""
    told = [*wanted.severities, *wanted.stages]
    since, before = wanted.since, wanted.before
    if since and before and before - since <= timedelta(days=1, hours=1):
        told.append(f"declared {since.astimezone(zone):%Y-%m-%d (%Z)}")
    elif since or before:
        limits = (("since", since), ("before", before))
        days = [f"{how} {at.astimezone(zone):%Y-%m-%d %H:%M %Z}" for how, at in limits if at]
        told.append(f"declared {' and '.join(days)}")
    return ", ".join(told)


def _next(
    words: Sequence[str], found: Filter, policy: Policy, now: datetime, zone: tzinfo
) -> tuple[int, Filter]:
    """How many of the words were understood, and the filter with them."""
    plain = fold(words[0])
    if not plain or plain in FILLERS:
        return 1, found
    if dates := _dates(words, found, now, zone):
        return dates
    if plain in MINE:
        return 1, replace(found, mine=True)
    if plain in SCOPES:
        return 1, replace(found, scope=SCOPES[plain])
    if stage := STAGES.get(plain):
        return 1, replace(found, stages=(*found.stages, stage))
    if severity := policy_names(policy, plain):
        return 1, _with(found, severity)
    if words[1:] and (severity := policy_names(policy, plain + fold(words[1]))):
        return 2, _with(found, severity)
    return 0, found


def _dates(
    words: Sequence[str], found: Filter, now: datetime, zone: tzinfo
) -> tuple[int, Filter] | None:
    """`since DAY`, `before DAY`, `DAY`, `DAY to DAY`; and times like `since friday 14:00`."""
    days, times = _days(words, found, now, zone), _times(words, found, now, zone)
    return times if times and (days is None or times[0] > days[0]) else days


def _times(
    words: Sequence[str], found: Filter, now: datetime, zone: tzinfo
) -> tuple[int, Filter] | None:
    """As many of the first words as are a time, as it's read everywhere else."""
    for count in range(min(len(words), MOST), 0, -1):
        try:
            read = when.span(" ".join(words[:count]), now, zone)
        except when.NotATime:
            continue
        return count, replace(
            found, since=read.start or found.since, before=read.end or found.before
        )
    return None


def _why_no_time(words: Sequence[str], now: datetime, zone: tzinfo) -> str:
    """Why the first words aren't clear, if they are nearly a time: `3/4`, `22:00 IST`."""
    for count in range(min(len(words), MOST), 0, -1):
        try:
            when.span(" ".join(words[:count]), now, zone)
        except when.Unreadable:
            continue
        except when.NotATime as unclear:
            return f" {escape(str(unclear))}."
    return ""


def _days(
    words: Sequence[str], found: Filter, now: datetime, zone: tzinfo
) -> tuple[int, Filter] | None:
    """`since DAY`, `before DAY`, `DAY`, `DAY to DAY`."""
    plain = fold(words[0])
    lead = int(plain in (*_FROM, *_TO))
    taken, (start, end) = span(words[lead:], now, zone) or (0, (now, now))
    if not taken:
        return None
    if plain in _FROM:
        return 1 + taken, replace(found, since=(end or start) if plain == "after" else start)
    if plain in _TO:
        return 1 + taken, replace(found, before=start if plain == "before" else end or now)
    since = min(found.since or start, start)  # `2026-11-05 - 2026-11-07` are a span
    return taken, replace(found, since=since, before=end)


def _with(found: Filter, severity: Severity) -> Filter:
    return replace(found, severities=(*found.severities, severity.id))


def _unknown(word: str, text: str, policy: Policy, why: str) -> str:
    ids = join_and([f"`{each.id.lower()}`" for each in policy.severities])
    return (
        f"Unknown filter {quoted(word)}.{why} `/incident list` takes `mine`, `open` or `all`, a "
        f"severity ({ids}), a status like `resolved`, and when they were declared ({EXAMPLES}): "
        "`/incident list all sev1 since 2026-11-01`."
    )
