"""Old and new processes side by side on one store, while people work and pages run: the upgrade
from the bots to the workers, back again at once, and the upgrade from the workers to the bots.

The old processes run the wheel of an earlier release, kept in `tests/old/wheels`; the new ones the
code as it is now. Some are killed, two times in the middle of a page, which the other release has
to complete. After each restart an incident that no one acknowledges has to page on, and what one
release has set the clock for, the other has to page for in time.
"""

import socket
from itertools import pairwise
from pathlib import Path

import pytest

from bot.doctor import levels
from bot.streams.level import LEVEL
from bot.wiring.connection import open_store
from sandbox.driver import Message
from tests.faults.actions import WAYS
from tests.faults.final_checks import lateness
from tests.faults.simulated_people import Crowd
from tests.faults.soak import beating, ends_well
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import TEAM, Harness, Incident, until
from tests.harness.harness import add_severities
from tests.old.kept_wheels import MARK, unpack, version, wheels

BOTS, CLOCKS = ("bot", "bot-2"), ("clock", "clock-2")
TIMERS, BULK = ("timers", "timers-2"), ("bulk",)
ALSO = ("bot-2", "timers-2", "clock-2")

ACTS, INCIDENTS = (40, 20) if THOROUGH else (4, 6)  # from restart to restart; open at once
WAIT = 2 if THOROUGH else 1  # seconds from page to page, where pages run
ASLEEP = 75 if THOROUGH else 12  # seconds: about as long as an upgrade takes here
TAKES_OVER = 40.0  # seconds in which another process goes on with what a killed one had begun
FINISHES = 60.0  # seconds: an older process that was killed counts for half of them
STUMBLES = (
    *("job dropped", "queue entry dropped", "quarantined", "unreadable", "reconciliation failed"),
    *("effect failed", "listener failed", "failed after the acknowledgement", "ends"),
)
"""What a process logs that can't read or do what another release wrote."""

SEVERITIES = """\
  - {id: UNHEARD, title: Pages run, commander_within: null, escalation: unheard}
  - {id: ASLEEP, title: One page comes later, commander_within: null, escalation: asleep}
"""
CHAINS = f"""\
  unheard:
    steps:
      - notify: ["@U0DAN"]
      - wait: {WAIT}s
      - notify: ["@U0EVE"]
      - wait: {WAIT}s
    repeat: 99
  asleep:
    steps:
      - notify: ["@U0DAN"]
      - wait: {ASLEEP}s
      - notify: ["@U0EVE"]
"""


class Upgrade:
    """Restarts processes as the other release, and sees that everything goes on."""

    def __init__(self, harness: Harness, crowd: Crowd) -> None:
        self.restarts = 0
        self.asleep: list[Incident] = []
        self._harness = harness
        self._crowd = crowd
        self._unheard = harness.declares("UNHEARD")
        self._store = open_store(harness.asks_the_store(), TEAM)
        self._to_dan, self._to_eve = (harness.person(each).dm() for each in ("dan", "eve"))

    def begins(self) -> None:
        """Those that run now page somebody, and set the clock for the next page."""
        incident = self._harness.declares("ASLEEP")
        incident.expects("page", to=self._to_dan)
        self.asleep.append(incident)

    def rolls(
        self, names: tuple[str, ...], release: Path | None, killed: tuple[str, ...] = ()
    ) -> None:
        """One process after the other; `release` as `Process` has it. Those that aren't `killed`
        may finish what they are at."""
        for name in names:
            if name not in killed:
                self._harness.processes[name].ask_to_end()
                self._harness.processes[name].see_it_end()
            self._restarts(release, name)

    def breaks_off(self, names: tuple[str, ...], release: Path | None) -> None:
        """All at once, killed when a page is in Slack and none of them knows."""
        to = self._harness.slack.channel("@dan").id
        page = self._harness.slack.fails(
            "chat.postMessage", channel=to, pause=True, when="after", times=1
        )
        page.waiting(within=TAKES_OVER)
        self._harness.kill(*names)
        page.stops()
        self._restarts(release, *names)

    def _restarts(self, release: Path | None, *names: str) -> None:
        for name in names:
            self._harness.processes[name].kill()
            self._harness.processes[name].release = release
        self._harness.start(*names)
        for name in names:
            self._is_registered(name, bool(release))
        self.restarts += len(names)
        self._goes_on(f"{', '.join(names)}: {'the old' if release else 'the new'} release")

    def _is_registered(self, name: str, old: bool) -> None:
        """As a process of the old or of the new release."""
        kind, pid = name.partition("-")[0], self._harness.processes[name].pid
        known = f"{kind}@{socket.gethostname()}:{pid}"

        def it_is() -> bool:
            versions = {each.name: each.version for each in self._store.level.processes()}
            return known in versions and versions[known].endswith(MARK) == old

        until(it_is, what=f"{known} registered as {'old' if old else 'new'}")

    def _goes_on(self, since: str) -> None:
        answers, pages = self._answers(), len(self.pages())
        for what, goes_on in (
            ("people are answered", lambda: self._answers() >= answers + ACTS),
            ("pages go on", lambda: len(self.pages()) > pages),
        ):
            until(goes_on, within=TAKES_OVER, what=f"{what} since {since}")

    def _answers(self) -> int:
        return self._crowd.acts - self._crowd.unanswered

    def pages(self) -> list[Message]:
        """Those of the incident that no one acknowledges, in order."""
        inboxes = (self._to_dan, self._to_eve)
        sent = [page for dm in inboxes for page in self._unheard.messages("page", to=dm)]
        return sorted(sent, key=lambda page: float(page.ts))

    def wakes(self, incident: Incident) -> float:
        """How late the page of one that was asleep came, in seconds."""
        (first,) = incident.messages("page", to=self._to_dan)
        page = incident.expects("page", to=self._to_eve, within=ASLEEP + TAKES_OVER)
        return float(page.ts) - float(first.ts) - ASLEEP


