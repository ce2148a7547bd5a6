"""Times as people type them. Every case is typed on Monday 2026-11-30 at 15:00 UTC by somebody in
Madrid, where it is 16:00, unless it says otherwise."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incident.when import (
    NotATime,
    find_unread,
    future,
    only_future,
    past,
    wait,
    written,
)

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
MADRID, BERLIN = ZoneInfo("Europe/Madrid"), ZoneInfo("Europe/Berlin")
NEW_YORK, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")


def due(text: str, zone: ZoneInfo = MADRID, now: datetime = NOW) -> tuple[str, str]:
    """The words and the due time, in UTC."""
    found = future(text, now, zone)
    return (found.rest, f"{found.at:%m-%d %H:%M}") if found else (text, "")


@pytest.mark.parametrize(
    ("text", "rest", "at"),
    [
        # times of day
        ("Restart it by 17:30", "Restart it", "11-30 16:30"),
        ("Restart it by 17.30", "Restart it", "11-30 16:30"),
        ("Restart it until 1730", "Restart it", "11-30 16:30"),
        ("Restart it by 1730Z", "Restart it", "11-30 17:30"),
        ("Restart it by 5:30pm", "Restart it", "11-30 16:30"),
        ("Restart it by 5:30 PM", "Restart it", "11-30 16:30"),
        ("Restart it by 5.30 p.m.", "Restart it", "11-30 16:30"),
        ("Restart it by 5:30\u202fpm", "Restart it", "11-30 16:30"),
        ("Restart it by 17：30", "Restart it", "11-30 16:30"),
        ("Restart it before 6pm", "Restart it", "11-30 17:00"),
        ("Restart it at 6 pm", "Restart it", "11-30 17:00"),
        ("Restart it 6pm", "Restart it", "11-30 17:00"),
        ("Restart it by 530pm", "Restart it", "11-30 16:30"),
        ("Restart it no later than 18:00", "Restart it", "11-30 17:00"),
        ("Restart it due: 18:00", "Restart it", "11-30 17:00"),
        ("Restart it by 12am", "Restart it", "11-30 23:00"),
        ("Restart it by noon", "Restart it", "12-01 11:00"),
        ("Restart it by midnight", "Restart it", "11-30 23:00"),
        ("Restart it by 5:30 in the afternoon", "Restart it", "11-30 16:30"),
        ("Restart it by 14:30", "Restart it", "12-01 13:30"),  # it is 16:00
        ("Restart it, due by 17:30.", "Restart it", "11-30 16:30"),
        ("Restart it by 17:30 please", "Restart it please", "11-30 16:30"),
        ("Restart it by 17:30, thanks!", "Restart it thanks", "11-30 16:30"),
        ("Restart it by 17h30", "Restart it", "11-30 16:30"),
        ("Restart it by 17:30h", "Restart it", "11-30 16:30"),
        ("Restart it by 17:30 hrs", "Restart it", "11-30 16:30"),
        ("Restart it by 17∶30", "Restart it", "11-30 16:30"),
        ("Restart it by *17:30*", "Restart it", "11-30 16:30"),
        ("Restart it by “17:30”", "Restart it", "11-30 16:30"),
        ("Restart it (by 17:30)", "Restart it", "11-30 16:30"),
        ("Restart it - due 17:30", "Restart it", "11-30 16:30"),
        ("Restart it, deadline: 17:30", "Restart it", "11-30 16:30"),
        ("Restart it by ~17:30", "Restart it", "11-30 16:30"),
        ("Restart it by around 5:30pm", "Restart it", "11-30 16:30"),
        ("Restart it by 5pm sharp", "Restart it", "11-30 16:00"),
        ("Restart it by 17:30 at the latest", "Restart it", "11-30 16:30"),
        ("Restart it by 17:30 :pray:", "Restart it :pray:", "11-30 16:30"),
        ("Restart it by 12 noon tomorrow", "Restart it", "12-01 11:00"),
        # the end of a day
        ("Restart it EOD", "Restart it", "11-30 22:59"),
        ("Restart it by eod", "Restart it", "11-30 22:59"),
        ("Restart it by end of day", "Restart it", "11-30 22:59"),
        ("Restart it by the end of the day", "Restart it", "11-30 22:59"),
        ("Restart it by eod tomorrow", "Restart it", "12-01 22:59"),
        ("Restart it by friday EOD", "Restart it", "12-04 22:59"),
        # days
        ("Restart it tomorrow", "Restart it", "12-01 22:59"),
        ("Restart it by tomorrow", "Restart it", "12-01 22:59"),
        ("Restart it tomorrow 9am", "Restart it", "12-01 08:00"),
        ("Restart it by tomorrow at 9:30", "Restart it", "12-01 08:30"),
        ("Restart it by 9am tomorrow", "Restart it", "12-01 08:00"),
        ("Restart it the day after tomorrow", "Restart it", "12-02 22:59"),
        ("Restart it friday", "Restart it", "12-04 22:59"),
        ("Restart it by fri", "Restart it", "12-04 22:59"),
        ("Restart it this friday 18:00", "Restart it", "12-04 17:00"),
        ("Restart it monday 9:00", "Restart it", "12-07 08:00"),
        ("Restart it tmrw", "Restart it", "12-01 22:59"),
        ("Restart it by tommorow 9am", "Restart it", "12-01 08:00"),
        ("Restart it by 2026/12/24", "Restart it", "12-24 22:59"),
        ("Restart it by 24.12.", "Restart it", "12-24 22:59"),
        ("Restart it by 1.12. 14:00", "Restart it", "12-01 13:00"),
        ("Restart it by 9.12 CET tomorrow", "Restart it", "12-01 08:12"),
        ("Restart it 2026-12-24", "Restart it", "12-24 22:59"),
        ("Restart it 2026-12-24 14:30", "Restart it", "12-24 13:30"),
        ("Restart it by 24 Dec", "Restart it", "12-24 22:59"),
        ("Restart it by 24 December 2026 at 5pm", "Restart it", "12-24 16:00"),
        ("Restart it by Dec 24th, 17:00", "Restart it", "12-24 16:00"),
        ("Restart it by the 3rd of March", "Restart it", "03-03 22:59"),
        ("Restart it by 24/12", "Restart it", "12-24 22:59"),
        ("Restart it by 12/24", "Restart it", "12-24 22:59"),
        ("Restart it by 24.12.2026", "Restart it", "12-24 22:59"),
        # zones
        ("Restart it by 17:40 CET", "Restart it", "11-30 16:40"),
        ("Restart it by 17:40 UTC", "Restart it", "11-30 17:40"),
        ("Restart it by 9:40am PST", "Restart it", "11-30 17:40"),
        ("Restart it by 9:40am PT", "Restart it", "11-30 17:40"),
        ("Restart it by 17:40 +02:00", "Restart it", "11-30 15:40"),
        ("Restart it by 17:40 UTC+2", "Restart it", "11-30 15:40"),
        ("Restart it by 17:40+0530", "Restart it", "12-01 12:10"),
        ("Restart it by 17:40 (Europe/Berlin)", "Restart it", "11-30 16:40"),
        ("Restart it by 17:40 europe/london", "Restart it", "11-30 17:40"),
        ("Restart it by 17:40 my time", "Restart it", "11-30 16:40"),
        ("Restart it by 2026-12-24T14:30:00Z", "Restart it", "12-24 14:30"),
        ("Restart it by 10am CET tomorrow", "Restart it", "12-01 09:00"),
        ("Restart it by 20:30 Berlin time", "Restart it", "11-30 19:30"),
        ("Restart it by 20:30 London", "Restart it", "11-30 20:30"),
        ("Restart it by 20:30 New York", "Restart it", "12-01 01:30"),
        ("Restart it by 20:30 local", "Restart it", "11-30 19:30"),
        # how long
        ("Restart it in two hours", "Restart it", "11-30 17:00"),
        ("Restart it in ten minutes", "Restart it", "11-30 15:10"),
        ("Restart it in an hour and a half", "Restart it", "11-30 16:30"),
        ("Restart it 30m", "Restart it", "11-30 15:30"),
        ("Restart it in 10m", "Restart it", "11-30 15:10"),
        ("Restart it 1h 30m", "Restart it", "11-30 16:30"),
        ("Restart it in an hour", "Restart it", "11-30 16:00"),
        ("Restart it in half an hour", "Restart it", "11-30 15:30"),
        ("Restart it within 1 hour 30 mins?", "Restart it", "11-30 16:30"),
        ("Restart it within 1.5 hours", "Restart it", "11-30 16:30"),
        ("Restart it by 2h", "Restart it", "11-30 17:00"),
        ("Restart it In 2 Days.", "Restart it", "12-02 15:00"),
        # at the beginning
        ("by 17:30 restart it", "restart it", "11-30 16:30"),
        ("Before 6pm, restart it", "restart it", "11-30 17:00"),
        # alone
        ("7d", "", "12-07 15:00"),
        ("fri", "", "12-04 22:59"),
        # not a time
        ("Restart it", "Restart it", ""),
        ("Ask who is standing by", "Ask who is standing by", ""),
        ("Look at what is due", "Look at what is due", ""),
        ("Find out where the cat sat", "Find out where the cat sat", ""),
        ("Scale to 30", "Scale to 30", ""),
        ("Raise the timeout to 30m", "Raise the timeout to 30m", ""),
        ("Upgrade to 14.30", "Upgrade to 14.30", ""),
        ("Cut the batch by 1500", "Cut the batch by 1500", ""),
        ("Wait for 20 minutes", "Wait for 20 minutes", ""),
        ("Put it in 20 minibuses", "Put it in 20 minibuses", ""),
        ("Look at pod-30m", "Look at pod-30m", ""),
        ("Look at host:14:30", "Look at host:14:30", ""),
        ("Restart at 17:30 and look", "Restart at 17:30 and look", ""),
        ("Restart the pods now", "Restart the pods now", ""),
        ("The job runs daily at 17:30", "The job runs daily at 17:30", ""),
        ("Restart it every day at 17:30", "Restart it every day at 17:30", ""),
        ("Look at release 30.11", "Look at release 30.11", ""),
        ("Check port 8080", "Check port 8080", ""),
        ("Scale up by 3", "Scale up by 3", ""),
        ("Stand by @bob", "Stand by @bob", ""),
        ("Ask who was here this morning", "Ask who was here this morning", ""),
        ("", "", ""),
    ],
)
def test_a_task_is_due_at_the_time_at_its_end(text: str, rest: str, at: str) -> None:
    assert due(text) == (rest, at)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Restart it by 25:00", '"25:00" isn\'t a time; write it like `14:30`'),
        ("Restart it by 13pm", '"13pm" isn\'t a time'),
        ("Restart it by 24:00", '"24:00" isn\'t a time'),
        ("Restart it by 2:20p", '"2:20p" isn\'t a time'),
        ("Restart it by 5p", '"5p" isn\'t a time'),
        ("Restart it by tom 9am", '"by tom 9am" isn\'t a time'),
        ("Restart it by firday", '"firday" isn\'t a time'),
        ("Restart it by 18:00-ish", '"18:00-ish" isn\'t a time'),
        ("Restart it by 17h", '"17h" could be 17:00 or 17 hours; write `17:00` or `in 17h`'),
        ("Restart it in 1h30", "could be a time or a duration; write `01:30` or `1h 30m`"),
        ("Restart it by 1.12.", '"1.12" could be a time or a date; write `01:12` or `1 Dec`'),
        ("Restart it on Monday", "It's Monday today; write `today` or `2026-12-07`"),
        ("Restart it by EOB", '"EOB" isn\'t exact'),
        ("Restart it by half past six", '"half past six" isn\'t exact'),
        ("Restart it in a couple of hours", "isn't exact"),
        ("Restart it tonight", '"tonight" could be any hour'),
        ("Restart it tomorrow morning", '"tomorrow morning" isn\'t exact'),
        ("Restart it by 12/01/2027", "write `12 Jan 2027` or `1 Dec 2027`"),
        ("Restart it by 3/4", '"3/4" could be 3 April or 4 March; write `3 Apr` or `4 Mar`'),
        ("Restart it by 31 Feb", '"31 Feb" isn\'t a date in the calendar'),
        ("Restart it 2026-13-45", '"2026-13-45" isn\'t a date in the calendar'),
        ("Restart it by 17:40 XYZ", '"XYZ" isn\'t a time zone; write `UTC`'),
        ("Restart it by 17:40 IST", '"IST" could be several time zones; write `Asia/Kolkata` or'),
        ("Restart it by 17:40 CST", "write `America/Chicago` or `Asia/Shanghai`"),
        ("Restart it by 17:40 Europe/Berlim", "did you mean `Europe/Berlin`?"),
        ("Restart it by 17:40 +25:00", '"+25:00" isn\'t an offset'),
        ("Restart it by 10:00-11:00", '"-11:00" could end a range; write one time'),
        ("Restart it by 9:30", "could be morning or afternoon; write `21:30` or `tomorrow 09:30`"),
        ("Restart it by 2:30", "write `tomorrow 02:30` or `tomorrow 14:30`"),
        ("Restart it by tomorrow at 9", '"tomorrow at 9" could be morning or afternoon'),
        ("Restart it by 9 o'clock", "could be morning or afternoon; write `09:00` or `21:00`"),
        ("Restart it by next friday", "could be two days; write `2026-12-04` or `2026-12-11`"),
        ("Restart it by friday midnight", "when that day begins or ends"),
        ("Restart it by tomorrow morning", '"tomorrow morning" isn\'t exact'),
        ("Restart it by tonight", '"tonight" could be any hour'),
        ("Restart it by eow", '"eow" isn\'t exact'),
        ("Restart it by next week", '"next week" isn\'t exact'),
        ("Restart it 2026-11-20", '"2026-11-20" is in the past'),
        ("Restart it today 14:00", '"today 14:00" is in the past'),
        ("Restart it 400d", '"400d" is longer than a year'),
        ("Restart it 0m", '"0m" is too short'),
        ("By 25:00 restart it", '"25:00" isn\'t a time'),
    ],
)
def test_what_is_half_understood_is_asked_about_and_the_rest_is_kept(text: str, why: str) -> None:
    with pytest.raises(NotATime) as asked:
        future(text, NOW, MADRID)
    assert why in str(asked.value)
    assert asked.value.rest.casefold() == "restart it"
    assert f"{asked.value.rest} {asked.value.typed}".casefold().split() in (
        text.casefold().split(),
        [*text.casefold().split()[2:], *text.casefold().split()[:2]],
    )


@pytest.mark.parametrize(
    ("text", "at", "rest"),
    [
        ("2:20pm", "11-30 13:20", ""),
        ("2.20 pm the graphs say so", "11-30 13:20", "the graphs say so"),
        ("2pm", "11-30 13:00", ""),
        ("2:20 in the afternoon", "11-30 13:20", ""),
        ("12:40 CET", "11-30 11:40", ""),
        ("12:40 cet by phone", "11-30 11:40", "by phone"),
        ("12:40 UTC", "11-30 12:40", ""),
        ("6:05am EST it began", "11-30 11:05", "it began"),
        ("14:05", "11-30 13:05", ""),
        ("14:05 the graphs say so", "11-30 13:05", "the graphs say so"),
        ("14:05, by phone", "11-30 13:05", "by phone"),
        ("14:05 - by phone", "11-30 13:05", "by phone"),
        ("14:05 AWS says so", "11-30 13:05", "AWS says so"),
        ("14:05 et al", "11-30 13:05", "et al"),
        ("14.05 by phone", "11-30 13:05", "by phone"),
        ("1405 by phone", "11-30 13:05", "by phone"),
        ("at 14:05", "11-30 13:05", ""),
        ("9:05 by phone", "11-30 08:05", "by phone"),  # 21:05 is still to come
        ("14:05:09", "11-30 13:05", ""),
        ("noon", "11-30 11:00", ""),
        ("now", "11-30 15:00", ""),
        ("just now: rollback", "11-30 15:00", "rollback"),
        ("20m ago", "11-30 14:40", ""),
        ("10 minutes ago", "11-30 14:50", ""),
        ("1h 20m ago: rollback", "11-30 13:40", "rollback"),
        ("an hour ago", "11-30 14:00", ""),
        ("half an hour ago rollback", "11-30 14:30", "rollback"),
        ("yesterday 23:50", "11-29 22:50", ""),
        ("yesterday at 11:50pm, by phone", "11-29 22:50", "by phone"),
        ("2pm yesterday", "11-29 13:00", ""),
        ("sunday 10:00", "11-29 09:00", ""),
        ("monday 10:00", "11-30 09:00", ""),  # today
        ("monday 20:00", "11-23 19:00", ""),  # which today is still to come
        ("24 Nov 10:00", "11-24 09:00", ""),
        ("24 Dec 10:00", "12-24 09:00", ""),  # last year
        ("2026-11-20 9:05 by phone", "11-20 08:05", "by phone"),
        ("2026-11-29T23:50:00+01:00", "11-29 22:50", ""),
        ("2026-11-29 23:10 Europe/London", "11-29 23:10", ""),
    ],
)
def test_a_milestone_was_at_the_time_at_its_beginning(text: str, at: str, rest: str) -> None:
    found = past(text, NOW, MADRID)
    assert (f"{found.at:%m-%d %H:%M}", found.rest) == (at, rest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Write `14:05` (today, Europe/Madrid), `2026-11-30 14:05` or `20m ago`"),
        ("noonish", "Write `14:05`"),
        ("14:05ish", '"14:05ish" isn\'t a time'),
        ("25:00", '"25:00" isn\'t a time'),
        ("13pm", '"13pm" isn\'t a time'),
        ("2:20 by phone", '"2:20" could be morning or afternoon; write `02:20` or `14:20`'),
        ("3/4 14:00", '"3/4" could be 3 April or 4 March'),
        ("2026-02-30 10:00", '"2026-02-30" isn\'t a date in the calendar'),
        ("12:40 XYZ", '"XYZ" isn\'t a time zone'),
        ("12:40 XYT by phone", '"XYT" isn\'t a time zone'),
        ("12:40 Mars/Olympus", '"Mars/Olympus" isn\'t a time zone'),
        ("14:00-15:00", '"-15:00" could end a range'),
        ("14:00–15:00", '"14:00–15:00" has two times; write one'),
        ("14:00 to 15:00", '"14:00 to 15:00" has two times; write one'),
        ("20m", '"20m" isn\'t in the past; write `20m ago`'),
        ("yesterday", "At what time, yesterday?"),
        ("yesterday morning", "isn't exact"),
        ("last friday 10:00", "could be two days; write `2026-11-20` or `2026-11-27`"),
        ("17:00", "17:00 is in the future (Europe/Madrid); "),
        ("5pm", "for yesterday, write `2026-11-29 5pm`"),
        ("400d ago", "is longer than a year"),
        ("99999999d ago", "is longer than a year"),
    ],
)
def test_an_unclear_milestone_is_asked_about(text: str, why: str) -> None:
    with pytest.raises(NotATime) as asked:
        past(text, NOW, MADRID)
    assert why in str(asked.value)


@pytest.mark.parametrize(
    ("text", "minutes", "reason"),
    [
        ("20m the backup", 20, "the backup"),
        ("for 20 minutes the backup", 20, "the backup"),
        ("20min: the backup", 20, "the backup"),
        ("1 hour 30 mins the backup", 90, "the backup"),
        ("1h 30m the backup", 90, "the backup"),
        ("for an hour, the backup", 60, "the backup"),
        ("20m 10 hours of backup", 20, "10 hours of backup"),
        ("until 17:30 the backup", 90, "the backup"),
        ("till 5:30pm: the backup", 90, "the backup"),
        ("2 hrs", 120, ""),
    ],
)
def test_how_long_from_now(text: str, minutes: int, reason: str) -> None:
    found = wait(text, NOW, MADRID)
    assert (found.at - NOW, found.rest) == (timedelta(minutes=minutes), reason)


@pytest.mark.parametrize("text", ["soon", "20 the backup", "", "for", "0m x", "now x", "14:00"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(NotATime):
        wait(text, NOW, MADRID)


# --- zones ---------------------------------------------------------------------------------


def test_times_are_those_of_the_person() -> None:
    assert due("Look again 17:30", NEW_YORK) == ("Look again", "11-30 22:30")
    assert due("Look again tomorrow", KOLKATA) == ("Look again", "12-01 18:29")
    night = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # the first of December in Madrid
    assert due("Look again tomorrow", MADRID, night) == ("Look again", "12-02 22:59")
    summer = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the clocks change that night
    assert due("Look again tomorrow 9:00", BERLIN, summer) == ("Look again", "10-25 08:00")


def test_an_abbreviation_is_that_of_the_persons_own_zone_if_it_has_it() -> None:
    assert due("Look again 22:00 IST", KOLKATA) == ("Look again", "11-30 16:30")
    assert due("Look again 22:00 ist", KOLKATA) == ("Look again", "11-30 16:30")
    assert due("Look again 22:00 CST", ZoneInfo("America/Chicago")) == (
        "Look again",
        "12-01 04:00",
    )
    assert due("Look again 22:00 PST", ZoneInfo("Asia/Manila"))[1] == "12-01 14:00"


def test_hours_that_a_night_skips_or_repeats_are_asked_about() -> None:
    march = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    with pytest.raises(NotATime, match="doesn't exist: clocks in Europe/Berlin go forward"):
        future("Look again tomorrow 02:30", march, BERLIN)
    october = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    with pytest.raises(NotATime, match="write `02:30 CEST` or `02:30 CET` after the date"):
        past("02:30", october, BERLIN)
    assert past("2026-10-25 02:30 CEST", october, BERLIN).at.hour == 0
    assert past("2026-10-25 02:30 CET", october, BERLIN).at.hour == 1


def test_a_time_that_a_night_repeats_is_due_at_the_next_of_the_two() -> None:
    night = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45, before the clocks go back
    assert due("Look again by 02:50", BERLIN, night) == ("Look again", "10-25 00:50")
    later = night + timedelta(minutes=10)  # 02:55, and 02:50 comes once more
    assert due("Look again by 02:50", BERLIN, later) == ("Look again", "10-25 01:50")


def test_how_it_was_read_is_said_back() -> None:
    read = [future(f"x {each}", NOW, MADRID) for each in ("17:30", "17:30 PST", "in 10m")]
    assert [each.how(MADRID) for each in read if each] == ["Europe/Madrid", "17:30 PST", ""]


def test_the_form_reads_nothing_but_a_time() -> None:
    assert only_future(" ", NOW, MADRID) is None
    read = only_future("by tomorrow 9am", NOW, MADRID)
    assert read
    assert f"{read.at:%m-%d %H:%M}" == "12-01 08:00"
    with pytest.raises(NotATime, match='"or so" isn\'t a time; write `30m`'):
        only_future("17:30 or so", NOW, MADRID)
    with pytest.raises(NotATime, match='"soon" isn\'t a time'):
        only_future("soon", NOW, MADRID)


def test_a_time_within_the_text_is_found() -> None:
    assert find_unread("Restart by 14:30 and look", NOW, MADRID) == "by 14:30"
    assert find_unread("Restart and look", NOW, MADRID) == ""
    assert find_unread("Restart it by 6", NOW, MADRID) == "by 6"


# --- what holds for all --------------------------------------------------------------------

ZONES = sorted(each for each in available_timezones() if "/" in each or each == "UTC")
INSTANTS = st.integers(int(NOW.timestamp()) - 360 * 86400, int(NOW.timestamp()) + 360 * 86400)


@given(INSTANTS, st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_a_rendered_time_is_read_as_the_same_instant(at: int, name: str, other: str) -> None:
    then = datetime.fromtimestamp(at // 60 * 60, UTC)
    zone = ZoneInfo(name)
    text = written(then, zone)
    read = future if then > NOW else past
    found = read(text, NOW, zone)
    assert found
    assert (found.at, found.rest) == (then, "")
    # read by somebody elsewhere, it's the same instant or a question, never another instant
    try:
        elsewhere = read(text, NOW, ZoneInfo(other))
    except NotATime:
        return
    assert elsewhere is None or elsewhere.at == then or text.split()[-1].isalpha()


WORDS = st.lists(
    st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=8), max_size=8
)
TIMES = st.sampled_from(
    [
        *(
            "by 17:30",
            "5:30pm",
            "tomorrow 9am",
            "by 24 Dec",
            "in 10m",
            "EOD",
            "friday",
            "by 25:00",
        ),
        *("by 17:40 CET", "17:40 XYZ", "2026-12-24 14:30", "by 3/4", "before 6pm", "next week"),
    ]
)


@given(WORDS, TIMES, WORDS)
def test_no_word_is_lost(before: list[str], time: str, after: list[str]) -> None:
    text = " ".join([*before, time, *after])
    marks = ",;:.!? \t\n"
    try:
        found = future(text, NOW, MADRID)
        kept, typed = (found.rest, found.typed) if found else (text, "")
    except NotATime as unclear:
        kept, typed = unclear.rest, unclear.typed
    leads = {"by", "due", "before", "until", "till", "til", "in", "within", "on", "at", "@"}
    said = [each.strip(marks) for each in f"{kept} {typed}".translate(SPACES).split()]
    for word in text.split():
        bare = word.strip(marks)
        assert not bare or bare in said or bare.lower() in leads or any(bare in s for s in said)


SPACES = dict.fromkeys(map(ord, "\u00a0\u2009\u202f\u3000"), " ")
