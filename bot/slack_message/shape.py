"""Access to parts of a payload that may have any shape."""

from collections.abc import Mapping
from typing import Any

PARTS_MAX = 1000  # of one list; Slack allows fewer

Json = Mapping[str, Any]


def objects(of: object, name: str) -> list[Json]:
    """The objects in the list `name` of `of`."""
    found = of.get(name) if isinstance(of, Mapping) else None
    given = found[:PARTS_MAX] if isinstance(found, list) else []
    return [each for each in given if isinstance(each, Mapping)]


def words(of: Json, name: str) -> str:
    """The text `name` of `of`; empty if there is none."""
    value = of.get(name)
    return value if isinstance(value, str) else ""


def escape(text: str) -> str:
    """Text that isn't mrkdwn, escaped once, whether or not Slack had escaped it.

    >>> escape("R&D <db>"), escape("R&amp;D &lt;db&gt;")
    ('R&amp;D &lt;db&gt;', 'R&amp;D &lt;db&gt;')
    """
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
