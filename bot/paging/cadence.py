"""The spacing of repeated things, so that a late one is marked as late and never starts a
burst.
"""

from datetime import datetime, timedelta

AT_LEAST, AT_MOST = timedelta(seconds=2), timedelta(minutes=1)


def is_late(due: datetime, done: datetime, every: timedelta) -> bool:
    """Whether it counts as late: by a tenth of its interval, at least 2 s and at most a minute."""
    return done - due > min(max(every / 10, AT_LEAST), AT_MOST)


def following(due: datetime, done: datetime, every: timedelta) -> datetime:
    """When the next one is due, after one that was `due` was `done`.

    If it was on time, the interval counts from when it was due; if it was late, from when it was
    done.
    """
    return (done if is_late(due, done, every) else due) + every
