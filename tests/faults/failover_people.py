"""People who act at a steady rate while a cluster fails over, what they were told, and the checks
afterwards."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from time import time

from bot.incident.events import Declared, Noted, UpdatePosted
from bot.wiring.connection import open_store
from sandbox.driver import Person
from tests.faults.completeness import each_thing_was_said_once
from tests.harness import TEAM, Harness, Incident
from tests.harness.harness import add_severities

PACE = 0.4  # seconds between two actions of one person
PEOPLE = ("ana", "bob", "cleo")
DONE = re.compile(r"Added to the timeline|Posting your update in|\*?INC-\d+\*?:? ?")
BEATING = "  - {id: BEAT, title: Nagged all the time, update_every: 3s, commander_within: null}\n"
BY_THE_CLOCK = ("nag", "page", "escalation")


def beating(playbooks: Path) -> None:
    """A severity whose reminders come every three seconds."""
    add_severities(playbooks, BEATING)


@dataclass(frozen=True)
class Act:
    """Something that a person did. `at`: when they had the answer, seconds since 1970; `told`:
    that it was done; `number`: of the incident that they were told they declared."""

    words: str
    at: float
    told: bool
    number: str = ""


class People:
    """They note, update and declare, each at `PACE`; one fills in forms, and submits again until
    it is accepted."""

    def __init__(self, harness: Harness, incidents: list[Incident]) -> None:
        self.acts: list[Act] = []
        self._harness = harness
        self._where = [each.channel for each in incidents]
        for name in PEOPLE[1:]:
            for channel in self._where:
                if name not in channel.members:
                    harness.person(name).joins(channel)
        self._numbers = count(1)
        self._over = Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        lives = [*((self._lives, name) for name in PEOPLE), (self._fills_forms, "ana")]
        with ThreadPoolExecutor(len(lives)) as threads:
            running = [threads.submit(life, self._harness.person(name)) for life, name in lives]
            try:
                yield
            finally:
                self._over.set()
            for each in running:
                each.result()

    def _lives(self, person: Person) -> None:
        while not self._over.wait(PACE):
            number = next(self._numbers)
            where = self._where[number % len(self._where)]
            words = f"failing {number} over"
            match number % 10:
                case 0:
                    said = person.types(f"/incident declare sev3 {words}")
                case 1 | 2 | 3:
                    said = person.types(f"/incident update {words}", where)
                case _:
                    said = person.types(f"/incident note {words}", where)
            text = said.text if said else ""
            declared = re.search(r"INC-\d+", text) if number % 10 == 0 else None
            told = declared is not None if number % 10 == 0 else bool(DONE.search(text))
            self.acts.append(Act(words, time(), told, declared[0] if declared else ""))

    def _fills_forms(self, person: Person) -> None:
        while not self._over.wait(PACE * 2):
            form = person.types("/incident")
            if form is None or form.view is None:
                continue
            words = f"form {next(self._numbers)} over"
            refused: object = True
            while refused and not self._over.is_set():
                refused = form.view.submits(title=words, severity="SEV3")
            self.acts.append(Act(words, time(), not refused))

    def again_after(self, moment: float) -> float:
        """Seconds from then until a person was told again that something is done."""
        done = (each.at for each in self.acts if each.told and each.at > moment)
        return min(done, default=float("inf")) - moment


def timers_after(harness: Harness, incidents: list[Incident], moment: float) -> float:
    """Seconds from then until every one of these incidents had a reminder."""
    first = [
        min(
            (float(each.ts) for each in one.messages("nag") if float(each.ts) > moment),
            default=float("inf"),
        )
        for one in incidents
    ]
    return max(first) - moment


def nothing_is_lost_or_doubled(harness: Harness, people: People) -> None:
    """Check that all that people were told is done is there once, and the rest at most once; that
    no number was given twice; and that each message was sent once."""
    with harness.asks_the_store() as redis:
        store = open_store(redis, TEAM)
        incidents = [store.streams.state(each) for each in store.streams.all_ids("INC")]
    kept: Counter[str] = Counter()
    titles: dict[str, str] = {}
    for incident in incidents:
        for each in incident.history:
            match each.event:
                case Noted(text=text) | UpdatePosted(text=text):
                    kept[text] += 1
                case Declared(title=title):
                    kept[title] += 1
                    titles[incident.id] = title
    told = [each for each in people.acts if each.told]
    lost = [each for each in told if not kept[each.words]]
    assert not lost, f"{len(lost)} of {len(told)} lost: {lost[:5]}"
    twice = [each.words for each in people.acts if kept[each.words] > 1]
    assert not twice, f"done twice: {twice}"
    numbers = [each for each in told if each.number]
    given = Counter(each.number for each in numbers)
    assert not [each for each, times in given.items() if times > 1], "a number was given twice"
    assert all(titles[each.number] == each.words for each in numbers)
    each_thing_was_said_once(harness)
