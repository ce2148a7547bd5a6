"""The only way to change an incident, for people and for timers."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import islice

import structlog

from bot.clock import Clock
from bot.incident.decide import decide
from bot.incident.declaring import Declare
from bot.incident.events import Declared, Event, Recorded
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.kind import INCIDENT, PREFIX
from bot.incident.members import may_see
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.row import IncidentRow
from bot.incident.similarity import alike, same, words
from bot.incident.slices import STORED_AS
from bot.incident.unmerging import UndoAbsorbing, UndoMerge
from bot.store import Change, Conflict, Creation, Duplicate, Span, Store, Unreadable
from bot.store.numbers import Numbers
from bot.streams.access import NO_GRANTS, Grants
from bot.streams.actor import Actor
from bot.streams.event import Command
from bot.streams.ids import is_stream_id, prefix_of
from bot.streams.kind import Context
from bot.streams.record import record

LATEST = 100  # open incidents that are compared for similar titles
REMEMBERED = 1000  # titles
MARK_BYTES = 6

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command: the incident right after it, and the new events.

    A redelivered command has the result of its first delivery.
    """

    incident: Incident
    events: tuple[Recorded, ...]


class Incidents:
    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.numbers = Numbers()
        self._titles: dict[str, str] = {}  # of open incidents; the title at declaration is kept

    def get(self, incident_id: str) -> Incident:
        """The current state. An unknown id gives an incident without history. Raises
        `Unreadable`."""
        if not is_stream_id(incident_id) or prefix_of(incident_id) != PREFIX:
            return Incident(incident_id)
        incident: Incident = self.store.streams.state(incident_id)
        if incident.history:
            self.numbers.saw(incident_id)
        return incident

    def all_open(self) -> Iterator[Incident]:
        """The current states of the open incidents. One that can't be read is left out: it is
        reported when it is reconciled."""
        for incident_id in self.store.streams.open_ids(PREFIX):
            try:
                yield self.get(incident_id)
            except Unreadable:
                continue

    def declare(
        self, command: Declare, *, by: Actor, intent: str, anyway: bool = False
    ) -> Outcome | Incident:
        """Declare an incident, which is stored when this returns; or return the one that was just
        declared under the same title. Raises `Refused`; then nothing is written.
        """
        now, actor = self.clock.now(), str(by)
        command = replace(command, mark=secrets.token_hex(MARK_BYTES))
        INCIDENT.check_allowed(by, command, Incident(""), NO_GRANTS)
        (event,) = decide(Incident(""), command, Context(now, by))
        assert isinstance(event, Declared)
        if not self.store.level.allowed(INCIDENT, [event]):
            event = replace(event, mark="")  # older processes run, whose buttons lack it
        declared = Recorded(event, now, actor, seq=1)
        incident = evolve(Incident(f"{PREFIX}-0"), declared)
        written = self.store.streams.create(
            Creation(
                PREFIX,
                event,
                now,
                actor,
                intent,
                title=_same(event.title),
                source=event.source,
                private=event.private,
                anyway=anyway,
                above=self.numbers.in_use(),
                state=incident,
            )
        )
        if isinstance(written, Duplicate):
            return self.get(written.stream_id)
        if written.before:
            return self._outcome(written)
        self.numbers.saw(written.stream_id)
        self._titles[written.stream_id] = event.title
        outcome = Outcome(replace(incident, id=written.stream_id), (declared,))
        log.info("declared", incident=outcome.incident.id, by=actor, severity=event.severity)
        return outcome

    def like(self, title: str, actor: Actor, *, but: str = "") -> IncidentRow | None:
        """The open incident with the same title, or else a similar one, that `actor` may see; the
        latest of those compared. A corrected title is compared as well as the one at declaration.
        `but`: an incident to skip."""
        newest = self.store.streams.newest_open(PREFIX, at_once=LATEST)
        latest = [*islice(newest, LATEST)]
        ids = [each for each in reversed(latest) if each != but]
        declared = dict(self._titled(ids))
        # Only those are read whole: in a burst most rows are stale, and each would be replayed.
        now = self.store.rows.peek(PREFIX, list(declared), "title")
        titles = {each: {declared[each], now.get(each) or ""} for each in declared}
        near = [each for each in declared if any(alike(title, one) for one in titles[each] if one)]
        rows = [
            (row, {row.title, declared[stream_id]})
            for stream_id, row in self.store.rows.read(PREFIX, near)
            if isinstance(row, IncidentRow)
        ]
        found = [row for row, titles in rows if any(alike(title, each) for each in titles)]
        found += [row for row, titles in rows if any(same(title, each) for each in titles)]
        return next((row for row in reversed(found) if may_see(actor, row)), None)

    def _titled(self, ids: list[str]) -> list[tuple[str, str]]:
        """The ids with their titles; unreadable incidents are left out."""
        known = self._titles
        unknown = [each for each in ids if each not in known]
        if unknown:
            known |= dict(self.store.streams.titles(unknown))
        found = [(each, known[each]) for each in ids if each in known]
        if len(known) > REMEMBERED:
            self._titles = dict(found)
        return found

    def handle(
        self,
        incident_id: str,
        command: Command,
        *,
        by: Actor,
        intent: str = "",
        grants: Grants = NO_GRANTS,
    ) -> Outcome:
        """Decide a command and store the events. `grants`: facts that the entry point vouches for.
        Raises `Refused` if it is impossible, or not allowed for `by`; then nothing is written.

        When two people act at once, the second command is decided again on the new state.
        """
        actor = str(by)
        while True:
            incident, now = self.get(incident_id), self.clock.now()
            # checked after the lookup: a redelivery isn't judged on what the first delivery wrote
            if intent and (before := self.store.streams.intended(intent)):
                return self._outcome(before)
            INCIDENT.check_allowed(by, command, incident, grants)
            events = decide(incident, command, Context(now, by))
            if not events:
                if intent:
                    self.store.streams.remember(intent, incident_id, incident.version)
                return Outcome(incident, ())
            happened = record(events, now, actor, after=incident.version)
            after = reduce(evolve, happened, incident)
            try:
                written = self.store.streams.append(
                    incident_id,
                    events,
                    at=now,
                    by=actor,
                    after=incident.version,
                    intent=intent,
                    state=after,
                )
            except Conflict:
                continue
            if written.before:
                return self._outcome(written)
            kinds = [STORED_AS[type(event)] for event in events]
            log.info("changed", incident=incident_id, by=actor, events=kinds)
            return Outcome(after, happened)

    def merge(
        self, into: str, other: str, *, by: Actor, intent: str, grants: Grants = NO_GRANTS
    ) -> Outcome:
        """Merge `other` into `into`. Both are written atomically. Returns the result for `into`.
        Raises `Refused`.
        """
        actor = str(by)
        while True:
            here, there, now = self.get(into), self.get(other), self.clock.now()
            if intent and (before := self.store.streams.intended(intent)):
                return self._outcome(before)
            absorb, close = AbsorbIncident(there), CloseAsMerged(here)
            INCIDENT.check_allowed(by, absorb, here, grants)
            context = Context(now, by)
            taken = decide(here, absorb, context)  # may say why it isn't possible at all
            INCIDENT.check_allowed(by, close, there, grants)
            if not taken:
                self.store.streams.remember(intent, into, here.version)
                return Outcome(here, ())
            ended = decide(there, close, context)
            changes = (
                Change(into, here.version, taken, _after(here, taken, now, actor)),
                Change(other, there.version, ended, _after(there, ended, now, actor)),
            )
            try:
                written = self.store.streams.append_together(
                    changes, at=now, by=actor, intent=intent
                )
            except Conflict:
                continue
            log.info("merged", incident=other, into=into, by=actor)
            return self._outcome(written)

    def undo_merge(
        self, into: str, other: str, *, by: Actor, intent: str, grants: Grants = NO_GRANTS
    ) -> Outcome:
        """Undo the merge of `other` into `into`. Both are written atomically. Returns the result
        for `into`. Raises `Refused`.
        """
        actor = str(by)
        while True:
            here, there, now = self.get(into), self.get(other), self.clock.now()
            if intent and (before := self.store.streams.intended(intent)):
                return self._outcome(before)
            context, changes = Context(now, by), []
            for incident, command in ((here, UndoAbsorbing(there)), (there, UndoMerge(here))):
                INCIDENT.check_allowed(by, command, incident, grants)
                events = decide(incident, command, context)
                after = _after(incident, events, now, actor)
                changes.append(Change(incident.id, incident.version, events, after))
            try:
                written = self.store.streams.append_together(
                    changes, at=now, by=actor, intent=intent
                )
            except Conflict:
                continue
            log.info("merge undone", incident=other, into=into, by=actor)
            return self._outcome(written)

    def _outcome(self, span: Span) -> Outcome:
        """The result of the first delivery."""
        history = self.store.streams.read(span.stream_id)[: span.end]
        return Outcome(replay(span.stream_id, history), tuple(history[span.start :]))


def _after(incident: Incident, events: Sequence[Event], at: datetime, by: str) -> Incident:
    return reduce(evolve, record(events, at, by, after=incident.version), incident)


def _same(title: str) -> str:
    """A hash that is equal for titles that people would consider equal."""
    plain = " ".join(words(title)) or title.strip()
    return hashlib.sha256(plain.encode()).hexdigest()[:24]
