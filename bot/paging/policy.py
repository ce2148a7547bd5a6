"""Chains: who is paged, in what order. Frozen into whatever pages."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """Notify these (`oncall:NAME`, `@U…`, `#channel`) this long `after` the step before."""

    notify: tuple[str, ...]
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Chain:
    """Who is paged, in what order. After the last step the whole chain runs `repeat` times
    more, `pause` after the last step (the last wait written in the file)."""

    id: str
    steps: tuple[Step, ...]
    repeat: int = 0
    pause: timedelta = timedelta()

    @property
    def length(self) -> int:
        """How many steps there are with all repeats."""
        return len(self.steps) * (self.repeat + 1)
