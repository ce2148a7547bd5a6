"""Time as it is: clocks that disagree, machines that sleep, nights with an hour too many, and
incidents that stay open for a year."""

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from bot.carry import LOCK_FOR
from bot.incident.deadlines import split
from bot.incident.events import Reminded
from bot.incident.lifecycle import Declare
from bot.incident.roles import GiveRole
from bot.incident.says import sayings
from bot.incident.snoozing import Snooze
from bot.incident.updates import Acknowledge
from bot.messages import Voice, say
from bot.oncall import Handover, Schedule, on_call
from bot.store import Store
from sandbox.blockkit import render
from sandbox.driver import Message
from tests.e2e.test_requests import _signed
from tests.faults.payloads import command
from tests.faults.trials import THOROUGH, Trials
from tests.faults.whole import each_thing_was_said_once
from tests.house import TEAM, House, answer, until
from tests.house.process import Process
from tests.story import ANA, Story, declared

BERLIN = ZoneInfo("Europe/Berlin")

# Python runs it at the start of each process that finds it on its path.
SKEWED = """
import datetime, os, time

skew, real, whole = float(os.environ["SKEW"]), time.time, datetime.datetime
time.time = lambda: real() + skew
time.time_ns = lambda: int(time.time() * 1e9)


class Any(type):
    def __instancecheck__(cls, value):
        return isinstance(value, whole)


class Skewed(whole, metaclass=Any):
    @classmethod
    def now(cls, tz=None):
        return whole.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls):
        return whole.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None)


datetime.datetime = Skewed
"""
SKEWS = {"bot": 7, "timers": -5, "bulk": 7, "clock": -5, "timers-2": 7, "clock-2": 6}  # minutes


class Disagreeing(House):
    """Its processes' own clocks are minutes apart, and none of them is right. Incident time is
    the store's, as in production."""

    def _process(self, name: str) -> Process:
        process = super()._process(name)
        wrong = self.folder / "wrong"
        wrong.mkdir(exist_ok=True)
        (wrong / "sitecustomize.py").write_text(SKEWED)
        path = os.pathsep.join(filter(None, (str(wrong), os.environ.get("PYTHONPATH"))))
        process.env |= {"SKEW": str(SKEWS[name] * 60), "PYTHONPATH": path}
        del process.env["MUSTER_CLOCK_URL"]
        return process


def every_three_seconds(playbooks: Path) -> None:
    file = playbooks / "severities.yml"
    file.write_text(re.sub(r"update_every: 30m", "update_every: 3s", file.read_text()))


def test_clocks_that_disagree_by_minutes_neither_hurry_a_nag_nor_double_it(
    trials: Trials,
) -> None:
    with Disagreeing(also=("timers-2", "clock-2"), policy=every_three_seconds) as house:
        said = house.logs()
        stamps = {line[:16] for line in re.findall(r'"timestamp": "([^"]+)"', said)}
        assert len(stamps) > 1, "the clocks do not disagree"
        incident = house.declares("sev1")
        channel = incident.channel
        channel.until(lambda c: nags(house, incident.id)[2:], within=40, what="three nags")
        house.ana.types("/incident resolve", channel)
        channel.expects(kind="postmortem", within=15)
        house.rests()
        with house.asks_the_store() as store:
            history = Store(store, TEAM).incident(incident.id).history
        asked = [each for each in history if isinstance(each.event, Reminded)]
        for each in asked:
            assert isinstance(each.event, Reminded)
            assert timedelta() <= each.at - each.event.due < timedelta(minutes=1)
            assert each.event.due >= history[0].at + timedelta(seconds=3)
        assert abs(history[0].at - datetime.now(UTC)) < timedelta(minutes=4)
        each_thing_was_said_once(house)
        trials.add(len(asked), "nags by processes whose clocks were up to 12 minutes apart")
        house.check_slack()


def nags(house: House, incident_id: str) -> list[str]:
    there = house.slack.channel("incident-").messages("nag")
    return [m.ts for m in there if m.payload["incident"] == incident_id]


def test_a_bot_whose_clock_is_wrong_says_so_where_it_refuses_slack() -> None:
    with Disagreeing("http") as house:
        body = urlencode(command("declare sev3 Late")).encode()
        status, _ = answer(f"{house.url}/slack/events", body, _signed(body))
        assert status == 401
        told = "slack's request is 7 min older than this machine's clock: is the clock right?"
        assert told in house.processes["bot"].output
        forged = _signed(body, secret="another", at=time.time() - 4000)
        before = len(house.processes["bot"].output)
        assert answer(f"{house.url}/slack/events", body, forged)[0] == 401
        assert "older than" not in house.processes["bot"].output[before:]  # it was not Slack


