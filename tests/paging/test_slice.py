"""The paging slice, mounted by something other than an incident: an alert that pages a chain."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.paging import chain, decide
from bot.paging.events import (
    KEEPS,
    Acknowledged,
    Escalated,
    PageAnswered,
    Paged,
    PagingEvent,
)
from bot.paging.evolve import adopt, begin, end, follow
from bot.paging.outbound import outbound, page_facts, still_relevant
from bot.paging.policy import Chain, Step
from bot.paging.state import Paging, Subject
from bot.paging.told import line
from bot.streams.actor import CLOCK

CHAIN = Chain("own", (Step(("oncall:primary",)), Step(("@U0SAM", "#leads"), timedelta(minutes=5))))
ON_CALL = {"primary": ["U0PAT"]}


@dataclass(frozen=True, slots=True)
class Kept:
    event: PagingEvent
    at: datetime
    by: str
    seq: int


class Alert:
    """An alert. It fires at 10:00, and pages."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.subject = Subject(CHAIN, is_open=True, has_impact=True)
        self.paging = begin(adopt(Paging(), KEEPS), CHAIN, at(0))

    def happens(self, minute: int, events: Sequence[PagingEvent], by: str = CLOCK) -> None:
        for event in events:
            kept = Kept(event, at(minute), by, len(self.kept) + 1)
            self.kept.append(kept)
            self.paging = follow(self.paging, kept, event, CHAIN)

    def fires(self, minute: int) -> list[Escalated]:
        fired = chain.fire(self.paging, self.subject, ON_CALL, at(minute))
        self.happens(minute, fired)
        return fired

    def wanted(self) -> list[tuple[str, str]]:
        """The key and the recipient of each message to send."""
        return [
            (each.key, str(each.to))
            for kept in self.kept
            for each in outbound(self.paging, self.subject, kept, kept.event)
            if each.kind != "page" or still_relevant(self.paging, self.subject, kept, each.to)
        ]


def at(minute: int) -> datetime:
    return datetime(2030, 1, 7, 10, minute, tzinfo=UTC)


def test_it_pages_by_its_chain_until_somebody_acknowledges() -> None:
    alert = Alert()
    assert chain.next_due(alert.paging, alert.subject) == at(0)
    assert alert.fires(0) == [Escalated(0, at(0), ("@U0PAT",), then="others")]
    assert alert.wanted() == [("page:1:U0PAT", "@U0PAT")]
    assert alert.fires(4) == []
    assert chain.next_due(alert.paging, alert.subject) == at(5)

    alert.happens(4, decide.answer(alert.paging, alert.subject, "U0PAT"), "U0PAT")

    assert alert.paging.acknowledged_by == ("U0PAT",)
    assert chain.next_due(alert.paging, alert.subject) is None
    assert alert.wanted() == [("escalation:1", "here"), ("ack:2", "here")]
    assert page_facts(alert.paging, alert.subject, alert.kept[0], "firing") == ("U0PAT", False)


def test_more_people_are_asked_and_who_is_on_it_stays() -> None:
    alert = Alert()
    alert.fires(0)
    alert.happens(1, [Acknowledged()], "U0PAT")
    alert.happens(2, chain.escalate(alert.paging, alert.subject, ON_CALL, at(2)), "U0ANA")

    assert alert.paging.acknowledged_by == ("U0PAT",)
    assert [each for each in alert.wanted() if each[0].startswith("page")] == [
        ("page:3:U0SAM", "@U0SAM"),
        ("page:3:leads", "#leads"),
    ]
    assert decide.answer(alert.paging, alert.subject, "U0PAT") == []
    assert decide.answer(alert.paging, alert.subject, "U0SAM") == [Acknowledged()]


def test_a_page_by_hand_wants_the_answer_of_that_person() -> None:
    alert = Alert()
    alert.happens(1, [Paged("U0BOB", "Look at this.")], "U0ANA")
    alert.happens(2, [Acknowledged()], "U0ANA")
    assert decide.answer(alert.paging, alert.subject, "U0CARL") == []
    assert ("page:1:U0BOB", "@U0BOB") in alert.wanted()

    alert.happens(3, decide.answer(alert.paging, alert.subject, "U0BOB"), "U0BOB")

    assert [type(each.event) for each in alert.kept][-1] is PageAnswered
    assert alert.wanted() == [("ack:2", "here"), ("ack:3", "here")]
    assert [line(alert.subject, each, each.event).text for each in alert.kept] == [
        "Paged <@U0BOB>: Look at this.",
        "Acknowledged",
        "Acknowledged the page",
    ]


def test_when_it_is_over_nothing_runs_and_who_was_on_it_stays() -> None:
    alert = Alert()
    alert.fires(0)
    alert.happens(1, [Acknowledged()], "U0PAT")
    alert.paging = end(alert.paging)
    alert.subject = replace(alert.subject, is_open=False, has_impact=False)

    assert chain.next_due(alert.paging, alert.subject) is None
    assert alert.paging.acknowledged_by == ("U0PAT",)
    assert decide.take_part(alert.paging, alert.subject, "U0BOB") == []


def test_a_private_one_is_told_to_no_channel() -> None:
    alert = Alert()
    alert.subject = replace(alert.subject, private=True)
    alert.fires(0)

    (fired,) = alert.fires(5)
    assert (fired.targets, fired.missed) == (
        ("@U0SAM",),
        ("#leads isn't told about private incidents",),
    )
