"""Recorded events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

E_co = TypeVar("E_co", covariant=True)


@dataclass(frozen=True)  # with slots, `Recorded[Event](…)` raises: typing sets an attribute
class Recorded(Generic[E_co]):
    """An event with its time and its actor (a user id, or the text of another `Actor`).

    `seq`: its position in the stream's history, from 1.
    """

    event: E_co
    at: datetime
    by: str
    seq: int


def record(
    events: Iterable[E_co], at: datetime, by: str, *, after: int
) -> tuple[Recorded[E_co], ...]:
    """Record these events as the next ones after the first `after` of a stream."""
    return tuple(Recorded(event, at, by, seq) for seq, event in enumerate(events, start=after + 1))
