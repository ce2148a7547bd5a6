"""Check that the clocks of Slack, the store and this machine agree."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from bot.doctor.finding import Finding

NOTICED = timedelta(seconds=3)  # Slack's Date header has whole seconds, and is read a moment later
# Pages would be a minute late; from five on, HTTP requests are refused.
BREAKS = timedelta(seconds=60)


def ours() -> datetime:
    """This machine's time; read right after the other clock."""
    return datetime.fromtimestamp(time.time(), UTC)


def examine(ahead: Mapping[str, timedelta]) -> Iterator[Finding]:
    """`ahead`: how far this machine's clock is ahead of each other clock."""
    for whose, skew in ahead.items():
        if abs(skew) >= NOTICED:
            way = "ahead of" if skew > timedelta() else "behind"
            says = f"this machine's clock is {abs(skew).total_seconds():.0f} s {way} {whose}'s"
            cure = "run an NTP client (timedatectl set-ntp true) here and where the store runs"
            yield Finding("clocks", says, cure, fails=abs(skew) >= BREAKS)
    if ahead and all(abs(skew) < NOTICED for skew in ahead.values()):
        yield Finding("clocks", f"in sync with {' and '.join(ahead)}")
