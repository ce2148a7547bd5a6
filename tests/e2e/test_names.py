"""What a channel is called, in any script, and beside channels that are there already."""

import re
from datetime import UTC, datetime

import pytest

from tests.house import House


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Платёжка лежит", "platezhka-lezhit"),
        ("支付系统故障", "zhifuxitongguzhang"),
        ("決済が落ちた", None),
        ("Ödeme çöktü 🔥", "odeme-coktu"),
    ],
)
def test_a_title_in_any_script_gives_a_readable_name(
    house: House, title: str, topic: str | None
) -> None:
    name = house.declares(title=house.title(title)).channel.name
    assert re.fullmatch(r"incident-\d{4}-\d\d-\d\d-[a-z0-9-]{6,}", name)
    if topic:
        assert topic in name


def test_emoji_alone_leave_the_number(house: House) -> None:
    incident = house.declares("sev3", title="🔥🔥 :fire:")
    assert incident.channel.name.endswith(f"-{incident.id.lower()}")


def test_a_strangers_channel_is_left_alone(house: House) -> None:
    title = house.title("Strange")
    name = f"incident-{_today(house)}-{title.lower().replace(' ', '-')}"
    theirs = house.bob.creates(name)
    incident = house.declares("sev3", title=title)
    assert incident.channel.name == f"{name}-2"
    assert theirs.members == ["bob"]


def test_an_archived_name_is_not_taken_again(house: House) -> None:
    title = house.title("Archived")
    name = f"incident-{_today(house)}-{title.lower().replace(' ', '-')}"
    house.bob.archives(house.bob.creates(name))
    assert house.declares("sev3", title=title).channel.name == f"{name}-2"


def test_a_channel_that_the_bot_made_for_another_incident_is_not_taken(house: House) -> None:
    title = house.title("Twice the same")
    first = house.declares("sev3", title=title)
    house.moves("2m")
    second = house.declares("sev3", title=title)
    assert second.channel.name == f"{first.channel.name}-2"
    assert first.channel.id != second.channel.id


def test_a_long_title_is_cut_to_what_slack_takes(house: House) -> None:
    incident = house.declares("sev3", title=house.title("x" * 200))
    assert len(incident.channel.name) == 80


def _today(house: House) -> str:
    return f"{datetime.fromtimestamp(house.slack.now(), UTC):%Y-%m-%d}"