@contextmanager
def asleep(house: House) -> Iterator[None]:
    """The whole machine sleeps, the store too; Slack doesn't."""
    assert house.store.child.pid is not None
    for process in house.processes.values():
        process.signals(signal.SIGSTOP)
    os.kill(house.store.child.pid, signal.SIGSTOP)
    yield
    os.kill(house.store.child.pid, signal.SIGCONT)
    for process in house.processes.values():
        process.signals(signal.SIGCONT)


def test_a_machine_that_slept_for_an_hour_says_each_thing_late_once_and_when_it_was_due() -> None:
    with House() as house:
        incident = house.declares()
        incident.expects("page", to=house.bob.dm())
        house.ana.types("/incident task Restart the pods @dan 20m", incident.channel)
        house.ana.types("/incident handoff cl @eve", incident.channel)
        house.rests()
        channel = incident.channel
        with asleep(house):
            house.slack.moves("57m")
        channel.until(lambda c: len(c.messages("nag")) == 4, within=20, what="a nag of each kind")
        dan = house.person("dan").dm()
        overdue = incident.expects("overdue", "Overdue since", to=dan, within=20)
        silent = incident.expects("handover", "@eve has not answered for", to=house.ana.dm())
        house.rests()
        said = channel.messages("nag")
        assert Counter(m.payload["reason"] for m in said) == Counter(
            ("update", "commander", "ack", "role")
        )
        for nag in said:
            assert re.search(r"\(due (\d\d:\d\d), sent (?!\1)\d\d:\d\d", nag.text), nag
        assert minutes_between(overdue, house.slack.now()) >= 37
        assert int(re.findall(r"not answered for (\d+)m", silent.text)[0]) >= 57
        house.ana.types("/incident update awake again", channel)
        channel.expects("awake again", kind="update")
        house.moves("30m")  # nobody is told of it again
        house.rests()
        assert len(incident.messages("overdue", to=dan)) == 1
        assert len(incident.messages("handover", to=house.ana.dm())) == 1
        each_thing_was_said_once(house)
        house.check_slack()


def minutes_between(overdue: Message, now: float) -> int:
    """Since when it is overdue, by its own words (UTC)."""
    (hour, minute), *_ = re.findall(r"Overdue since (\d\d):(\d\d)", overdue.text)
    today = datetime.fromtimestamp(now, UTC)
    since = int(hour) * 60 + int(minute)
    return (today.hour * 60 + today.minute - since) % (24 * 60)


@pytest.mark.skipif(not THOROUGH, reason="it sleeps for real; `make prove` has the time")
def test_a_machine_that_fell_asleep_amid_a_call_does_not_repeat_it() -> None:
    """It sleeps for longer than the lock lasts, and Slack has done what it was asked."""
    with House() as house:
        incident = house.declares()
        house.rests()
        begun = house.slack.fails(
            "chat.postMessage", channel=incident.channel.id, pause=True, when="after", times=1
        )
        house.slack.moves("31m")
        begun.waiting()
        with asleep(house):
            wakes = time.monotonic() + LOCK_FOR.total_seconds() + 1
            begun.releases()
            until(lambda: time.monotonic() > wakes, within=60)
            house.slack.moves("29m")
        house.rests(within=60)
        each_thing_was_said_once(house)
        house.check_slack()


# --- the core, for which time is an argument ------------------------------------------------


