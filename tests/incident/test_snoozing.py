"""How a snooze, a promise and mitigation affect the update reminder."""

from datetime import timedelta
from typing import Any

import pytest

from bot.errors import Refused
from bot.incident.events import Reminded, Snoozed, SnoozeEnded, Stage
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.snoozing import EndSnooze, Snooze, snooze
from bot.incident.undoing import Undo
from bot.incident.updates import PostUpdate
from bot.streams.actor import parse_actor
from bot.streams.event import Command
from bot.streams.kind import Context
from tests.story import ANA, BOB, Story, clock, declared, minutes, only

PACED = only(update_every=minutes(30))
SNOOZE = Snooze(minutes(20), "The backup restores.")


def test_the_next_nag_falls_then_and_after_it_the_pace_is_the_old_one() -> None:
    story = declared(policy=PACED)
    assert story.until("10:30") == ["10:30 asks for update"]

    assert story.at("10:32", SNOOZE, by=BOB) == [Snoozed(minutes(20), "The backup restores.")]

    assert story.until("12:00") == [
        "10:52 asks for update",
        "11:22 asks for update",
        "11:52 asks for update",
    ]
    assert story.said.count("snooze here") == 1


def test_before_anything_is_due_it_may_come_sooner_or_later() -> None:
    story = declared(policy=PACED)

    story.at("10:05", Snooze(minutes(10), "Soon."))
    assert story.due() == "10:15"
    story.at("10:06", Snooze(minutes(60), "Not soon."))
    assert story.due() == "11:06"


def test_an_update_ends_it() -> None:
    story = declared(policy=PACED)
    story.at("10:10", Snooze(minutes(120), "The vendor is asleep."))
    story.at("10:20", PostUpdate("They are awake."))

    assert story.due() == "10:50"


def test_it_outlives_neither_the_severity_nor_the_incident() -> None:
    story = declared("SEV2")
    story.at("10:10", Snooze(minutes(200), "Later."))
    story.at("10:12", ChangeSeverity("SEV0"))
    assert Reminded("update", clock("10:15")) in story.at("10:15")

    story = declared(policy=PACED)
    story.at("10:10", Snooze(minutes(200), "Later."))
    story.at("10:12", ChangeStage(Stage.RESOLVED))
    story.at("11:00", Reopen())
    assert story.due() == "11:30"


def test_a_nag_that_was_not_delivered_yet_is_dropped() -> None:
    story = declared(policy=PACED)
    story.slack_is_away()
    story.at("10:30")
    story.at("10:31", SNOOZE)
    story.slack_is_back()
    story.at("10:32")

    assert story.said.count("nag here") == 0
    assert story.until("10:51") == ["10:51 asks for update"]


def test_it_ends_where_the_nag_is_late() -> None:
    story = declared(policy=PACED)
    story.at("10:31", SNOOZE)

    assert story.at("12:00") == [Reminded("update", clock("10:51"))]


def nothing_happens(story: Story, command: Command, why: str) -> None:
    before = story.incident
    with pytest.raises(Refused, match=why):
        story.at("10:40", command)
    assert story.incident == before


@pytest.mark.parametrize("reason", ["", " \n", "\u200b"])
def test_it_needs_a_reason(reason: str) -> None:
    nothing_happens(declared(policy=PACED), Snooze(minutes(20), reason), "Add a reason")


def test_it_has_an_end() -> None:
    nothing_happens(declared(policy=PACED), Snooze(minutes(241), "Zzz."), "4h 1m .* 4h at most")
    assert declared(policy=PACED).at("10:10", Snooze(minutes(240), "Until noon."))
    slow = only(update_every=timedelta(hours=8))
    assert declared(policy=slow).at("10:10", Snooze(timedelta(hours=8), "It is slow."))