@pytest.mark.parametrize("transport", ["socket", "http"] if THOROUGH else ["socket"])
@pytest.mark.parametrize("wheel", wheels() if THOROUGH else wheels()[-1:], ids=version)
def test_nothing_is_lost_and_nobodys_pages_end(
    wheel: Path, transport: str, tmp_path: Path, trials: Trials
) -> None:
    old, new = unpack(wheel, tmp_path), None
    with Harness(
        transport, release=old, also=ALSO, policy=running_pages, real_time=True
    ) as harness:
        crowd = Crowd(harness, seed=1, most=INCIDENTS, ways=WAYS)
        upgrade = Upgrade(harness, crowd)
        with crowd.at_work():
            upgrade.begins()
            upgrade.rolls((*BOTS, *CLOCKS, *TIMERS, *BULK), new, killed=("bot", "clock-2"))
            upgrade.begins()
            upgrade.breaks_off((*BOTS, *CLOCKS, *TIMERS, *BULK), old)
            upgrade.begins()
            upgrade.breaks_off(TIMERS, new)
            upgrade.rolls((*BULK, *CLOCKS, *BOTS), new, killed=("bulk", "clock", "bot-2"))
            woken = [upgrade.wakes(each) for each in upgrade.asleep]
        assert max(woken) < TAKES_OVER, woken
        worst = nobody_was_left_out(upgrade.pages())
        crowd.ends_all()
        finishes(harness)
        ends_well(harness, crowd)
        nobody_stumbled(harness)
        trials.add(
            upgrade.restarts,
            f"{crowd.acts} user actions ({crowd.unanswered} while a bot was down), "
            f"{worst:.1f} s between two pages at most; {lateness(harness)}",
        )


def running_pages(playbooks: Path) -> None:
    beating(playbooks)
    add_severities(playbooks, SEVERITIES)
    chains = playbooks / "escalation.yml"
    chains.write_text(chains.read_text() + CHAINS)


def nobody_was_left_out(pages: list[Message]) -> float:
    """They were paged as often as each other, and neither waited long for the next. The longest
    time between two pages, in seconds.

    Not strictly in turns: a page in doubt is looked for before it is sent again, and the next step
    doesn't wait for that.
    """
    by_person = [[page for page in pages if page.channel.id == dm] for dm in _inboxes(pages)]
    often = [len(each) for each in by_person]
    assert max(often) - min(often) <= 1, often
    for sent in by_person:
        apart = [float(b.ts) - float(a.ts) for a, b in pairwise(sent)]
        assert max(apart) < 2 * WAIT + TAKES_OVER, apart
    return max(float(b.ts) - float(a.ts) for a, b in pairwise(pages))


def _inboxes(pages: list[Message]) -> set[str]:
    return {page.channel.id for page in pages}


def nobody_stumbled(harness: Harness) -> None:
    ended = [name for name, process in harness.processes.items() if not process.running]
    assert not ended
    stumbled = [
        line
        for line in harness.logs().splitlines()
        if any(f'"event": "{each}"' in line for each in STUMBLES)
    ]
    assert not stumbled, "\n".join(stumbled)
    assert not [row["id"] for row in harness.records() if "set_aside" in row]


def finishes(harness: Harness) -> None:
    """The operator ends the upgrade, as soon as the last old process is forgotten."""
    with harness.asks_the_store() as redis:
        level = open_store(redis, TEAM).level
        until(
            lambda: all(each.level == LEVEL for each in level.processes()),
            within=FINISHES,
            what="only new processes",
        )
        done = harness.muster("upgrade", "--finish")
        assert done.returncode == 0, done.stderr
        found = [str(each) for each in levels.examine(level)]
    assert found[-1].split() == ["ok", "level", f"{LEVEL},", "nothing", "is", "held", "back"]
