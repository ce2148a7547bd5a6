"""Times typed over the real stack: read in the typist's own zone, and said back."""

import json
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.driver import Seen, View
from tests.harness import Harness, Incident, until

ZONES = {"ana": "Europe/Madrid", "bob": "America/New_York", "dan": "Asia/Kolkata"}


def types(harness: Harness, incident: Incident, words: str, by: str = "ana") -> Seen:
    person = harness.person(by)
    if by not in incident.channel.members:
        person.joins(incident.channel)
    said = person.types(f"/incident {words}", incident.channel)
    assert said is not None
    return said


def form(seen: Seen) -> View:
    assert seen.view is not None, seen.text
    return seen.view


def token(at: datetime) -> str:
    """The beginning of a date as Slack shows it in each reader's zone."""
    return f"<!date^{int(at.timestamp())}^"


def now(harness: Harness) -> datetime:
    return datetime.fromtimestamp(harness.slack.now(), UTC)


@pytest.mark.parametrize("by", ZONES)
def test_a_due_time_is_the_typists_own(harness: Harness, by: str) -> None:
    incident, zone = harness.declares("sev3"), ZoneInfo(ZONES[by])
    tomorrow = now(harness).astimezone(zone).date() + timedelta(days=1)
    for typed, hour, minute in (
        ("by tomorrow 2:30pm", 14, 30),
        ("tomorrow 14.30", 14, 30),
        ("tomorrow 9am", 9, 0),
        ("by tomorrow", 23, 59),
        ("by eod tomorrow", 23, 59),
    ):
        said = types(harness, incident, f"task Restart it @cleo {typed}", by)
        due = datetime(tomorrow.year, tomorrow.month, tomorrow.day, hour, minute, tzinfo=zone)
        assert "for @cleo" in said
        assert ZONES[by] in said
        assert token(due) in json.dumps(said.shape)


def test_an_unclear_due_time_is_asked_about_and_the_rest_is_kept(harness: Harness) -> None:
    incident = harness.declares("sev3")
    asked = form(types(harness, incident, "task Restart R&D @bob by 25:00"))
    assert asked.callback_id == "task"
    assert '"25:00" isn\'t a time' in asked
    assert asked.values["text"]["text"]["value"] == "Restart R&D"
    assert asked.values["user"]["user"]["selected_user"] == "U0BOB"
    assert asked.values["due"]["due"]["value"] == "by 25:00"
    assert asked.submits() == {"due": '"25:00" isn\'t a time; write it like 14:30 or 2:30pm.'}
    assert asked.submits(due="tomorrow 14:30") is None
    line = incident.channel.expects("Restart R&D", kind="task-change")
    assert "@bob" in line
    assert incident.happened.count("TaskAdded") == 1


def test_a_milestone_is_read_in_the_typists_zone_and_said_back(harness: Harness) -> None:
    incident = harness.declares("sev3")
    day = (now(harness) - timedelta(days=2)).date()
    said = types(harness, incident, f"milestone declared {day} 2:20pm by phone")
    at = datetime(day.year, day.month, day.day, 14, 20, tzinfo=ZoneInfo("Europe/Madrid"))
    assert token(at) in json.dumps(said.shape)
    assert "(Europe/Madrid)" in said
    told = incident.channel.expects("by phone", kind="milestone")
    assert "pm" not in told.text.replace("by phone", "")
    said = types(harness, incident, f"milestone detected {day} 12:40 CET")
    assert token(datetime(day.year, day.month, day.day, 11, 40, tzinfo=UTC)) in json.dumps(
        said.shape
    )
    assert "12:40 CET)" in said
    said = types(harness, incident, "milestone declared 12:40 XYZ")
    assert '"XYZ" isn\'t a time zone; write `UTC`' in said
    assert "You typed: `/incident milestone declared 12:40 XYZ`" in said