def test_where_no_update_is_due_there_is_nothing_to_snooze() -> None:
    nothing_happens(declared("SEV3"), SNOOZE, "SEV3 has no regular updates")
    story = declared(policy=PACED)
    story.at("10:30", ChangeStage(Stage.RESOLVED))
    nothing_happens(story, SNOOZE, "INC-1 is resolved, so no updates are due")
    story = declared(policy=only(update_every=minutes(30), mitigated_every=None))
    story.at("10:20", ChangeStage(Stage.MITIGATED))
    nothing_happens(story, SNOOZE, "INC-1 is mitigated, so no update is due")


# --- other reminders -----------------------------------------------------------------------

KEYS: dict[str, dict[str, Any]] = {
    "ack": {"ack_within": minutes(5), "ack_every": minutes(5)},
    "commander": {"commander_within": minutes(10), "commander_every": minutes(10)},
    "progress": {"stalled_after": minutes(20)},
    "role": {"roles": ("ol",), "roles_within": minutes(10), "roles_every": minutes(10)},
}
WATCHED = only(
    update_every=minutes(30), **{key: value for row in KEYS.values() for key, value in row.items()}
)


def comes(story: Story, name: str, until: str) -> list[str]:
    """When a reminder comes, if it is the only thing that is looked at."""
    return [each[:5] for each in story.until(until) if each.endswith(f"asks for {name}")]


@pytest.mark.parametrize("name", ["ack", "commander", "progress", "role"])
def test_every_reminder_can_be_snoozed_and_comes_back_at_its_pace(name: str) -> None:
    story = declared(policy=only(**KEYS[name]))
    (first, *_) = comes(story, name, "10:21")
    story.at("10:22", Snooze(minutes(30), "The vendor is on it.", (name,)))
    assert story.incident.snoozed is None  # updates aren't
    back = comes(story, name, "11:20")
    pace = {"ack": 5, "progress": 20}.get(name, 10)
    assert first < "10:22"
    assert back[:2] == ["10:52", f"{(52 + pace) // 60 + 10}:{(52 + pace) % 60:02}"]


def test_the_others_are_asked_as_before() -> None:
    story = declared(policy=WATCHED)
    story.at("10:01", Snooze(minutes(60), "I look for one.", ("commander",)))
    asked = story.until("10:31")
    assert "10:10 asks for role" in asked
    assert "10:30 asks for update" in asked
    assert not [each for each in asked if each.endswith("commander")]


def test_a_snoozed_one_is_answered_by_it_and_several_at_once() -> None:
    story = declared(policy=WATCHED)
    story.until("10:11")
    story.at("10:12", Snooze(minutes(20), "On it.", ("ack", "commander", "role")), BOB)
    asked = [story.incident.reminded[name] for name in ("ack", "commander", "role")]
    ended = [story.incident.resolved_by[each.seq].event for each in asked]
    assert ended == [Snoozed(minutes(20), "On it.", ("ack", "commander", "role"))] * 3


def test_what_it_is_about_can_be_settled_meanwhile() -> None:
    story = declared(policy=WATCHED)
    story.at("10:01", Snooze(minutes(30), "On it.", ("commander",)))
    story.at("10:05", AssignRole("ic", BOB))
    assert comes(story, "commander", "10:50") == []
    story.at("10:50", UnassignRole("ic"))
    assert comes(story, "commander", "11:05") == ["11:00"]


def test_it_is_taken_back() -> None:
    story = declared(policy=WATCHED)
    story.at("10:01", Snooze(minutes(200), "On it.", ("commander",)))
    story.at("10:02", Snooze(minutes(200), "On it."))
    assert story.at("10:03", EndSnooze()) == [SnoozeEnded()]
    assert comes(story, "commander", "10:12") == ["10:10"]
    assert comes(story, "update", "10:32") == ["10:30"]
    assert story.at("10:33", EndSnooze()) == []


