"""Every change that a person or a clock makes to an incident goes through here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce

import structlog

from bot.clock import Clock
from bot.incident.decide import Command, decide
from bot.incident.effects import draft_wanted
from bot.incident.events import STORED_AS, Declared, Event, Recorded
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.lifecycle import Declare
from bot.incident.members import may_see
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.row import IncidentRow
from bot.incident.similarity import alike, same, words
from bot.store import Change, Conflict, Creation, Duplicate, Span, Store
from bot.streams.record import record

LATEST = 100  # open incidents, among which one is looked for that is like another
REMEMBERED = 1000  # titles

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: the incident right after it, and what happened.

    A redelivered command has the outcome of its first delivery.
    """

    incident: Incident
    events: tuple[Recorded, ...]


class Incidents:
    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._titles: dict[str, str] = {}  # of open incidents; under which one is declared stays

    def get(self, incident_id: str) -> Incident:
        """The incident as it is; one that was never declared has no history. `Unreadable`."""
        incident: Incident = self.store.streams.state(incident_id)
        return incident

    def declare(
        self, command: Declare, *, by: str, intent: str, anyway: bool = False
    ) -> Outcome | Incident:
        """A new incident, in the store when this returns; or the incident that was declared
        under the same title a moment ago. Raises `Refused`; nothing is written then."""
        now = self.clock.now()
        (event,) = decide(Incident(""), command, now, by)
        assert isinstance(event, Declared)
        written = self.store.streams.create(
            Creation(
                PREFIX,
                event,
                now,
                by,
                intent,
                title=_same(event.title),
                source=event.source,
                private=event.private,
                anyway=anyway,
            )
        )
        if isinstance(written, Duplicate):
            return self.get(written.stream_id)
        if written.before:
            return self._outcome(written)
        self._titles[written.stream_id] = event.title
        declared = Recorded(event, now, by, seq=1)
        outcome = Outcome(evolve(Incident(written.stream_id), declared), (declared,))
        log.info("declared", incident=outcome.incident.id, by=by, severity=event.severity)
        return outcome

    def like(
        self, title: str, user: str, *, exactly: bool = False, but: str = ""
    ) -> IncidentRow | None:
        """The open incident with the same title, else with nearly the same, that this person may
        see; the latest of them, among the latest that are open. `but`: not this one."""
        ids = [each for each in self.store.streams.open_ids(PREFIX)[-LATEST:] if each != but]
        titles = self._titled(ids)
        found = [each for each, theirs in titles if alike(title, theirs) and not exactly]
        found += [each for each, theirs in titles if same(title, theirs)]
        for each in reversed(found):
            ((_, row),) = self.store.rows.read(PREFIX, [each])
            if isinstance(row, IncidentRow) and may_see(row, user):
                return row
        return None

    def _titled(self, ids: list[str]) -> list[tuple[str, str]]:
        """Each with its title; those that can't be read are left out."""
        known = self._titles
        unknown = [each for each in ids if each not in known]
        if unknown:
            known |= dict(self.store.streams.titles(unknown))
        found = [(each, known[each]) for each in ids if each in known]
        if len(known) > REMEMBERED:
            self._titles = dict(found)
        return found

    def handle(self, incident_id: str, command: Command, *, by: str, intent: str = "") -> Outcome:
        """Decide and remember. Raises `Refused` for what may not be; nothing is written then.

        When two people act at once, the second one decides again on what the first one did.
        """
        while True:
            incident, now = self.get(incident_id), self.clock.now()
            # asked after the look: what the first delivery wrote, the second one doesn't judge
            if intent and (before := self.store.streams.intended(intent)):
                return self._outcome(before)
            events = decide(incident, command, now, by)
            if not events:
                if intent:
                    self.store.streams.remember(intent, incident_id, incident.version)
                return Outcome(incident, ())
            happened = record(events, now, by, after=incident.version)
            after = reduce(evolve, happened, incident)
            try:
                written = self.store.streams.append(
                    incident_id,
                    events,
                    at=now,
                    by=by,
                    after=incident.version,
                    intent=intent,
                    draft=draft_wanted(after) and not draft_wanted(incident),
                    state=after,
                )
            except Conflict:
                continue
            if written.before:
                return self._outcome(written)
            kinds = [STORED_AS[type(event)] for event in events]
            log.info("happened", incident=incident_id, by=by, events=kinds)
            return Outcome(after, happened)

    def merge(self, into: str, other: str, *, by: str, intent: str) -> Outcome:
        """End `other` and go on with it as `into`: both are written at once, so that neither is
        ever without the other. What came of it for `into`. Raises `Refused`."""
        while True:
            here, there, now = self.get(into), self.get(other), self.clock.now()
            if intent and (before := self.store.streams.intended(intent)):
                return self._outcome(before)
            taken = decide(here, AbsorbIncident(there), now, by)
            if not taken:
                self.store.streams.remember(intent, into, here.version)
                return Outcome(here, ())
            ended = decide(there, CloseAsMerged(here), now, by)
            changes = (
                Change(into, here.version, taken, _after(here, taken, now, by)),
                Change(other, there.version, ended, _after(there, ended, now, by)),
            )
            try:
                written = self.store.streams.append_together(changes, at=now, by=by, intent=intent)
            except Conflict:
                continue
            log.info("merged", incident=other, into=into, by=by)
            return self._outcome(written)

    def _outcome(self, span: Span) -> Outcome:
        """What came of it when it was delivered first."""
        history = self.store.streams.read(span.stream_id)[: span.end]
        return Outcome(replay(span.stream_id, history), tuple(history[span.start :]))


def _after(incident: Incident, events: Sequence[Event], at: datetime, by: str) -> Incident:
    return reduce(evolve, record(events, at, by, after=incident.version), incident)


def _same(title: str) -> str:
    """Titles that a person would call the same have the same hash."""
    plain = " ".join(words(title)) or title.strip()
    return hashlib.sha256(plain.encode()).hexdigest()[:24]
