"""Two of each process on one store: many incidents with reminders every few seconds, people who
act continuously, and processes that are killed at random and restarted.

    python -m tests.faults.soak --seconds 600 --seed 1
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

from bot.incident.slices import STORED_AS
from sandbox.driver.waiting import pause
from tests.faults.actions import WAYS
from tests.faults.final_checks import After, Lateness, all_is_put_in, all_is_well, lateness
from tests.faults.simulated_people import Crowd
from tests.harness import TEAM, Harness, until
from tests.harness.harness import add_severities

ALSO = ("bot-2", "timers-2", "timers-3", "clock-2")
SETTLES = 240.0  # seconds until all work is done, after the last kill
HEARD_AFTER = "6m"  # after the last retry of unacknowledged events

ALSO_DONE = {
    "HandoffOffered": "handoffs offered",
    "TaskAdded": "tasks",
    "Snoozed": "snoozes",
    "Paged": "manual pages",
    "MergedInto": "merges",
    "Pinned": "pinned to the timeline",
}

SEVERITIES = """\
  - {id: BEAT, title: Nagged all the time, update_every: 3s, ack_within: 7s, ack_every: 7s, \
commander_within: 11s, commander_every: 11s, escalation: quick}
  - {id: BREATH, title: Nagged often, update_every: 5s, commander_within: null}
"""
CHAINS = """\
  quick:
    steps:
      - notify: [oncall:primary]
      - wait: 5s
      - notify: [oncall:secondary]
      - wait: 9s
    repeat: 2
"""


@dataclass
class Report:
    """The result of a soak. Raises `AssertionError` if anything was lost, doubled or missing."""

    seed: int
    seconds: float
    kills: Counter[str] = field(default_factory=Counter)
    incidents: int = 0
    acts: int = 0
    unanswered: int = 0
    messages: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    late: Lateness = field(default_factory=Lateness)

    def __str__(self) -> str:
        killed = ", ".join(f"{name} {times}" for name, times in self.kills.most_common())
        said = ", ".join(f"{times} {kind}" for kind, times in self.messages.most_common(4))
        also = ", ".join(f"{self.happened[each]} {words}" for each, words in ALSO_DONE.items())
        return (
            f"seed {self.seed}, {self.seconds:.0f} s: {self.incidents} incidents, "
            f"{self.acts} user actions ({self.unanswered} while the bot was down), "
            f"{self.kills.total()} kills and failures ({killed}), "
            f"{self.messages.total()} messages, each sent once ({said}); {also}; {self.late}"
        )


def soak(
    seconds: float, seed: int, incidents: int = 50, reaper: "type[Reaper] | None" = None
) -> Report:
    """Run it for this long, then check that the result is as if no process had been killed."""
    report = Report(seed, seconds)
    transport = ("socket", "http")[seed % 2]
    with Harness(transport, also=ALSO, policy=beating, real_time=True) as harness:
        crowd = Crowd(harness, seed, incidents, WAYS)
        with crowd.at_work():
            death = (reaper or Reaper)(harness, Random(seed), report.kills)
            end = monotonic() + seconds
            while monotonic() < end:
                death.works()
                pause()
            death.brings_all_back()
        after = ends_well(harness, crowd, death.excuses)
        report.incidents, report.acts = len(crowd.declared), crowd.acts
        report.unanswered = crowd.unanswered
        report.messages.update(str(message.kind) for message in after.said)
        report.happened.update(
            STORED_AS[type(each.event)] for i in after.incidents.values() for each in i.history
        )
        report.late = lateness(harness)
    return report


def ends_well(harness: Harness, crowd: Crowd, excuses: tuple[str, ...] = ()) -> After:
    """Nobody dies or acts any more: wait until all is done, then look that all is well."""
    crowd.ends_all()
    _drafts_all(harness)
    harness.rests(within=SETTLES)
    harness.slack.moves(HEARD_AFTER)
    until(lambda: all_is_put_in(harness, crowd), within=SETTLES, what="every message put in")
    harness.rests(within=SETTLES)
    return all_is_well(harness, crowd, excuses)


def _drafts_all(harness: Harness) -> None:
    """Wait for the drafts: a killed worker keeps the lock of its draft for a few seconds."""
    with harness.asks_the_store() as store:
        until(
            lambda: not store.zcard(f"muster:{{{TEAM}}}:draft"),
            within=SETTLES,
            what="every draft written",
        )


def beating(playbooks: Path) -> None:
    """Add severities whose reminders come within seconds."""
    add_severities(playbooks, SEVERITIES)
    chains = playbooks / "escalation.yml"
    chains.write_text(chains.read_text() + CHAINS)


class Reaper:
    """Kills random processes, which are restarted after a moment. `excuses`: violations that may
    occur."""

    excuses: tuple[str, ...] = ()

    def __init__(self, harness: Harness, random: Random, kills: Counter[str]) -> None:
        self._harness = harness
        self._random = random
        self._kills = kills
        self._dead: dict[str, float] = {}
        self._next = monotonic() + 1

    def works(self) -> None:
        now = monotonic()
        for name in [name for name, back in self._dead.items() if back <= now]:
            self._harness.processes[name].start()
            del self._dead[name]
        if now >= self._next:
            living = [name for name in self._harness.processes if name not in self._dead]
            name = self._random.choice(living)
            self._harness.kill(name)
            self._kills[name.partition("-")[0]] += 1
            self._dead[name] = now + self._random.uniform(0.1, 3)
            self._next = now + self._random.uniform(0.5, 4)

    def brings_all_back(self) -> None:
        if self._dead:  # starting with no names would start all
            self._harness.start(*self._dead)
        self._dead.clear()


def main(arguments: list[str], reaper: type[Reaper] = Reaper) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--incidents", type=int, default=50)
    options = parser.parse_args(arguments)
    print(soak(options.seconds, options.seed, options.incidents, reaper))


if __name__ == "__main__":
    main(sys.argv[1:])
