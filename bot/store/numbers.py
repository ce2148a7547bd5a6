"""The incident numbers that are known to be in use, whatever the store says: one that was restored
from an older backup, or failed over without its latest writes, doesn't know all of them."""

import threading

from bot.streams.ids import StreamId, number_of

WAIT = 1.0  # seconds that a declaration waits for the look into Slack


class Numbers:
    """The numbers that this process has seen. Between `expect` and `looked` it is finding out
    which ones Slack shows."""

    def __init__(self) -> None:
        self._highest = 0
        self._looked = threading.Event()
        self._looked.set()

    def saw(self, stream_id: StreamId) -> None:
        """An incident has this number."""
        self.shown(number_of(stream_id) or 0)

    def shown(self, number: int) -> None:
        self._highest = max(self._highest, number)

    def expect(self) -> None:
        """From now on, `in_use` waits for `looked`, but not for long: if Slack doesn't answer,
        people can declare all the same."""
        self._looked.clear()

    def looked(self) -> None:
        self._looked.set()

    def in_use(self) -> int:
        """The highest number that is known to be in use; 0 if none is."""
        self._looked.wait(WAIT)
        return self._highest
