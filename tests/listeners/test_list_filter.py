"""Reading which incidents to list."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Refused
from bot.listeners.list_filter import Filter, describe, read_filter
from tests.story import POLICY

MADRID = ZoneInfo("Europe/Madrid")  # an hour before UTC in November
NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # a Monday


def read(text: str) -> Filter:
    return read_filter(text, POLICY, NOW, MADRID)


@pytest.mark.parametrize(
    ("typed", "mine", "reach", "narrowing"),
    [
        ("", False, "open", ""),
        ("mine", True, "unfinished", ""),
        ("my incidents", True, "unfinished", ""),
        ("Mine.", True, "unfinished", ""),
        ("--mine", True, "unfinished", ""),
        ("`mine`", True, "unfinished", ""),
        ("open", False, "open", ""),
        ("OPEN!", False, "open", ""),
        ("*all*", False, "all", ""),
        ("all incidents", False, "all", ""),
        ("mine open", True, "open", ""),
        ("all mine", True, "all", ""),
        ("sev1", False, "open", "sev1"),
        ("SEV-1", False, "open", "sev1"),
        ("sev 1.", False, "open", "sev1"),
        ("ＳＥＶ１", False, "open", "sev1"),
        ("p1", False, "open", "sev1"),
        ("critical", False, "open", "sev0"),
        ("sev0, sev1", False, "open", "sev0 sev1"),
        ("all sev1", False, "all", "sev1"),
        ("sev1 mine", True, "unfinished", "sev1"),
        ("resolved", False, "all", "resolved"),
        ("closed and canceled", False, "all", "closed cancelled"),
        ("monitoring", False, "open", "mitigated"),
        ("today", False, "all", ""),
        ("open today", False, "open", ""),
    ],
)
def test_words_in_any_order_and_decoration(
    typed: str, mine: bool, reach: str, narrowing: str
) -> None:
    found = read(typed)
    assert (found.mine, found.reach, found.narrowing) == (mine, reach, narrowing)
    assert read(found.words) == Filter(found.mine, found.scope, found.severities, found.stages)


@pytest.mark.parametrize(
    ("typed", "since", "before"),
    [
        ("today", "2026-11-30 00:00", "2026-12-01 00:00"),
        ("yesterday", "2026-11-29 00:00", "2026-11-30 00:00"),
        ("2026-11-05", "2026-11-05 00:00", "2026-11-06 00:00"),
        ("on 2026-11-05.", "2026-11-05 00:00", "2026-11-06 00:00"),
        ("2026-11", "2026-11-01 00:00", "2026-12-01 00:00"),
        ("2025", "2025-01-01 00:00", "2026-01-01 00:00"),
        ("2026-12", "2026-12-01 00:00", "2027-01-01 00:00"),
        ("monday", "2026-11-30 00:00", "2026-12-01 00:00"),
        ("tue", "2026-11-24 00:00", "2026-11-25 00:00"),
        ("since 2026-11-05", "2026-11-05 00:00", ""),
        ("after 2026-11-05", "2026-11-06 00:00", ""),
        ("before 2026-11-05", "", "2026-11-05 00:00"),
        ("until 2026-11-05", "", "2026-11-06 00:00"),
        ("2026-11-05 to 2026-11-07", "2026-11-05 00:00", "2026-11-08 00:00"),
        ("2026-11-05..2026-11-07", "2026-11-05 00:00", "2026-11-08 00:00"),
        ("2026-11-05 - 2026-11-07", "2026-11-05 00:00", "2026-11-08 00:00"),
        ("2026-11-05 – 2026-11-07", "2026-11-05 00:00", "2026-11-08 00:00"),
        ("from 2026-10 until 2026-11", "2026-10-01 00:00", "2026-12-01 00:00"),
        ("7d", "2026-11-23 16:00", ""),
        ("last 7 days", "2026-11-23 16:00", ""),
        ("past 2 weeks", "2026-11-16 16:00", ""),
        ("24h", "2026-11-29 16:00", ""),
        ("this week", "2026-11-30 00:00", "2026-12-07 00:00"),
        ("last week", "2026-11-23 00:00", "2026-11-30 00:00"),
        ("last month", "2026-10-01 00:00", "2026-11-01 00:00"),
        ("sev1 since 2026-11-05 mine", "2026-11-05 00:00", ""),
        ("11/24", "2026-11-24 00:00", "2026-11-25 00:00"),
        ("since 24 Nov", "2026-11-24 00:00", ""),
        ("since friday 14:00", "2026-11-27 14:00", ""),
        ("sev1 since 12:40 UTC", "2026-11-30 13:40", ""),
        ("since yesterday 11pm mine", "2026-11-29 23:00", ""),
        ("from friday 9am to saturday 5pm", "2026-11-27 09:00", "2026-11-28 17:00"),
    ],
)
def test_days_in_the_typists_own_zone(typed: str, since: str, before: str) -> None:
    found = read(typed)
    shown = [
        f"{at.astimezone(MADRID):%Y-%m-%d %H:%M}" if at else ""
        for at in (found.since, found.before)
    ]
    assert shown == [since, before]
    assert found.reach == "all"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("banana", "banana"),
        ("sev9", "sev9"),
        ("min", "min"),
        ("mine banana", "banana"),
        ("2026-13-40", "2026-13-40"),
        ("3/4", "3/4"),
        ("since banana", "since"),
        ("last", "last"),
        ("since", "since"),
        ("al", "al"),
    ],
)
def test_a_word_that_it_cannot_use_is_refused_with_the_right_forms(typed: str, word: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(typed)
    assert f"Unknown filter “{word}”." in str(refusal.value)
    if word == "3/4":
        assert "could be 3 April or 4 March" in str(refusal.value)
    for form in ("`mine`", "`open`", "`all`", "`sev1`", "`resolved`", "`today`"):
        assert form in str(refusal.value)


def test_it_is_said_what_is_looked_for() -> None:
    assert describe(read("all sev1 resolved today"), MADRID) == (
        "SEV1, resolved, declared 2026-11-30 (CET)"
    )
    assert describe(read("since 2026-06-05"), MADRID) == "declared since 2026-06-05 00:00 CEST"
    assert describe(read("last week"), MADRID) == (
        "declared since 2026-11-23 00:00 CET and before 2026-11-30 00:00 CET"
    )
    assert describe(read("mine"), MADRID) == ""


def test_huge_numbers_are_no_crash() -> None:
    for typed in ("99999d", "0001-01-02", "since 0001-02"):
        assert read(typed).since is not None
    with pytest.raises(Refused, match="Unknown filter"):
        read("9999-12-31")
