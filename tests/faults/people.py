"""People who type and click all the while, and remember what they were told of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from random import Random
from threading import Event

from bot.store import Store
from sandbox.driver import Cannot, Person, Seen
from tests.house import TEAM, House, until

PEOPLE = ("ana", "bob", "cleo")
SLOWNESS = (0.05, 0.5)  # seconds between two things that one person does
TOLD = "Your update is in the channel"
NEWS = r"news \d+ by \w+"  # in each update, and in no other
STAGES = ("identified", "investigating", "mitigated")


@dataclass(frozen=True)
class Update:
    """What somebody wrote, and whether they were told that it is in the channel."""

    incident: str
    by: str
    text: str
    told: bool


class Crowd:
    """They declare until `most` incidents are open, and work on those."""

    def __init__(self, house: House, seed: int, most: int) -> None:
        self.updates: list[Update] = []
        self.titles: set[str] = set()  # of which people were told that they are declared
        self.declared: dict[str, str] = {}  # where each incident's channel is, once it is known
        self.acts = self.unanswered = 0
        self._house = house
        self._store = Store(house.asks_the_store(), TEAM)
        self._seed = seed
        self._most = most
        self._open: set[str] = set()
        self._in: set[tuple[str, str]] = set()
        self._numbers = count(1)
        self._over = Event()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the block runs. What surprises one of them is raised at its end."""
        with ThreadPoolExecutor(len(PEOPLE)) as threads:
            lives: list[Future[None]] = [threads.submit(self._lives, name) for name in PEOPLE]
            try:
                yield
            finally:
                self._over.set()
            for life in lives:
                life.result()

    def ends_all(self) -> None:
        """Whatever is open is cancelled: nothing nags any more."""
        with ThreadPoolExecutor(len(PEOPLE)) as threads:
            list(threads.map(self._ends, self._store.open_ids()))

    def _ends(self, incident: str) -> None:
        until(lambda: self._where(incident), within=60, what=f"a channel of {incident}")
        ana = self._house.ana
        ana.joins(self._where(incident))
        until(
            lambda: (
                ana.types("/incident cancel", self._where(incident)) and self._is_over(incident)
            ),
            within=60,
            what=f"{incident} cancelled",
        )

    def _is_over(self, incident: str) -> bool:
        return not self._store.incident(incident).is_open

    def _lives(self, name: str) -> None:
        person, random = self._house.person(name), Random(f"{self._seed} {name}")
        while not self._over.wait(random.uniform(*SLOWNESS)):
            if len(self._open) < self._most:
                self._declares(person, random)
            else:
                self._acts(person, random)

    # --- what they do ----------------------------------------------------------------------

    def _declares(self, person: Person, random: Random) -> None:
        severity = random.choice(("BEAT", "BEAT", "BREATH"))
        title = f"Broken {next(self._numbers)}"
        said = self._does(person, f"declare {severity} {title}", "general")
        if said and "is declared" in said:
            self.titles.add(title)
            incident = said.text.partition(" ")[0].strip("*")
            self.declared[incident] = ""
            self._open.add(incident)

    def _acts(self, person: Person, random: Random) -> None:
        incident = random.choice(sorted(self._open))
        where = self._where(incident)
        if not where:
            return
        if (person.name, where) not in self._in:
            person.joins(where)
            self._in.add((person.name, where))
        ways: dict[Callable[[], object], int] = {
            partial(self._updates, person, incident): 40,
            partial(self._fills, person, incident): 10,
            partial(self._does, person, "note seen", where): 5,
            partial(self._does, person, "ack", where): 5,
            partial(self._does, person, f"role {random.choice(('ic', 'ol', 'cl'))}", where): 10,
            partial(self._does, person, "role ic none", where): 3,
            partial(self._does, person, f"sev {random.choice(('BEAT', 'BREATH'))}", where): 5,
            partial(self._does, person, f"status {random.choice(STAGES)}", where): 8,
            partial(self._clicks, person, where): 10,
            partial(self._resolves, person, incident): 3,
        }
        random.choices(list(ways), weights=list(ways.values()))[0]()

    def _updates(self, person: Person, incident: str) -> None:
        text = f"news {next(self._numbers)} by {person.name}"
        said = self._does(person, f"update {text}", self.declared[incident])
        self.updates.append(Update(incident, person.name, text, bool(said and TOLD in said)))

    def _fills(self, person: Person, incident: str) -> None:
        form = self._does(person, "update", self.declared[incident])
        if form is None or form.view is None:
            return
        text = f"news {next(self._numbers)} by {person.name}"
        self.acts += 1
        taken = form.view.submits(text=text) is None
        self.updates.append(Update(incident, person.name, text, taken))
        for view in person.views():
            person.view(view["view"]["callback_id"]).closes()

    def _resolves(self, person: Person, incident: str) -> None:
        said = self._does(person, "resolve", self.declared[incident])
        if said and "is resolved" in said:
            self._open.discard(incident)

    def _clicks(self, person: Person, where: str) -> None:
        """On the newest message with such a button; who comes too late finds none."""
        self.acts += 1
        for button in ("ack", "role_take"):
            try:
                person.does("click", None, channel=where, target=button)
            except Cannot:
                continue
            return

    def _does(self, person: Person, what: str, where: str) -> Seen | None:
        self.acts += 1
        said = person.types(f"/incident {what}", where)
        self.unanswered += said is None or bool(said.problem)
        return None if said is None or said.problem else said

    def _where(self, incident: str) -> str:
        if not self.declared.get(incident):
            self.declared[incident] = self._store.incident(incident).channel or ""
        return self.declared[incident]
