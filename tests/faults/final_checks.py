"""Checks after an attack, once everything runs again, whatever happened before."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.incident.events import (
    Event,
    HandoffDeclined,
    MilestoneCorrected,
    Noted,
    Paged,
    Recorded,
    Reminded,
    RoleAssigned,
    Snoozed,
    StageChanged,
    TaskAdded,
    TaskCancelled,
    TaskDone,
    UpdatePosted,
)
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.offers import asked, ending
from bot.incident.pending import pending_effects
from bot.incident.reminders import nag_key, next_due, still_unmet
from bot.messages.text import mention
from bot.paging.cadence import AT_LEAST
from bot.ports import CALL_TIMEOUT
from bot.slack.keyed_messages import key_prefix
from bot.wiring.connection import open_store
from sandbox.driver import Channel, Message
from tests.faults.simulated_people import VEILED, Crowd
from tests.harness import TEAM, Harness, everything_said

NEWS = r"(?:veiled )?news \d+ from \w+"  # unique to each update
SILENT = timedelta(minutes=5)  # longer than kills or a busy machine can explain
ON_ITS_WAY = timedelta(seconds=CALL_TIMEOUT)  # from rendering a message to its post


@dataclass
class Lateness:
    """Seconds from when a reminder was due until it was in Slack or not needed any more."""

    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        late = sorted(self.seconds)
        if not late:
            return "no reminder came due"
        half, most = late[len(late) // 2], late[len(late) * 99 // 100]
        return (
            f"{len(late)} reminders came due, late by {half:.2f} s (median), {most:.2f} s (p99), "
            f"{late[-1]:.2f} s (worst)"
        )


# how an incident stores texts of people, and the field they are in
KEPT: dict[str, tuple[type[Event], str]] = {
    "news": (UpdatePosted, "text"),
    "note": (Noted, "text"),
    "chore": (TaskAdded, "text"),
    "quiet": (Snoozed, "reason"),
    "help": (Paged, "text"),
    "was": (MilestoneCorrected, "reason"),
    "back": (StageChanged, "text"),
}


@dataclass(frozen=True)
class After:
    """The state when no one acts any more."""

    harness: Harness
    crowd: Crowd
    incidents: Mapping[str, Incident]
    said: list[Message]


def all_is_well(harness: Harness, crowd: Crowd, excuses: tuple[str, ...] = ()) -> After:
    """Check that each message was posted once, nothing was lost, Slack shows the current state,
    and there are no violations but `excuses`."""
    with harness.asks_the_store() as redis:
        store = open_store(redis, TEAM)
        incidents = {each: store.streams.state(each) for each in store.streams.all_ids("INC")}
    after = After(harness, crowd, incidents, list(everything_said(harness.slack)))
    # people correct titles later
    declared = Counter(getattr(each.history[0].event, "title", "") for each in incidents.values())
    assert not {title: times for title, times in declared.items() if times > 1}
    lost = crowd.titles - declared.keys()
    assert not lost, f"declarations were lost: {lost}"
    _each_thing_is_said_once(after)
    _each_word_is_kept_once(after)
    _every_update_is_in_order(after)
    _each_offer_has_one_answer(after)
    _each_task_ends_once(after)
    _what_is_merged_is_whole(after)
    for incident in incidents.values():
        assert not pending_effects(incident), (incident.id, pending_effects(incident))
        assert not incident.failed, (incident.id, incident.failed)
        _is_shown(harness, incident)
    _nothing_private_is_outside(after)
    harness.check_slack(but=excuses)
    return after


def _each_thing_is_said_once(after: After) -> None:
    """Slack has exactly the messages that the store knows of."""
    there = Counter(message.payload["key"] for message in after.said)
    known = [f"{key_prefix(each)}{key}" for each in after.incidents.values() for key in each.said]
    assert not {key: times for key, times in there.items() if times > 1}
    answers = {each.payload["key"] for each in after.said if each.kind == "answer"}
    assert there.keys() - answers == set(known), (there.keys() - answers) ^ set(known)


def _each_word_is_kept_once(after: After) -> None:
    for word in after.crowd.words:
        kind, where = KEPT[word.kind]
        history = after.incidents[word.incident].history
        kept = [
            recorded
            for recorded in history
            if isinstance(recorded.event, kind) and getattr(recorded.event, where) == word.text
        ]
        assert len(kept) <= 1, f"twice: {word}"
        assert kept or not word.told, f"lost: {word}"
        assert all(each.by.lower().endswith(word.by) for each in kept), f"not by them: {word}"


def _every_update_is_in_order(after: After) -> None:
    there = {
        text: float(message.ts)
        for message in after.said
        if message.kind == "update"
        for text in re.findall(NEWS, message.text)
    }
    latest: dict[tuple[str, str], list[float]] = {}
    for word in after.crowd.words:
        if word.text in there:
            latest.setdefault((word.incident, word.by), []).append(there[word.text])
        assert word.text in there or word.kind != "news" or not word.told, f"not said: {word}"
    for (incident, by), times in latest.items():
        assert all(a < b for a, b in pairwise(times)), f"{by} in {incident}: not in order"


def _each_offer_has_one_answer(after: After) -> None:
    for answer in after.crowd.answers:
        incident = after.incidents[answer.incident]
        (offer,) = (each for each in incident.history if each.seq == answer.offer)
        ended = ending(incident, offer)
        assert not answer.told or ended is not None, f"lost: {answer}"
        if ended and answer.told:
            how = RoleAssigned if answer.accepted else HandoffDeclined
            assert isinstance(ended.event, how), f"{answer}, but {ended}"
            assert ended.by == asked(offer), f"{answer}, but {ended}"


def _each_task_ends_once(after: After) -> None:
    told = Counter(after.crowd.ended)
    assert not {ended: times for ended, times in told.items() if times > 1}
    for incident in after.incidents.values():
        ended = Counter(
            each.event.number
            for each in incident.history
            if isinstance(each.event, TaskDone | TaskCancelled)
        )
        assert not {number: times for number, times in ended.items() if times > 1}, incident.id
        assert {each.number for each in told if each.incident == incident.id} <= ended.keys()


def _what_is_merged_is_whole(after: After) -> None:
    """Both histories record a merge, and each open task was moved once."""
    merged = [each for each in after.incidents.values() if each.merged]
    gone = {(each.merged.incident, each.id) for each in merged if each.merged}
    taken = [
        (into, each.incident) for into, i in after.incidents.items() for each in i.merged_from
    ]
    assert sorted(gone) == sorted(taken)
    told = {(each.into, each.other) for each in after.crowd.merged}
    assert told <= gone, f"lost: {told - gone}"
    for into, other in gone:
        here, there = after.incidents[into], after.incidents[other]
        texts = Counter(each.text for each in here.tasks.values())
        assert all(texts[each.text] == 1 for each in there.open_tasks), (into, other)
        assert here.private or not there.private, (into, other)


def all_is_put_in(harness: Harness, crowd: Crowd) -> bool:
    """Whether every pinned message is in its timeline with its current text."""
    with harness.asks_the_store() as redis:
        store = open_store(redis, TEAM)
        for put_in in crowd.put_in:
            incident = store.streams.state(put_in.incident)
            channel = Channel(harness.slack, str(incident.channel))
            (text,) = (each.text for each in channel.messages() if each.ts == put_in.ts)
            pin = incident.pins.get(put_in.ts)
            if pin is None or pin.text != text:
                return False
    return True


def _nothing_private_is_outside(after: After) -> None:
    """No text of a private incident is visible to others."""
    harness = after.harness
    for info in harness.slack.channels():
        channel = Channel(harness.slack, info["id"])
        if not channel.private:
            outside = [m for m in channel.messages() if not _is_for_a_member(after, m)]
            telling = [m for m in outside if VEILED in json.dumps(m.shape)]
            assert not telling, f"#{channel.name} tells of a private incident"
            assert VEILED not in json.dumps(channel.info()), channel.name
    for line in harness.logs().splitlines():
        assert VEILED not in line, line


def _is_for_a_member(after: After, message: Message) -> bool:
    """Whether it tells a subscriber, in private, what they may read in the incident's channel."""
    if message.kind != "subscription":
        return False
    incident = after.incidents[message.payload["incident"]]
    members = Channel(after.harness.slack, str(incident.channel)).members
    return message.channel.name.removeprefix("@") in members


