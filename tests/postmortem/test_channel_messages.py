"""At drafting the channel wins: what is gone from it was deleted, what differs was edited."""

from dataclasses import replace
from typing import Any

from bot.incident.events import Event, PinDeleted, PinEdited
from bot.incident.incident import Incident, Pin
from workers.channel_messages import ChannelMessages

BOT = "U0MUSTER"


def says(ts: str, text: str, **more: Any) -> dict[str, Any]:
    return {"ts": ts, "user": "U0ANA", "text": text, **more}


FIRST = says("10.0", "Bob joined", subtype="channel_join")


def news(*messages: dict[str, Any], is_complete: bool = True, **pins: Pin) -> list[Event]:
    known = {f"{name[1:]}.0": pin for name, pin in pins.items()}
    incident = replace(Incident("INC-1"), pins=known)
    return [*ChannelMessages(messages, is_complete).news_of_pins(incident, BOT)]


PINNED = Pin((("U0BOB", ""),), "U0ANA", "It is the deploy")


def test_what_is_there_unchanged_is_no_news() -> None:
    assert news(FIRST, says("20.0", "It is the deploy"), _20=PINNED) == []


def test_what_is_gone_was_deleted() -> None:
    assert news(FIRST, says("30.0", "Looking"), _20=PINNED) == [PinDeleted("20.0")]
    assert news(FIRST, _20=Pin((("U0BOB", ""),))) == [PinDeleted("20.0")]
    assert news(FIRST, _20=replace(PINNED, deleted=True)) == []


def test_a_tombstone_was_deleted() -> None:
    stone = says("20.0", "This message was deleted.", subtype="tombstone")
    assert news(FIRST, stone, _20=PINNED) == [PinDeleted("20.0")]


def test_what_differs_was_edited() -> None:
    now = says("20.0", "It is <@U1|Ana>'s deploy", edited={"ts": "21.0"})
    assert news(FIRST, now, _20=PINNED) == [
        PinEdited("20.0", "U0ANA", "It is @Ana's deploy", "21.0")
    ]
    ours = {**now, "user": BOT}
    assert news(FIRST, ours, _20=PINNED) == []


def test_a_channel_that_could_not_be_read_to_its_end_says_nothing_about_what_is_missing() -> None:
    assert news(FIRST, is_complete=False, _20=PINNED) == []
    assert news(_20=PINNED) == []


def test_what_is_older_than_all_that_slack_still_has_was_not_deleted() -> None:
    assert news(says("30.0", "Looking"), _20=PINNED) == []
