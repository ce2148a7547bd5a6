"""A store connection that dies at a chosen round trip, together with its process: from then on
nothing reaches the store."""

from typing import Any

from redis import Redis


class Died(BaseException):
    """The process is dead."""


class Crashing(Redis):
    """`at`: the round trip at which it dies, from 1, before it reaches the store, or with `after`
    once the store has executed it. None: it only counts."""

    trips = 0
    at: int | None = None
    after = False

    def crash(self, at: int, *, after: bool) -> None:
        self.trips, self.at, self.after = 0, at, after

    def execute_command(self, *args: Any, **options: Any) -> Any:
        self.trips += 1
        if self.at is not None and self.trips >= self.at + self.after:
            raise Died
        answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        if self.at is not None and self.after and self.trips == self.at:
            raise Died
        return answer
