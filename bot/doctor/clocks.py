"""Do Slack, the store and this machine agree on the time?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.doctor.finding import Finding

NOTICED = timedelta(seconds=3)  # Slack's Date header has whole seconds, and is read a moment later
BREAKS = timedelta(seconds=60)  # a page comes a minute late; after five, HTTP requests are refused


def examine(ours: datetime, slacks: datetime | None, stores: datetime | None) -> Iterator[Finding]:
    """`ours` was read right after the others."""
    others = {"Slack": slacks, "the store": stores}
    apart = {name: ours - at for name, at in others.items() if at is not None}
    for name, skew in apart.items():
        if abs(skew) >= NOTICED:
            way = "ahead of" if skew > timedelta() else "behind"
            says = f"this machine's clock is {abs(skew).total_seconds():.0f} s {way} {name}'s"
            cure = "run an NTP client (timedatectl set-ntp true) here and where the store runs"
            yield Finding("clocks", says, cure, fails=abs(skew) >= BREAKS)
    if apart and all(abs(skew) < NOTICED for skew in apart.values()):
        yield Finding("clocks", f"agree with {' and '.join(apart)}")
