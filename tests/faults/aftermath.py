"""What must be so when nobody dies any more, whatever happened before."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.incident.cadence import AT_LEAST
from bot.incident.events import Recorded, Reminded
from bot.incident.evolve import evolve
from bot.incident.incident import Incident
from bot.incident.reminders import nag_key, next_due, still_itches
from bot.incident.todo import draft_wanted, todo
from bot.messages.topic import topic
from bot.slack.client import CALL_TIMEOUT
from bot.store import Store
from sandbox.driver import Channel, Message
from tests.faults.people import NEWS, Crowd
from tests.house import TEAM, House, everything_said

SILENT = timedelta(minutes=5)  # neither kills nor a busy machine explain a longer silence
ON_ITS_WAY = timedelta(seconds=CALL_TIMEOUT)  # from writing the words to being in Slack


@dataclass
class Lateness:
    """Seconds from when a nag was due to when it was in Slack, or not needed any more."""

    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        late = sorted(self.seconds)
        if not late:
            return "no nag came due"
        half, most = late[len(late) // 2], late[len(late) * 99 // 100]
        return (
            f"{len(late)} nags came due, late by {half:.2f} s (median), {most:.2f} s (p99), "
            f"{late[-1]:.2f} s (worst)"
        )


def all_is_well(house: House, crowd: Crowd) -> Counter[str]:
    """Everything said once, nothing lost, Slack shows what is so. The kinds of what was said."""
    said = list(everything_said(house.slack))
    keys = Counter(message.payload["key"] for message in said)
    assert not {key: times for key, times in keys.items() if times > 1}
    declared = Counter(each["title"] for each in house.records())
    assert not {title: times for title, times in declared.items() if times > 1}
    assert crowd.titles <= declared.keys(), "a declaration was lost"
    _every_update_once_and_in_order(crowd, said)
    with house.asks_the_store() as redis:
        store = Store(redis, TEAM)
        for incident in map(store.incident, store.all_ids()):
            assert not todo(incident), (incident.id, todo(incident))
            assert not incident.failed, (incident.id, incident.failed)
            assert not draft_wanted(incident), f"{incident.id} has no draft"
            _is_shown(house, incident)
    house.check_slack()
    return Counter(str(message.kind) for message in said)


def _every_update_once_and_in_order(crowd: Crowd, said: Iterable[Message]) -> None:
    there: dict[str, list[float]] = {}
    for message in said:
        if message.kind == "update":
            for text in re.findall(NEWS, message.text):
                there.setdefault(text, []).append(float(message.ts))
    latest: dict[tuple[str, str], list[float]] = {}
    for written in crowd.updates:
        found = there.get(written.text, [])
        assert len(found) <= 1, f"said twice: {written}"
        assert found or not written.told, f"lost: {written}"
        latest.setdefault((written.incident, written.by), []).extend(found)
    for (incident, by), times in latest.items():
        assert all(a < b for a, b in pairwise(times)), f"{by} in {incident}: not in order"


def _is_shown(house: House, incident: Incident) -> None:
    channel = Channel(house.slack, str(incident.channel))
    assert channel.topic == topic(incident), incident.id
    (pinned,) = channel.pins
    assert pinned.kind == "card"
    assert incident.stage.capitalize() in pinned, f"{incident.id}: {pinned.text}"


def lateness(house: House) -> Lateness:
    """How late each nag was. None was silent, and each that was late says so."""
    found = Lateness()
    with house.asks_the_store() as redis:
        store = Store(redis, TEAM)
        histories = {each: store.read(each) for each in store.all_ids()}
    for name, history in histories.items():
        found.seconds += _lateness(name, history)
    assert max(found.seconds, default=0) < SILENT.total_seconds(), str(found)
    due = {
        f"{name}/{nag_key(recorded)}": recorded.event.due
        for name, history in histories.items()
        for recorded in history
        if isinstance(recorded.event, Reminded)
    }
    for message in everything_said(house.slack):
        if message.kind == "nag":
            sent = datetime.fromtimestamp(float(message.ts), UTC)
            late = sent - due[message.payload["key"]]
            assert late < AT_LEAST + ON_ITS_WAY or "(due" in message, f"{late} late: {message}"
    return found


def _lateness(name: str, history: Iterable[Recorded]) -> list[float]:
    """Whatever happens shows what should have happened before it: what was due by then and not
    written down, and what was written down and not said."""
    incident, late = Incident(name), list[float]()
    waiting: dict[Recorded, datetime] = {}
    for recorded in history:
        due = next_due(incident) if incident.is_open else None
        if due and not isinstance(recorded.event, Reminded):
            assert recorded.at - due < SILENT, f"{name}: silent for {recorded.at - due}"
        incident = evolve(incident, recorded)
        if isinstance(recorded.event, Reminded):
            waiting[recorded] = recorded.event.due
        for nag in [*waiting]:
            if nag_key(nag) in incident.said or not still_itches(incident, nag):
                late.append((recorded.at - waiting.pop(nag)).total_seconds())
    assert not waiting, f"{name}: never said: {waiting}"
    return late