def at(local: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def story_time(moment: datetime) -> str:
    """As a story counts: hours since its first day began."""
    seconds = int((moment - datetime(2030, 1, 7, tzinfo=UTC)).total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def shown(story: Story, sent: datetime) -> list[str]:
    voice = Voice(sent, BERLIN, lambda channel, ts: "https://x.org")
    return [
        render(say(story.incident, each, voice).text, [], {})
        for each in sayings(story.incident)
        if each.kind == "nag"
    ]


@pytest.mark.parametrize(
    "begins", [at("2030-03-31T01:10"), at("2030-10-27T02:10"), at("2030-10-27T02:10", fold=1)]
)
def test_a_cadence_is_real_time_in_a_night_when_clocks_change(begins: datetime) -> None:
    story = Story()
    story.at(story_time(begins), Declare("Checkout is down", "SEV1", story.policy))
    story.at(story_time(begins), GiveRole("ic", ANA))
    story.until(story_time(begins + timedelta(hours=4)))
    asked = [each.event for each in story.incident.history if isinstance(each.event, Reminded)]
    dues = [each.due for each in asked if each.reminder == "update"]
    assert dues == [begins + timedelta(minutes=30 * n) for n in range(1, 9)]


def test_a_late_nag_across_the_change_names_both_times() -> None:
    begins = at("2030-10-27T02:20")
    story = Story()
    story.at(story_time(begins), Declare("Checkout is down", "SEV1", story.policy))
    story.at(story_time(begins), GiveRole("ic", ANA))
    story.slack_is_away()
    story.at(story_time(at("2030-10-27T02:50")))
    said = shown(story, at("2030-10-27T02:10", fold=1))
    assert "(due 02:50 CEST, sent 02:10 CET)" in " ".join(said)


@pytest.mark.parametrize(
    ("snoozed", "ends", "told"),
    [
        (at("2030-10-27T02:50"), at("2030-10-27T02:10", fold=1), "02:10 CET"),
        (at("2030-10-27T02:50", fold=1), at("2030-10-27T03:10"), "03:10 CET"),
        (at("2030-03-31T01:50"), at("2030-03-31T03:10"), "03:10 CEST"),
    ],
)
def test_a_snooze_in_the_night_of_the_change_lasts_as_long_as_it_says(
    snoozed: datetime, ends: datetime, told: str
) -> None:
    story = Story()
    begins = snoozed - timedelta(minutes=5)
    story.at(story_time(begins), Declare("Checkout is down", "SEV1", story.policy))
    story.at(story_time(begins), GiveRole("ic", ANA))
    story.at(story_time(snoozed), Snooze(timedelta(minutes=20), "The backup restores."))
    voice = Voice(snoozed, BERLIN, lambda channel, ts: "https://x.org")
    (said,) = [each for each in sayings(story.incident) if each.kind == "snooze"]
    assert told in render(say(story.incident, said, voice).text, [], {})
    story.until(story_time(ends + timedelta(hours=1)))
    asked = [each.event for each in story.incident.history if isinstance(each.event, Reminded)]
    dues = [each.due for each in asked if each.reminder == "update"]
    assert dues == [ends, ends + timedelta(minutes=30), ends + timedelta(minutes=60)]


def test_a_snooze_ends_once_though_the_clock_was_set_back() -> None:
    """What is due stands in the record: the clock may come there twice."""
    story = declared("SEV1")
    story.at("10:00", GiveRole("ic", ANA))
    story.at("10:00", Acknowledge())
    story.at("10:10", Snooze(timedelta(minutes=10), "The backup restores."))
    story.at("9:40", Acknowledge())
    assert "asks for update" not in " ".join(story.until("10:19"))
    assert "10:20 asks for update" in story.until("10:20")
    story.at("10:05", Acknowledge())
    assert "asks for update" not in " ".join(story.until("10:49"))


@pytest.mark.parametrize(
    ("now", "written", "due"),
    [
        (at("2030-10-27T02:10"), "02:30", at("2030-10-27T02:30")),
        (at("2030-10-27T02:10", fold=1), "02:30", at("2030-10-27T02:30", fold=1)),
        (at("2030-10-27T02:50"), "02:30", at("2030-10-27T02:30", fold=1)),
        (at("2030-10-27T02:10", fold=1), "2030-10-27 02:30", at("2030-10-27T02:30", fold=1)),
        (at("2030-10-27T02:50", fold=1), "02:30", at("2030-10-28T02:30")),
        (at("2030-10-27T01:50"), "2h", at("2030-10-27T02:50", fold=1)),
        (at("2030-03-31T01:50"), "02:30", at("2030-03-31T03:30")),  # there is no 02:30
        (at("2030-03-30T23:50"), "tomorrow 03:30", at("2030-03-31T03:30")),
    ],
)
def test_a_due_time_in_the_night_of_the_change_is_the_next_on_the_clock(
    now: datetime, written: str, due: datetime
) -> None:
    assert split(f"Restart the pods by {written}", now, BERLIN) == ("Restart the pods", due)


def test_a_handover_in_the_night_of_the_change_happens_once() -> None:
    schedule = Schedule(
        "primary",
        timezone="Europe/Berlin",
        rotation="daily",
        handover=Handover.parse("02:30"),
        members=("U0ANA", "U0BOB"),
    )
    for change in ("2030-03-31", "2030-10-27"):
        midnight = at(f"{change}T00:00")
        minutes = [midnight + timedelta(minutes=n) for n in range(6 * 60)]
        holders = [on_call(schedule, each) for each in minutes]
        turns = sum(a != b for a, b in pairwise(holders))
        assert turns == 1, change
        assert None not in holders


def test_an_incident_open_for_a_year_is_nagged_about_on_the_beat(trials: Trials) -> None:
    days = 366 if THOROUGH else 30
    story = declared("SEV2")
    story.at("10:00", Acknowledge())
    story.at("10:00", GiveRole("ic", ANA))
    for day in range(1, days + 1):
        story.until(f"{10 + 24 * day}:00")
    dues = [each.event.due for each in story.incident.history if isinstance(each.event, Reminded)]
    began = story.incident.declared_at
    assert dues == [began + timedelta(hours=2 * n) for n in range(1, 12 * days + 1)]
    assert story.todo() == []
    trials.add(len(dues), f"nags in {days} days")
