"""Nights that are an hour longer or shorter, clocks that are set back, and incidents that stay
open for a year. Tests the core, which gets the time as an argument."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.incident.declaring import Declare
from bot.incident.events import Reminded
from bot.incident.outbound import outbound_messages
from bot.incident.roles import AssignRole
from bot.incident.snoozing import Snooze
from bot.incident.when import NotATime, future
from bot.messages import RenderContext, render_message
from bot.oncall import Handover, Schedule
from bot.oncall.schedule import on_call
from bot.paging.commands import Acknowledge
from sandbox.blockkit import render
from tests.faults.trial_count import THOROUGH, Trials
from tests.story import ANA, Story, declared

BERLIN = ZoneInfo("Europe/Berlin")


def at(local: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


def story_time(moment: datetime) -> str:
    """The time in a story: hours since its first day began."""
    seconds = int((moment - datetime(2030, 1, 7, tzinfo=UTC)).total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def shown(story: Story, sent: datetime) -> list[str]:
    ctx = RenderContext(sent, BERLIN, lambda channel, ts: "https://x.org")
    return [
        render(render_message(story.incident, each, ctx).text, [], {})
        for each in outbound_messages(story.incident)
        if each.kind.name == "nag"
    ]


@pytest.mark.parametrize(
    "begins", [at("2030-03-31T01:10"), at("2030-10-27T02:10"), at("2030-10-27T02:10", fold=1)]
)
def test_a_cadence_is_real_time_in_the_night_of_a_clock_change(begins: datetime) -> None:
    story = Story()
    story.at(story_time(begins), Declare("Checkout is down", "SEV1", story.policy))
    story.at(story_time(begins), AssignRole("ic", ANA))
    story.until(story_time(begins + timedelta(hours=4)))
    asked = [each.event for each in story.incident.history if isinstance(each.event, Reminded)]
    dues = [each.due for each in asked if each.reminder == "update"]
    assert dues == [begins + timedelta(minutes=30 * n) for n in range(1, 9)]


def test_a_late_reminder_across_the_change_names_the_zone() -> None:
    begins = at("2030-10-27T02:20")
    story = Story()
    story.at(story_time(begins), Declare("Checkout is down", "SEV1", story.policy))
    story.at(story_time(begins), AssignRole("ic", ANA))
    story.slack_is_away()
    story.at(story_time(at("2030-10-27T02:50")))
    said = shown(story, at("2030-10-27T02:10", fold=1))
    assert "(20m late; due 02:50 CEST)" in " ".join(said)


@pytest.mark.parametrize(
    ("snoozed", "ends", "told"),
    [
        (at("2030-10-27T02:50"), at("2030-10-27T02:10", fold=1), "02:10 CET"),
        (at("2030-10-27T02:50", fold=1), at("2030-10-27T03:10"), "03:10 CET"),
        (at("2030-03-31T01:50"), at("2030-03-31T03:10"), "03:10 CEST"),
    ],
)
def test_a_snooze_in_the_night_of_the_change_has_its_full_length(
    snoozed: datetime, ends: datetime, told: str
) -> None:
    story = Story()
    begins = snoozed - timedelta(minutes=5)
    story.at(story_time(begins), Declare("Checkout is down", "SEV1", story.policy))
    story.at(story_time(begins), AssignRole("ic", ANA))
    story.at(story_time(snoozed), Snooze(timedelta(minutes=20), "The backup restores."))
    ctx = RenderContext(snoozed, BERLIN, lambda channel, ts: "https://x.org")
    (said,) = [each for each in outbound_messages(story.incident) if each.kind.name == "snooze"]
    assert told in render(render_message(story.incident, said, ctx).text, [], {})
    story.until(story_time(ends + timedelta(hours=1)))
    asked = [each.event for each in story.incident.history if isinstance(each.event, Reminded)]
    dues = [each.due for each in asked if each.reminder == "update"]
    assert dues == [ends, ends + timedelta(minutes=30), ends + timedelta(minutes=60)]


def test_a_snooze_ends_once_although_the_clock_was_set_back() -> None:
    """The due time is in the history, although the clock may reach it twice."""
    story = declared("SEV1")
    story.at("10:00", AssignRole("ic", ANA))
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
        (at("2030-03-30T23:50"), "tomorrow 03:30", at("2030-03-31T03:30")),
    ],
)
def test_a_due_time_in_the_night_of_the_change_is_the_next_such_local_time(
    now: datetime, written: str, due: datetime
) -> None:
    read = future(f"Restart the pods by {written}", now, BERLIN)
    assert read is not None
    assert (read.rest, read.at) == ("Restart the pods", due)


def test_a_time_that_the_night_skips_is_asked_about() -> None:
    with pytest.raises(
        NotATime, match='"02:30" doesn\'t exist: clocks in Europe/Berlin go forward'
    ):
        future("Restart the pods by 02:30", at("2030-03-31T01:50"), BERLIN)


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


def test_an_incident_open_for_a_year_keeps_its_cadence(trials: Trials) -> None:
    days = 366 if THOROUGH else 30
    story = declared("SEV2")
    story.at("10:00", Acknowledge())
    story.at("10:00", AssignRole("ic", ANA))
    for day in range(1, days + 1):
        story.until(f"{10 + 24 * day}:00")
    dues = [each.event.due for each in story.incident.history if isinstance(each.event, Reminded)]
    began = story.incident.declared_at
    assert dues == [began + timedelta(hours=2 * n) for n in range(1, 12 * days + 1)]
    assert story.todo() == []
    trials.add(len(dues), f"reminders in {days} days")
