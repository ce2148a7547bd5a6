"""Escalation chains, as frozen into the subject that pages."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """Notify these (`oncall:NAME`, `@U…`, `#channel`) this long `after` the previous step."""

    notify: tuple[str, ...]
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Chain:
    """Whom to page, in what order. After the last step the whole chain is repeated `repeat` times,
    `pause` after the last step (the last wait written in the file).
    """

    id: str
    steps: tuple[Step, ...]
    repeat: int = 0
    pause: timedelta = timedelta()

    @property
    def length(self) -> int:
        """The number of steps, including all repeats."""
        return len(self.steps) * (self.repeat + 1)
