"""Channel names: titles in any script, and names that are taken."""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.harness import Harness


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
    harness: Harness, title: str, topic: str | None
) -> None:
    name = harness.declares(title=harness.title(title)).channel.name
    assert re.fullmatch(r"incident-\d{4}-\d\d-\d\d-[a-z0-9-]{6,}", name)
    if topic:
        assert topic in name


def test_emoji_alone_leave_the_number(harness: Harness) -> None:
    incident = harness.declares("sev3", title="🔥🔥 :fire:")
    assert incident.channel.name.endswith(f"-{incident.id.lower()}")


def test_a_strangers_channel_is_left_alone(harness: Harness) -> None:
    title = harness.title("Strange")
    name = f"incident-{_today(harness)}-{title.lower().replace(' ', '-')}"
    theirs = harness.bob.creates(name)
    incident = harness.declares("sev3", title=title)
    assert incident.channel.name == f"{name}-2"
    assert theirs.members == ["bob"]


def test_an_archived_name_is_not_taken_again(harness: Harness) -> None:
    title = harness.title("Archived")
    name = f"incident-{_today(harness)}-{title.lower().replace(' ', '-')}"
    harness.bob.archives(harness.bob.creates(name))
    assert harness.declares("sev3", title=title).channel.name == f"{name}-2"


def test_a_channel_that_the_bot_made_for_another_incident_is_not_taken(harness: Harness) -> None:
    title = harness.title("Twice the same")
    first = harness.declares("sev3", title=title)
    harness.moves("2m")
    second = harness.declares("sev1", title=title)  # no question first: somebody is paged
    assert second.channel.name == f"{first.channel.name}-2"
    assert first.channel.id != second.channel.id


def test_a_long_title_is_cut_to_what_slack_takes(harness: Harness) -> None:
    incident = harness.declares("sev3", title=harness.title("x" * 200))
    assert len(incident.channel.name) == 80


def _today(harness: Harness) -> str:
    return f"{datetime.fromtimestamp(harness.slack.now(), UTC):%Y-%m-%d}"


def test_operators_read_names(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.ana.types("/incident role ol @dan", incident.channel)
    harness.ana.types("/incident task Restart the pods @bob", incident.channel)
    printed = harness.muster("timeline", incident.id).stdout
    assert "@ana" in printed
    assert "@dan" in printed
    assert "Task 1 for @bob: Restart the pods" in printed
    assert not re.search(r"\bU0[A-Z]+\b", printed), printed
    rows = json.loads(harness.muster("timeline", incident.id, "--json").stdout)
    assert rows[0]["by"] == "U0ANA"
    on_call = harness.muster("oncall").stdout
    assert "@bob (U0BOB)" in on_call
