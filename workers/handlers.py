"""Which function does which heavy effect."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Final

from bot.incident.drafting import DraftPostmortem
from bot.wiring.runtime import WorkerRuntime
from workers import postmortem
from workers.heavy import HeavyWorker

Doing = Callable[[WorkerRuntime, Any, Any], Coroutine[Any, Any, Sequence[Any]]]

HANDLERS: Final[Mapping[type, Doing]] = {DraftPostmortem: postmortem.draft}
"""By the type of effect: does it for a state; the events to record. Raises `CallFailed`."""


def heavy_worker(runtime: WorkerRuntime) -> HeavyWorker:
    """Returns what executes heavy effects in a worker process."""
    handlers = {effect: partial(doing, runtime) for effect, doing in HANDLERS.items()}
    return HeavyWorker(runtime.store, runtime.clock, runtime.reconciler, handlers)
