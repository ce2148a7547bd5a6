"""Simulated people who type and click continuously, and record the replies they got."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from random import Random
from threading import Event

from redis import RedisError

from bot.wiring.connection import open_store
from sandbox.driver import Channel, Person, Seen
from tests.harness import TEAM, Harness, until

PEOPLE = ("ana", "bob", "cleo")
SLOWNESS = (0.05, 0.5)  # seconds between two actions of one person
VEILED = "veiled"  # marks all private texts, and occurs nowhere else
IN_PRIVATE = 0.1  # fraction of private declarations


@dataclass(frozen=True)
class Word:
    """A text that a person wrote, and whether they were told that it was saved."""

    incident: str
    by: str
    kind: str
    text: str
    told: bool


@dataclass(frozen=True)
class Answer:
    """A response to the offer of a role, which is event `offer`; and whether they were told that
    it counts."""

    incident: str
    offer: int
    by: str
    accepted: bool
    told: bool


@dataclass(frozen=True)
class Ended:
    """A task that a person was told they ended, alone."""

    incident: str
    number: int


@dataclass(frozen=True)
class Merged:
    """Two incidents that a person was told are merged."""

    into: str
    other: str


@dataclass(frozen=True)
class PutIn:
    """A message that a person pinned to the timeline."""

    incident: str
    ts: str


Way = Callable[["Crowd", Person, Random, str], object]  # an action in an incident


class Crowd:
    """People who declare until `most` incidents are open, and act on those in these weighted
    `ways`."""

    def __init__(self, harness: Harness, seed: int, most: int, ways: Mapping[Way, int]) -> None:
        self.words: list[Word] = []
        self.answers: list[Answer] = []
        self.ended: list[Ended] = []
        self.merged: list[Merged] = []
        self.put_in: list[PutIn] = []
        self.titles: set[str] = set()  # people were told that these are declared
        self.declared: dict[str, str] = {}  # channel by incident, once it is known
        self.open: set[str] = set()
        self.private: dict[str, str] = {}  # declarer by incident
        self.acts = self.unanswered = 0
        self.harness = harness
        self._store = open_store(harness.asks_the_store(), TEAM)
        self._seed = seed
        self._most = most
        self._ways = ways
        self._in: set[tuple[str, str]] = set()
        self._numbers = count(1)
        self._over = Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them act during the block. Raises their exceptions at its end."""
        with ThreadPoolExecutor(len(PEOPLE)) as threads:
            lives: list[Future[None]] = [threads.submit(self._lives, name) for name in PEOPLE]
            try:
                yield
            finally:
                self._over.set()
            for life in lives:
                life.result()

    def ends_all(self) -> None:
        """Cancel all open incidents, so that there are no more reminders."""
        with ThreadPoolExecutor(len(PEOPLE)) as threads:
            list(threads.map(self._ends, self._store.streams.open_ids("INC")))

    def _ends(self, incident: str) -> None:
        ana = self.harness.ana
        until(lambda: self.enters(ana, incident), within=60, what=f"a channel of {incident}")
        until(
            lambda: (
                ana.types("/incident cancel it", self.where(incident)) and self._is_over(incident)
            ),
            within=60,
            what=f"{incident} cancelled",
        )

    def _is_over(self, incident: str) -> bool:
        return not self._store.streams.state(incident).is_open

    def _lives(self, name: str) -> None:
        person, random = self.harness.person(name), Random(f"{self._seed} {name}")
        ways, weights = list(self._ways), list(self._ways.values())
        while not self._over.wait(random.uniform(*SLOWNESS)):
            if len(self.open) < self._most:
                self._declares(person, random)
                continue
            incident = random.choice(sorted(self.open))
            with suppress(RedisError):  # without the store, incidents can't be found
                if self.enters(person, incident):
                    random.choices(ways, weights)[0](self, person, random, incident)

    # --- declaring and joining -------------------------------------------------------------

    def _declares(self, person: Person, random: Random) -> None:
        severity = random.choice(("BEAT", "BEAT", "BREATH"))
        title = f"Broken {next(self._numbers)}"
        if random.random() < IN_PRIVATE:
            self._declares_in_private(person, severity, f"{VEILED} {title}")
            return
        said = self.does(person, f"declare {severity} {title}", "general")
        # an answer to an earlier declaration may come late
        about_it = rf"Declared \*?(INC-\d+)\b[^:]*: {title}\."
        if said and (named := re.search(about_it, said.text)):
            self._is_declared(named[1], title)

    def _declares_in_private(self, person: Person, severity: str, title: str) -> None:
        form = self.does(person, "declare private", "general")
        if form is None or form.view is None:
            return
        self.acts += 1
        taken = form.view.submits(title=title, severity=severity, private=["private"]) is None
        self.closes_all(person)
        if taken:
            (incident,) = (each for each, name in self._titles() if name == title)
            self.private[incident] = person.name
            self._is_declared(incident, title)

    def _titles(self) -> Iterator[tuple[str, str]]:
        return self._store.streams.titles(self._store.streams.open_ids("INC"))

    def _is_declared(self, incident: str, title: str) -> None:
        self.titles.add(title)
        self.declared[incident] = ""
        self.open.add(incident)

    def enters(self, person: Person, incident: str) -> bool:
        """Whether they are in its channel now. Its declarer invites them to a private one."""
        where = self.where(incident)
        if where and (person.name, where) not in self._in:
            host = self.private.get(incident)
            if host and host not in Channel(self.harness.slack, where).members:
                return False
            if host:
                self.harness.person(host).invites(person, where)
            else:
                person.joins(where)
            self._in.add((person.name, where))
        return bool(where)

    def where(self, incident: str) -> str:
        if not self.declared.get(incident):
            self.declared[incident] = self._store.streams.state(incident).channel or ""
        return self.declared[incident]

    # --- for all actions -------------------------------------------------------------------

    def does(self, person: Person, what: str, where: str) -> Seen | None:
        """Act; returns the answer, None if there was none."""
        self.acts += 1
        said = person.types(f"/incident {what}", where)
        self.unanswered += said is None or bool(said.problem)
        if said and "was merged into" in said:
            self.open.discard(said.text.partition(" ")[0])
        return None if said is None or said.problem else said

    def closes_all(self, person: Person) -> None:
        for view in person.views():
            person.view(view["view"]["callback_id"]).closes()

    def text(self, kind: str, person: Person, incident: str) -> str:
        """A unique text."""
        veil = f"{VEILED} " if incident in self.private else ""
        return f"{veil}{kind} {next(self._numbers)} from {person.name}"

    def wrote(self, kind: str, person: Person, incident: str, text: str, told: bool) -> None:
        self.words.append(Word(incident, person.name, kind, text, told))
