"""Percentiles, and the rows of the table."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the measurement, the value it is compared with, and their ratio."""

    what: str
    measured: str
    beside: str = ""
    ratio: float | None = None
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one benchmark, with an explanation."""

    rows: list[Row]
    meaning: str


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is at least as large as this percentage of all (nearest rank).

    >>> percentile([4, 1, 3, 2], 50), percentile([4, 1, 3, 2], 99)
    (2, 4)
    """
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def p50(values: Sequence[float]) -> float:
    return percentile(values, 50)


def p99(values: Sequence[float]) -> float:
    return percentile(values, 99)


def ms(seconds: float) -> str:
    """Format a time.

    >>> ms(0.00021), ms(0.0104), ms(0.16), ms(1.25)
    ('0.21 ms', '10.4 ms', '160 ms', '1.25 s')
    """
    if seconds >= 1:
        return f"{seconds:.2f} s"
    digits = 0 if seconds >= 0.1 else 1 if seconds >= 0.001 else 2
    return f"{seconds * 1000:.{digits}f} ms"


def both(values: Sequence[float]) -> str:
    """p50 and p99 of these times."""
    return f"{ms(p50(values))} / {ms(p99(values))}"
