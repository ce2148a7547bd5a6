"""The state of paging, and what it needs to know about the subject it pages for."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.paging.events import FORGETS, KEEPS, Escalated, Paged
from bot.paging.policy import Chain


class Record(Protocol):
    """An event as the subject stores it: what happened, when, who did it, and its number in the
    history.
    """

    @property
    def event(self) -> object: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def seq(self) -> int: ...


class Refusal(Protocol):
    """A message that was refused for good."""

    @property
    def at(self) -> datetime: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts that paging needs about the subject it pages for.

    `chain`: the chain of its current severity. `is_open`: people may still be paged for it.
    `has_impact`: its chain may page. `said`, `failed`: by key, the messages that arrived and those
    refused for good. `last_resort`: who is told if no one answers; empty: the admins.
    """

    chain: Chain | None
    is_open: bool
    has_impact: bool
    private: bool = False
    said: Container[str] = ()
    failed: Mapping[str, Refusal] = field(default_factory=dict)
    last_resort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    by: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Run:
    """One run through a chain: since when, and which of its steps fired.

    `asked`: how many steps had fired when more people were asked; the pages of those are settled.
    `ended`: somebody acknowledged, so no more people are paged. `taken_at`: it began because the
    severity rose; this is the rank at which it had been acknowledged. `reported`: that it ended
    without an answer was told.
    """

    chain: str
    since: datetime
    fired: tuple[Record, ...] = ()
    asked: int = 0
    ended: bool = False
    taken_at: int | None = None
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """Who has acknowledged, and what runs.

    `acknowledgements`: all that were ever given. `involved`: people who showed in another way that
    they are on it (answered a page, took command, posted an update), with the latest event.
    `answered`: who answered last, by which event. `pages`: every step and every page by hand.
    `ends`: the ends of chains that no one answered.
    `rule`: FORGETS or KEEPS, see `bot.paging.evolve.adopt`. `taken_back`: under FORGETS,
    acknowledgements up to this event don't count. `withdrawn`: the pages by hand that were a
    mistake.
    """

    acknowledgements: tuple[Acknowledgement, ...] = ()
    involved: Mapping[str, int] = field(default_factory=dict)
    answered: Mapping[str, int] = field(default_factory=dict)
    pages: tuple[Record, ...] = ()
    ends: tuple[Record, ...] = ()
    run: Run | None = None
    rule: int = FORGETS
    taken_back: int = 0
    withdrawn: frozenset[int] = frozenset()

    @property
    def counted(self) -> tuple[Acknowledgement, ...]:
        """The acknowledgements that count, the first of each person."""
        first: dict[str, Acknowledgement] = {}
        for each in self.acknowledgements:
            if each.seq > self.taken_back:
                first.setdefault(each.by, each)
        return tuple(first.values())

    @property
    def acknowledged_by(self) -> tuple[str, ...]:
        """Who acknowledged, in order."""
        return tuple(each.by for each in self.counted)

    @property
    def acknowledged_at(self) -> datetime | None:
        """When it was first acknowledged; None if it wasn't."""
        return next((each.at for each in self.counted), None)

    @property
    def on_it(self) -> tuple[str, ...]:
        """The people who don't need to be paged any more; no one before the first
        acknowledgement.
        """
        acknowledged = self.acknowledged_by
        if not acknowledged or self.rule < KEEPS:
            return acknowledged
        return tuple(dict.fromkeys((*acknowledged, *self.involved)))


def runs(paging: Paging, subject: Subject) -> bool:
    """Whether paging still runs: none of the people asked has acknowledged, and the impact isn't
    over.
    """
    return paging.run is not None and not paging.run.ended and subject.has_impact


def user_of(page: Record) -> str:
    """The recipient of a page by hand."""
    assert isinstance(page.event, Paged)
    return page.event.user


def aims(event: object) -> tuple[str, ...]:
    """The targets of a page: people (`@U…`) and channels (`#name`)."""
    if isinstance(event, Paged):
        return (f"@{event.user}",)
    return event.targets if isinstance(event, Escalated) else ()


def page_key(page: Record, target: str) -> str:
    """The key of the page that went to `target` (`@U…`, `#name`): `page:12:U0SAM`."""
    return f"page:{page.seq}:{target.lstrip('@#')}"


def end_key(end: Record, target: str) -> str:
    """The key of the message that tells `target` that no one answered."""
    return f"unanswered:{end.seq}:{target.lstrip('@#')}"


def mentioned(target: str) -> str:
    """A target, or a target and why it was missed, with people as Slack mentions."""
    who, colon, why = target.partition(": ")
    if who.startswith("@S"):
        return f"user group {who[1:]}{colon}{why}"
    return f"<{who}>{colon}{why}" if who.startswith("@") else target
