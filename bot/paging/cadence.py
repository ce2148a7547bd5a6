"""How repeated things are spaced, so that a late one is honest and never starts a burst."""

from datetime import datetime, timedelta

AT_LEAST, AT_MOST = timedelta(seconds=2), timedelta(minutes=1)


def is_late(due: datetime, done: datetime, every: timedelta) -> bool:
    """Whether a person would call it late: a tenth of its cadence, from 2 s to a minute."""
    return done - due > min(max(every / 10, AT_LEAST), AT_MOST)


def following(due: datetime, done: datetime, every: timedelta) -> datetime:
    """When the next one is due, after one that was `due` was `done`.

    On time, the cadence keeps its beat; late, it begins anew from when it was done.
    """
    return (done if is_late(due, done, every) else due) + every
