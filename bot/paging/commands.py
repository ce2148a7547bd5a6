"""The commands of paging."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.streams.event import Command

OnCall = Mapping[str, Sequence[str]]  # for each schedule, the users who are on call now


@dataclass(frozen=True, slots=True)
class Acknowledge(Command):
    """The person who acknowledges is on it."""


@dataclass(frozen=True, slots=True)
class Page(Command):
    """Page these people now. `schedule`: the schedule that they are on call for, if requested by
    it.
    """

    people: tuple[str, ...]
    text: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class EscalateNow(Command):
    """Page more people now, before the next step is due. `if_asked`: only as an answer to the
    reminder that suggests it."""

    on_call: OnCall = field(default_factory=dict)
    if_asked: bool = True
