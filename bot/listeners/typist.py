"""The time zone of the person who typed something, as their Slack profile has it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.incident.when import Moment, zone_name
from bot.listeners.request import Request


@dataclass(frozen=True, slots=True)
class TypistZone:
    """`zone`: in which their times are read. `own`: False if Slack couldn't say it, so that it's
    `MUSTER_TIMEZONE`.
    """

    zone: ZoneInfo
    own: bool = True

    def how(self, read: Moment) -> str:
        """How a time was read, to be said back after it; empty if no zone matters."""
        how = read.how(self.zone)
        if how and not self.own and not read.zone:
            return f" ({how}: Slack didn't say your time zone)"
        return f" ({how})" if how else ""

    def label(self) -> str:
        """The zone in a sentence or a hint."""
        name = zone_name(self.zone)
        return name if self.own else f"{name}, because Slack didn't say your time zone"


def zone_of(request: Request, user: str = "") -> TypistZone:
    """The zone of the person who acts, or of `user`. Asks Slack if it isn't cached; waits at most
    a second."""
    who = user or request.user
    profile = request.services.people.ask([who])[who]
    try:
        if profile and profile.tz:
            return TypistZone(ZoneInfo(profile.tz))
    except (ZoneInfoNotFoundError, ValueError):
        pass  # a zone that this machine's database doesn't have
    return TypistZone(request.services.zone, own=False)
