"""A parent's death, noticed by its children within moments, whatever it died of.

The parent holds the writing end of a pipe and gives its children only the reading end. The
kernel closes the pipe with the parent, `kill -9` or not, and the children read its end.
"""

import functools
import os
import signal
import subprocess
import threading
from collections.abc import Mapping

_VARIABLE = "MUSTER_LIFELINE"
_GRACE = 3.0  # seconds to end in order; then at once. Together well under the 5 s we promise


@functools.cache
def _pipe() -> tuple[int, int]:
    """This process's own pipe: (for its children, kept to itself)."""
    return os.pipe()


def inherited() -> tuple[tuple[int, ...], Mapping[str, str]]:
    """What a child has to be started with: `pass_fds`, and what to add to its environment."""
    theirs, _ = _pipe()
    return (theirs,), {_VARIABLE: str(theirs)}


@functools.cache
def has_parent() -> bool:
    """Whether one of our processes (`bot.supervise`) started this one and looks after it."""
    return _VARIABLE in os.environ


def end_with_parent() -> None:
    """End this process when the one that started it ends. Without such a one: nothing.

    In order first (SIGTERM to itself), and after 3 s at once.
    """
    if has_parent():
        theirs = int(os.environ.pop(_VARIABLE))  # not for its own children
        threading.Thread(target=_watch, args=(theirs,), daemon=True).start()


def _watch(theirs: int) -> None:
    os.read(theirs, 1)  # nobody writes: this returns when the parent is gone
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_GRACE)
    os._exit(1)


def guard(pid: int) -> subprocess.Popen[bytes]:
    """A shell that does for somebody else's program what `end_with_parent` does for ours."""
    theirs, _ = _pipe()
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -TERM "$1"', "muster-guard", str(pid)],
        stdin=theirs,
        start_new_session=True,  # Ctrl-C is for the parent
    )
