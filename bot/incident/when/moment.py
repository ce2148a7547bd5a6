"""An instant that a person typed, and the words beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from bot.incident.when.expression import Expression
from bot.incident.when.written import zone_name

AFTER = ' ,;:-–—.*_`"”’)'  # between a time and the words that follow it

# As wide as the character they stand for, so that places in the text stay the same.
PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
PLAIN |= dict.fromkeys(map(ord, '\u00a0\u2009\u202f\u3000\n\r\t*`"“”„'), " ")
PLAIN |= dict.fromkeys(map(ord, "\u2236\u02d0\ua789"), ":")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant that was typed as `typed`, and the other words. `zone`: the zone that was typed
    with it, if any. `length`: how long from now, if it was typed so; then no zone matters.
    """

    at: datetime
    rest: str
    typed: str
    zone: tzinfo | None = None
    length: timedelta | None = None

    @property
    def wait(self) -> timedelta | datetime:
        """How long from now if it was typed so, else the instant."""
        return self.at if self.length is None else self.length

    def how(self, own: tzinfo) -> str:
        """How it was read, to be said back: the person's zone, or the time with the zone that
        they typed; empty if no zone matters."""
        if self.length is not None:
            return ""
        return self.typed if self.zone else zone_name(own, self.at)


def as_moment(found: Expression, at: datetime, rest: str) -> Moment:
    """The instant that an expression means, and the words that aren't part of it."""
    return Moment(at, rest, " ".join(found.written.split()), found.zone, found.length)
