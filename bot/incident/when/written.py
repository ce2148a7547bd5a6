"""Times in writing, as they can be typed again."""

from datetime import datetime, tzinfo


def written(at: datetime, zone: tzinfo) -> str:
    """A time that, read again in this zone, means the same minute.

    >>> from datetime import UTC
    >>> from zoneinfo import ZoneInfo
    >>> written(datetime(2026, 11, 30, 13, 30, tzinfo=UTC), ZoneInfo("Europe/Madrid"))
    '2026-11-30 14:30 CET'
    """
    there = at.astimezone(zone)
    return f"{there:%Y-%m-%d %H:%M} {zone_label(there)}"


def zone_label(at: datetime) -> str:
    """The abbreviation of the zone at that time, or its offset if it has no letters."""
    name = at.tzname() or ""
    offset = f"{at:%z}"
    return name if name.isalpha() else f"{offset[:3]}:{offset[3:5]}"


def zone_name(zone: tzinfo, at: datetime | None = None) -> str:
    """How people know the zone: `Europe/Madrid`, `UTC`, `CET`."""
    return str(getattr(zone, "key", "") or zone.tzname(at))