def test_a_mistaken_resolution_does_not_block_the_true_time(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for words in ("mitigate", "resolve it was the cache", "reopen it was not"):
        harness.moves("10m")
        types(harness, incident, words)
    harness.moves("10m")
    types(harness, incident, "mitigate")
    said = types(harness, incident, "milestone mitigated 15m ago")
    assert f"{incident.id} was mitigated at" in said
    assert "It was reopened after that, at" in said
    assert "But it was resolved" not in said  # that resolution is over
    incident.channel.expects("@ana corrected *mitigated* to", kind="milestone")


def test_a_time_in_the_words_of_a_stage_is_pointed_out(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.moves("40m")
    said = types(harness, incident, "mitigate 20m ago rolled back")
    incident.channel.expects("20m ago rolled back", kind="stage")  # nothing is lost
    found = re.search(r"`/incident (milestone mitigated \d{4}-.* CET)`", said.text)
    assert found, said.text
    corrected = types(harness, incident, found[1])
    assert abs(minutes_until(corrected, now(harness)) + 20) <= 1
    assert "milestone" not in types(harness, incident, "resolve 1430 users were affected")


def test_the_zone_follows_the_profile_and_slacks_silence_is_said(harness: Harness) -> None:
    incident = harness.declares("sev3")
    assert "(Europe/London)" in types(harness, incident, "task A tomorrow 9am", "cleo")
    harness.slack.has("cleo", tz="Asia/Tokyo")
    try:
        until(lambda: "(Asia/Tokyo)" in types(harness, incident, "task B tomorrow 9am", "cleo"))
    finally:
        harness.slack.has("cleo", tz="Europe/London")
    harness.slack.fails("users.info", error="internal_error")
    harness.slack.has("zoe", tz="Asia/Tokyo")
    said = types(harness, incident, "task C tomorrow 9am", "zoe")
    assert "(UTC: Slack didn't say your time zone)" in said


def test_timelines_label_the_zone_of_their_times(harness: Harness) -> None:
    incident = harness.declares("sev3")
    assert "Times are in Europe/Madrid." in types(harness, incident, "timeline")
    assert "Times are in Asia/Kolkata." in types(harness, incident, "timeline", "dan")
    for line in harness.muster("timeline", incident.id).stdout.splitlines():
        assert line[16:20] == " UTC"


def test_a_part_of_the_timeline_is_shown(harness: Harness) -> None:
    incident = harness.declares("sev3")
    types(harness, incident, "note It was the deploy")
    harness.moves("50m")
    types(harness, incident, "note It was the cache")
    later = (now(harness) - timedelta(minutes=20)).astimezone(ZoneInfo("Europe/Madrid"))
    for typed in ("last 20m", f"since {later:%Y-%m-%d %H:%M}", f"{later:%Y-%m-%d %H:%M} to now"):
        said = types(harness, incident, f"timeline {typed}")
        assert "It was the cache" in said, typed
        assert "It was the deploy" not in said, typed
        assert "Only since" in said
    said = types(harness, incident, f"timeline before {later:%Y-%m-%d %H:%M}")
    assert "It was the deploy" in said
    assert "It was the cache" not in said
    assert "Nothing happened then" in types(harness, incident, "timeline 2020-01-01")
    for typed, why in (
        ("since 25:00", 'Since when? "25:00" isn\'t a time'),
        ("since 22:00 IST", "could be several time zones"),
        ("since when", "isn't a time; write `since 14:00`"),
        ("banana", "“banana” isn't an incident number or a time"),
    ):
        assert why in types(harness, incident, f"timeline {typed}")


def test_earlier_entries_are_shown_in_slack(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for number in range(33):
        types(harness, incident, f"note The {number}. fact")
    said = types(harness, incident, "timeline")
    assert "The 32. fact" in said
    assert "The 2. fact" not in said
    before = said.click("timeline_more")
    assert before is not None
    assert "The 2. fact" in before
    assert "The 0. fact" in before
    assert "The 3. fact" not in before
    assert "timeline_more" not in json.dumps(before.shape)


def test_a_snooze_may_end_at_a_time(harness: Harness) -> None:
    incident = harness.declares()
    here = now(harness).astimezone(ZoneInfo("Europe/Madrid"))
    until_then = (here + timedelta(minutes=40)).replace(second=0, microsecond=0)
    said = types(harness, incident, f"snooze until {until_then:%H:%M} the backup restores")
    assert f"{until_then:%H:%M}" in said
    incident.channel.expects("the backup restores", kind="snooze")


def test_an_update_may_say_when_the_next_one_is_due(harness: Harness) -> None:
    incident = harness.declares("sev1")
    sent = now(harness)
    said = types(harness, incident, "update in 10m Rolled back, watching")
    assert "The next one is due at" in said
    posted = incident.channel.expects("Rolled back, watching", kind="update")
    assert "10m" not in posted
    assert minutes_until(said, sent) == 10
    for typed, due in (
        ("We fail over. Next update in 20 minutes.", 20),
        ("In 5 minutes we fail over", 5),
        ("In 3 hours the vendor is back", 30),  # SEV1's own
    ):
        said = types(harness, incident, f"update {typed}")
        assert minutes_until(said, sent) == due
        incident.channel.expects(typed, kind="update")  # all of it
    assert "“In 3 hours” is part of the text. To set the next one: `/incident update in" in said


def test_an_unclear_promise_is_asked_about_and_the_update_is_kept(harness: Harness) -> None:
    incident = harness.declares("sev1")
    asked = form(types(harness, incident, "update in 9h Rolled back, watching R&D"))
    assert asked.callback_id == "update"
    assert "9h is too long without an update" in asked
    assert asked.values["text"]["text"]["value"] == "Rolled back, watching R&D"
    assert asked.submits(next_update="1h") is None
    incident.channel.expects("Rolled back, watching R&D", kind="update")
    waits = form(types(harness, incident, "update in 10m"))
    assert waits.values["next_update"]["next_update"]["selected_option"]["value"] == "10m"
    wrong = waits.submits(text="Still down. Next update: 25:00", next_update=None)
    assert wrong is not None
    assert '"25:00" isn\'t a time' in wrong["next_update"]
    assert waits.submits(text="Still down. Next update: in 15m") is None
    incident.channel.expects("Still down. Next update: in 15m", kind="update")
    late = form(types(harness, incident, "update"))
    assert late.submits(text="Better. Next update: tomorrow morning") is None  # nothing to mend
    incident.channel.expects("Better. Next update: tomorrow morning", kind="update")
    said = types(harness, incident, "update Better. Next update: tomorrow 9am")
    assert "“tomorrow 9am” doesn't change that" in said
    assert incident.happened.count("UpdatePosted") == 4


def minutes_until(said: Seen, sent: datetime) -> int:
    """From `sent` until the first time in the answer, as Slack gets it."""
    found = re.search(r"<!date\^(\d+)\^", json.dumps(said.shape))
    assert found, said.text
    return round((int(found[1]) - sent.timestamp()) / 60)
