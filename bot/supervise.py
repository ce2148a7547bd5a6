"""Supervises child processes: starts them, restarts them, and stops them in order.

A `Child` that dies is restarted: at once if it had been running well, otherwise with growing
delays. Only one that refuses to start isn't restarted, because it would refuse again
(`Child.refused`): it logs why, and exits with the status REFUSED. A crash is never a refusal,
whatever its status. A refusal after running well isn't one either: the others keep working, and it
is retried.

Children have their own sessions, so Ctrl-C only reaches the parent, which stops them in order; if
the parent is killed, they notice (`bot.parent_watch`). One that hangs is killed, too
(`bot.pulse`): it logs where it hung.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

import structlog

from bot import parent_watch
from bot.pulse import Pulse

REFUSED = 78  # EX_CONFIG of sysexits.h: Python and the kernel use it for no crash

_PATIENCE = 8.0  # seconds for a child to stop
_SLOWEST = 30.0  # maximum seconds between two starts
_HANGS_AFTER = 30.0  # seconds without a beat
_LAST_WORDS = 2.0  # seconds in which one that hangs may log where
_SUSPENDED = 5.0  # seconds between two looks: then we were suspended, and they may have been

log = structlog.get_logger("bot.supervise")


class Child:
    """One process, kept alive.

    `foreign`: not our program; it can't watch for our death, so a guard does. `keeps`: file
    descriptors that it inherits. After `steady_after` seconds it counts as running well. Once it
    has beaten, `hangs_after` seconds without a beat (30) mean that it hangs.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        foreign: bool = False,
        keeps: tuple[int, ...] = (),
        steady_after: float = 10.0,
        hangs_after: float | None = None,
    ) -> None:
        self.name = name
        self.refused = False
        self._command = command
        self._env = env or {}
        self._foreign = foreign
        self._keeps = keeps
        self._steady_after = steady_after
        self._ran_well = False  # ever
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._delay = 0.0
        self._again_at = 0.0
        self._hangs_after = _HANGS_AFTER if hangs_after is None else hangs_after
        self._pulse: Pulse | None = None
        self._beat_at: float | None = None  # the last one
        self._looked_at = 0.0
        self._kill_at: float | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start it; its output goes to ours."""
        fds, variables = ((), {}) if self._foreign else parent_watch.inherited()
        self._pulse, self._beat_at, self._kill_at = Pulse(), None, None
        pulse_fds, pulse_variables = ((), {}) if self._foreign else self._pulse.inherited()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self._env, **variables, **pulse_variables},
            pass_fds=(*self._keeps, *fds, *pulse_fds),
            start_new_session=True,
        )
        self._pulse.started()
        self._started = time.monotonic()
        if self._foreign:
            self._guard = parent_watch.guard(self._process.pid)

    def tend(self) -> None:
        """Check it once: if it died, restart it when it is time."""
        if self._process is None:
            return
        now = time.monotonic()
        if self._process.poll() is None:
            self._feel_pulse(now)
            return
        if not self._again_at:
            status = self._process.returncode
            refuses = status == REFUSED and not self._foreign  # however long it took to report
            if refuses and not self._ran_well:
                self.refused = True
                return
            steady = now - self._started > self._steady_after and not refuses
            self._ran_well |= steady
            self._delay = 0.0 if steady else min(max(0.25, self._delay * 2), _SLOWEST)
            self._again_at = now + self._delay
            log.warning("child died", child=self.name, status=status, restart_in=self._delay)
        if now >= self._again_at:
            self._again_at = 0.0
            self._release()
            self.start()

    def _feel_pulse(self, now: float) -> None:
        """Kill it if it hangs; first it may log where, which a suspended one can't."""
        assert self._pulse
        assert self._process
        if self._kill_at is not None:
            if now >= self._kill_at:
                self._process.kill()
            return
        suspended, self._looked_at = now - self._looked_at > _SUSPENDED, now
        if self._pulse.beats() or (suspended and self._beat_at is not None):
            self._beat_at = now
        elif self._beat_at is not None and now - self._beat_at > self._hangs_after:
            log.error("child hangs: killed", child=self.name, seconds=round(now - self._beat_at))
            self._process.send_signal(signal.SIGABRT)
            self._kill_at = now + _LAST_WORDS

    def ask_to_end(self) -> None:
        """Send SIGTERM; `tend` doesn't restart it any more."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def see_it_end(self) -> None:
        """Wait for it; a child that doesn't stop in 8 s is killed."""
        if self._process is None:
            return
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            log.warning("child killed: it didn't stop in time", child=self.name)
            self._process.kill()
            self._process.wait()
        self._process = None
        self._release()

    def _release(self) -> None:
        """Close the pulse; stop the guard, because its process id may be reused later."""
        if self._pulse:
            self._pulse.close()
            self._pulse = None
        if self._guard:
            self._guard.kill()
            self._guard.wait()
            self._guard = None


def end(children: Sequence[Child]) -> None:
    """Stop them together, and wait until they have stopped."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.see_it_end()


def look_after(
    children: Sequence[Child], stopping: threading.Event, each_turn: Callable[[], None]
) -> Child | None:
    """Supervise them until `stopping`; or until one refuses to start, which is returned."""
    while not stopping.wait(0.1):
        for child in children:
            child.tend()
            if child.refused:
                return child
        each_turn()
    return None


def stop_on_signal() -> threading.Event:
    """An event that is set at the first SIGINT, SIGTERM or SIGHUP. Call it in the main thread."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping
