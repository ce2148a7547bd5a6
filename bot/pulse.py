"""The pulse of a supervised process: its own work shows the supervisor that it goes on.

The supervisor holds the read end of a pipe; the child writes a byte from the loop that does its
work, so a process that hangs has none. Only a process that has begun to beat is expected to
continue. A process without a supervisor beats in vain, which costs nothing.
"""

import asyncio
import contextlib
import os
from collections.abc import Mapping

_VARIABLE = "MUSTER_PULSE"
EVERY = 1.0  # seconds between two beats of an event loop

_ours: list[int] = []  # the write end, once it is known


def taken() -> None:
    """Take the pipe over from the environment, before this process starts others."""
    if found := os.environ.pop(_VARIABLE, ""):
        _ours.append(int(found))


def beat() -> None:
    """Show that the work goes on."""
    for fd in _ours:
        with contextlib.suppress(BlockingIOError, BrokenPipeError):  # full, or no one reads it
            os.write(fd, b".")


async def keep_beating() -> None:
    """Beat as long as the event loop turns, until cancelled."""
    while True:
        beat()
        await asyncio.sleep(EVERY)


class Pulse:
    """The supervisor's end. Create it for each start of a child."""

    def __init__(self) -> None:
        self._read, self._theirs = os.pipe()
        for end in (self._read, self._theirs):
            os.set_blocking(end, False)

    def inherited(self) -> tuple[tuple[int, ...], Mapping[str, str]]:
        """The arguments for starting the child: `pass_fds`, and additions to its environment."""
        return (self._theirs,), {_VARIABLE: str(self._theirs)}

    def started(self) -> None:
        """The child has its end now."""
        os.close(self._theirs)

    def beats(self) -> bool:
        """Whether it has beaten since the last look."""
        try:
            return bool(os.read(self._read, 65536))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._read)
