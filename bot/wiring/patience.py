"""Repeats a call to the store for a limited time, however long each attempt takes."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any, ClassVar, TypeVar

from redis.backoff import ExponentialBackoff
from redis.retry import Retry

T = TypeVar("T")


class Patience(Retry):
    """Repeats until `seconds` have passed since the first attempt, whatever their number.
    `repeated`: how often this process has repeated a call; more than before means an outage."""

    repeated: ClassVar[int] = 0

    def __init__(self, seconds: float) -> None:
        super().__init__(ExponentialBackoff(cap=0.5, base=0.05), -1)
        self._seconds = seconds

    def call_with_retry(
        self,
        do: Callable[[], T],
        fail: Callable[..., Any],
        is_retryable: Callable[[Exception], bool] | None = None,
        with_failure_count: bool = False,
    ) -> T:
        until, failures = monotonic() + self._seconds, 0
        while True:
            try:
                return do()
            except self._supported_errors as error:
                if is_retryable and not is_retryable(error):
                    raise
                failures += 1
                fail(error, failures) if with_failure_count else fail(error)
                if monotonic() >= until:
                    raise
                Patience.repeated += 1
                Event().wait(self._backoff.compute(failures))