def _is_shown(harness: Harness, incident: Incident) -> None:
    channel = Channel(harness.slack, str(incident.channel))
    assert channel.private == incident.private, incident.id
    for fact in _of_the_topic(incident):  # an older process may have set it, in other words
        assert fact in channel.topic, f"{incident.id}: {channel.topic}"
    (pinned,) = channel.pins
    assert pinned.kind == "card"
    assert incident.stage.capitalize() in pinned, f"{incident.id}: {pinned.text}"


def _of_the_topic(incident: Incident) -> list[str]:
    if incident.merged:
        return [incident.id]
    commander = [mention(incident.commander)] if incident.commander else []
    return [incident.severity_id, str(incident.stage), *commander]


def lateness(harness: Harness) -> Lateness:
    """How late each reminder was. Checks that none is missing, and that each late one says so."""
    found = Lateness()
    with harness.asks_the_store() as redis:
        store = open_store(redis, TEAM)
        histories = {each: store.streams.read(each) for each in store.streams.all_ids("INC")}
    for name, history in histories.items():
        found.seconds += _lateness(name, history)
    assert max(found.seconds, default=0) < SILENT.total_seconds(), str(found)
    prefixes = {name: key_prefix(replay(name, each)) for name, each in histories.items()}
    due = {  # each by its own key: older processes post apart what newer ones post as one message
        f"{prefixes[name]}nag:{recorded.seq}": recorded.event.due
        for name, history in histories.items()
        for recorded in history
        if isinstance(recorded.event, Reminded)
    }
    for message in everything_said(harness.slack):
        if message.kind == "nag":
            sent = datetime.fromtimestamp(float(message.ts), UTC)
            late = sent - due[message.payload["key"]]
            said = "late; due" in message or "(due" in message  # an older process's words
            assert late < AT_LEAST + ON_ITS_WAY or said, f"{late} late: {message}"
    return found


def _lateness(name: str, history: Iterable[Recorded]) -> list[float]:
    """Whenever something happens, whatever was due before it must have been recorded, and what was
    recorded must have been posted."""
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
            if nag_key(incident, nag) in incident.said or not still_unmet(incident, nag):
                late.append((recorded.at - waiting.pop(nag)).total_seconds())
    assert not waiting, f"{name}: never said: {waiting}"
    return late
