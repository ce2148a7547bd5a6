"""Real-world time: clocks that disagree, and machines that sleep."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bot.execute import LOCK_FOR
from bot.incident.events import Reminded
from bot.wiring.connection import open_store
from sandbox.driver import Message
from tests.e2e.test_requests import _signed
from tests.faults.completeness import each_thing_was_said_once, said_late
from tests.faults.payloads import command
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import TEAM, Harness, answer, until
from tests.harness.process import Process

# Python runs this at the start of each process with it on its path.
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


class Disagreeing(Harness):
    """A harness whose processes have clocks that are minutes apart, all of them wrong. Incident
    time is the store's, as in production."""

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


def test_clocks_that_differ_by_minutes_neither_hurry_nor_repeat_reminders(
    trials: Trials,
) -> None:
    with Disagreeing(also=("timers-2", "clock-2"), policy=every_three_seconds) as harness:
        said = harness.logs()
        stamps = {line[:16] for line in re.findall(r'"timestamp": "([^"]+)"', said)}
        assert len(stamps) > 1, "the clocks do not disagree"
        incident = harness.declares("sev1")
        channel = incident.channel
        channel.until(lambda c: nags(harness, incident.id)[2:], within=40, what="three nags")
        harness.ana.types("/incident resolve it is over", channel)
        channel.expects(kind="postmortem", within=15)
        harness.rests()
        with harness.asks_the_store() as store:
            history = open_store(store, TEAM).streams.state(incident.id).history
        asked = [each for each in history if isinstance(each.event, Reminded)]
        for recorded in asked:
            assert isinstance(recorded.event, Reminded)
            assert timedelta() <= recorded.at - recorded.event.due < timedelta(minutes=1)
            assert recorded.event.due >= history[0].at + timedelta(seconds=3)
        assert abs(history[0].at - datetime.now(UTC)) < timedelta(minutes=4)
        each_thing_was_said_once(harness)
        trials.add(len(asked), "reminders from processes whose clocks were up to 12 minutes apart")
        harness.check_slack()


def nags(harness: Harness, incident_id: str) -> list[str]:
    there = harness.slack.channel("incident-").messages("nag")
    return [m.ts for m in there if m.payload["incident"] == incident_id]


def test_a_bot_with_a_wrong_clock_logs_it_when_refusing_slack() -> None:
    with Disagreeing("http") as harness:
        body = urlencode(command("declare sev3 Late")).encode()
        status, _ = answer(f"{harness.url}/slack/events", body, _signed(body))
        assert status == 401
        told = "Slack's request is 7 min older than this machine's clock; check the clock"
        assert told in harness.processes["bot"].output
        forged = _signed(body, secret="another", at=time.time() - 4000)
        before = len(harness.processes["bot"].output)
        assert answer(f"{harness.url}/slack/events", body, forged)[0] == 401
        assert (
            "older than" not in harness.processes["bot"].output[before:]
        )  # this request wasn't from Slack


@contextmanager
def asleep(harness: Harness) -> Iterator[None]:
    """Suspend the whole machine, including the store but not Slack."""
    assert harness.store.child.pid is not None
    for process in harness.processes.values():
        process.signals(signal.SIGSTOP)
    os.kill(harness.store.child.pid, signal.SIGSTOP)
    yield
    os.kill(harness.store.child.pid, signal.SIGCONT)
    for process in harness.processes.values():
        process.signals(signal.SIGCONT)


def test_a_machine_that_slept_for_an_hour_sends_each_late_message_once_with_its_due_time() -> None:
    with Harness() as harness:
        incident = harness.declares()
        incident.expects("page", to=harness.bob.dm())
        harness.ana.types("/incident task Restart the pods @dan 20m", incident.channel)
        harness.ana.types("/incident handoff cl @eve", incident.channel)
        harness.rests()
        channel = incident.channel
        with asleep(harness):
            harness.slack.moves("57m")
        channel.until(lambda c: c.messages("nag"), within=20, what="a nag of each kind")
        dan = harness.person("dan").dm()
        overdue = incident.expects("overdue", "Overdue since", to=dan, within=20)
        silent = incident.expects("handover", "@eve hasn't responded to", to=harness.ana.dm())
        harness.rests()
        said = channel.messages("nag")
        assert [m.reasons for m in said] == [["update", "ack", "commander", "role"]]
        for nag in said:
            assert said_late(nag), nag
        assert minutes_between(overdue, harness.slack.now()) >= 37
        assert int(re.findall(r"hasn't responded to .* \((\d+)m\)", silent.text)[0]) >= 57
        harness.ana.types("/incident update awake again", channel)
        channel.expects("awake again", kind="update")
        harness.moves("30m")  # no second late message
        harness.rests()
        assert len(incident.messages("overdue", to=dan)) == 1
        assert len(incident.messages("handover", to=harness.ana.dm())) == 1
        each_thing_was_said_once(harness)
        harness.check_slack()


def minutes_between(overdue: Message, now: float) -> int:
    """For how long it was overdue, from its text (UTC)."""
    (hour, minute), *_ = re.findall(r"Overdue since [-\d ]*(\d\d):(\d\d)", overdue.text)
    today = datetime.fromtimestamp(now, UTC)
    since = int(hour) * 60 + int(minute)
    return (today.hour * 60 + today.minute - since) % (24 * 60)


@pytest.mark.skipif(not THOROUGH, reason="it sleeps for real; `make prove` has the time")
def test_a_machine_that_fell_asleep_during_a_call_does_not_repeat_it() -> None:
    """It sleeps for longer than the lock lasts, and Slack has executed the call."""
    with Harness() as harness:
        incident = harness.declares()
        harness.rests()
        begun = harness.slack.fails(
            "chat.postMessage", channel=incident.channel.id, pause=True, when="after", times=1
        )
        harness.slack.moves("31m")
        begun.waiting()
        with asleep(harness):
            wakes = time.monotonic() + LOCK_FOR.total_seconds() + 1
            begun.releases()
            until(lambda: time.monotonic() > wakes, within=60)
            harness.slack.moves("29m")
        harness.rests(within=60)
        each_thing_was_said_once(harness)
        harness.check_slack()
