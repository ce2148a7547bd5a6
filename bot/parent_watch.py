"""Ends a child process within moments when its parent dies, for any reason.

The parent holds the write end of a pipe; its children only get the read end. The kernel closes the
pipe with the parent, even after `kill -9`, and the children see the end of the file.
"""

import functools
import os
import signal
import subprocess
import threading
from collections.abc import Mapping

_VARIABLE = "MUSTER_LIFELINE"
_GRACE = 3.0  # seconds for an orderly end; then at once. Together well under the 5 s we promise


@functools.cache
def _pipe() -> tuple[int, int]:
    """This process's own pipe: (read end for its children, write end)."""
    return os.pipe()


def inherited() -> tuple[tuple[int, ...], Mapping[str, str]]:
    """The arguments for starting a child: `pass_fds`, and additions to its environment."""
    theirs, _ = _pipe()
    return (theirs,), {_VARIABLE: str(theirs)}


@functools.cache
def has_parent() -> bool:
    """Whether one of our processes (`bot.supervise`) started and supervises this one."""
    return _VARIABLE in os.environ


def end_with_parent() -> None:
    """End this process when its parent ends. Does nothing without a supervising parent.

    First an orderly end (SIGTERM to itself), after 3 s at once.
    """
    if has_parent():
        theirs = int(os.environ.pop(_VARIABLE))  # not for its own children
        threading.Thread(target=_watch, args=(theirs,), daemon=True).start()


def _watch(theirs: int) -> None:
    os.read(theirs, 1)  # nothing is written: this returns when the parent is gone
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_GRACE)
    os._exit(1)


def guard(pid: int) -> subprocess.Popen[bytes]:
    """A shell that does for a foreign program what `end_with_parent` does for ours."""
    theirs, _ = _pipe()
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -TERM "$1"', "muster-guard", str(pid)],
        stdin=theirs,
        start_new_session=True,  # Ctrl-C is for the parent
    )