def test_undoing_one_leaves_the_others() -> None:
    story = declared(policy=WATCHED)
    story.at("10:01", Snooze(minutes(200), "Mine.", ("commander",)))
    number = story.incident.history[-1].seq
    story.at("10:02", Snooze(minutes(200), "Theirs.", ("role",)), BOB)
    assert story.at("10:03", Undo(number)) == [SnoozeEnded(("commander",))]
    asked = story.until("10:20")
    assert "10:10 asks for commander" in asked
    assert not [each for each in asked if each.endswith("role")]


def test_where_no_updates_are_due_the_other_reminders_are_meant() -> None:
    story = declared(policy=only(commander_within=minutes(10), commander_every=minutes(10)))
    assert story.at("10:01", SNOOZE) == [Snoozed(minutes(20), SNOOZE.reason, ("commander",))]


def test_what_is_not_due_any_more_can_not_be_snoozed() -> None:
    story = declared(policy=WATCHED)
    story.at("10:01", AssignRole("ic", BOB))
    nothing_happens(story, Snooze(minutes(20), "So.", ("commander",)), "isn't due any more")
    nothing_happens(story, Snooze(minutes(241), "So.", ("role",)), "4h 1m is too long. It")
    odd = Snooze(minutes(240.5), "So.", ("role",))
    nothing_happens(story, odd, "4h 1m is too long. It")


@pytest.mark.parametrize("command", [ChangeSeverity("SEV0"), ChangeStage(Stage.RESOLVED)])
def test_none_outlives_the_severity_or_the_incident(command: Command) -> None:
    story = declared("SEV1")
    story.at("10:01", Snooze(minutes(200), "On it.", ("commander",)))
    story.at("10:02", command)
    if not story.incident.is_open:
        story.at("10:03", Reopen())
    assert not story.incident.snoozes
    assert comes(story, "commander", "10:14")


# --- promises ------------------------------------------------------------------------------


def test_a_promise_has_the_same_end() -> None:
    story = declared(policy=PACED)
    nothing_happens(story, PostUpdate("Zzz.", minutes(241)), "4h at most")


def test_a_promise_is_kept_where_no_updates_are_asked_for() -> None:
    story = declared("SEV3")
    story.at("10:10", PostUpdate("The ticket is written.", minutes(60)))

    assert story.until("20:00") == ["11:10 asks for update"]


# --- once it is mitigated ------------------------------------------------------------------


def mitigated(every: object) -> Story:
    story = declared(policy=only(update_every=minutes(30), mitigated_every=every))
    story.at("10:20", ChangeStage(Stage.MITIGATED))
    return story


def test_the_pace_may_be_another_one_once_the_impact_is_over() -> None:
    assert mitigated("same").until("11:05") == ["10:30 asks for update", "11:00 asks for update"]
    assert mitigated(minutes(120)).until("14:00") == [
        "12:00 asks for update",
        "14:00 asks for update",
    ]
    assert mitigated(None).until("30:00") == []


def test_a_faster_pace_makes_nothing_due_before_it_began() -> None:
    story = mitigated(minutes(5))

    assert Reminded("update", clock("10:20")) in [each.event for each in story.incident.history]


def test_when_the_impact_is_back_so_is_the_pace() -> None:
    story = mitigated(None)

    happened = story.at("13:00", ChangeStage(Stage.INVESTIGATING), by=ANA)

    assert Reminded("update", clock("13:00")) in happened
    assert story.until("13:30") == ["13:30 asks for update"]


def test_it_may_end_at_a_time_whatever_the_seconds_are() -> None:
    now = clock("10:10") + timedelta(seconds=12, milliseconds=345)
    command = Snooze(clock("10:50"), "The backup restores.")
    (event,) = snooze(declared(policy=PACED).incident, command, Context(now, parse_actor(ANA)))
    assert isinstance(event, Snoozed)
    assert now + event.length == clock("10:50")


def test_a_time_that_has_passed_is_refused() -> None:
    nothing_happens(declared(policy=PACED), Snooze(clock("10:00"), "Late."), "is in the past")
