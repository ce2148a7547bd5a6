"""When the next update is due, as its text says. Typed on Monday 2026-11-30 at 16:00 in Madrid."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.incident.when import NotATime, promise

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("text", "kept", "minutes"),
    [
        ("in 10m Rolled back, watching", "Rolled back, watching", 10),
        ("In 10m: rolled back", "rolled back", 10),
        ("in 10m, we rolled back", "we rolled back", 10),
        ("in 10 minutes: Rolled back", "Rolled back", 10),
        ("next in 10 minutes Rolled back", "Rolled back", 10),
        ("in 1h 30m - still restoring", "still restoring", 90),
        ("in half an hour: nothing new", "nothing new", 30),
        ("within 20 mins - nothing new", "nothing new", 20),
        ("in 20m nothing new", "nothing new", 20),
        ("next in 10m we rolled back", "we rolled back", 10),
        ("next update in 10m: rolled back", "rolled back", 10),
        ("in 10m", "", 10),
        ("in １０m Rolled back", "Rolled back", 10),
    ],
)
def test_an_update_may_begin_with_when_the_next_one_is_due(
    text: str, kept: str, minutes: int
) -> None:
    found = promise(text, NOW, MADRID)
    assert found.at
    assert (found.text, found.at.at - NOW) == (kept, timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Rolled back. Next update in 30m.", 30),
        ("Rolled back, next update in 30 minutes", 30),
        ("Rolled back.\nNext update: 16:30", 30),
        ("Next update at 4:30pm. Rolled back.", 30),
        ("Next update by 16.30 CET, rolled back", 30),
        ("Next update is due in an hour", 60),
        ("Rolled back. Next status update will be at 10:30 EST, thanks all", 30),
        ("Rolled back; we'll update again in 45m", 45),
        ("Still down, another update in half an hour!", 30),
        ("We restart, next in 10m", 10),
        ("We restart (next one in 1h)", 60),
        ("Next update in 45 mins or so", 45),
        ("in 20m at the latest", 20),
    ],
)
def test_a_sentence_may_promise_the_next_update_and_is_kept(text: str, minutes: int) -> None:
    found = promise(text, NOW, MADRID)
    assert found.at
    assert (found.text, found.at.at - NOW) == (text, timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "unsure"),
    [
        ("In 10 minutes we fail over", "In 10 minutes"),
        ("In 10 minutes traffic moves back", "In 10 minutes"),
        ("in half an hour Nothing new", "in half an hour"),
        ("in 10m @bob restarts it", "in 10m"),
        ("in 30m the vendor wakes up", "in 30m"),
        ("Rolled back, watching", ""),
        ("In 10 pods the queue is full", ""),
        ("in 20mb of logs there is nothing", ""),
        ("At 15:30 we rolled back", ""),
        ("10 minutes of data are lost", ""),
        ("The next update of the driver is out", ""),
        ("30m of data are lost", ""),
        ("It came back in 10m", ""),
        ("We see what is next in 10m", ""),
        ("Next update soon", ""),
    ],
)
def test_what_may_be_a_sentence_stays_in_the_text(text: str, unsure: str) -> None:
    found = promise(text, NOW, MADRID)
    assert (found.text, found.unsure, bool(found.at)) == (text, unsure, bool(unsure))


def test_an_unclear_time_of_the_next_update_is_named() -> None:
    with pytest.raises(NotATime, match='"0m" is too short') as asked:
        promise("in 0m Rolled back", NOW, MADRID)
    assert asked.value.rest == "Rolled back"
    found = promise("Rolled back, next update at 25:00", NOW, MADRID)
    assert (found.at, found.unread) == (None, "25:00")
    assert "isn't a time" in found.why
    found = promise("Rolled back, next update at 22:00 IST", NOW, MADRID)
    assert '"IST" could be several' in found.why
