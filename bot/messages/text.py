"""People's text is text: unescaped once on the way in, escaped once on the way out."""

import html
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.incident.durations import say as span

_TAG = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")


def plain(text: str) -> str:
    """What a person meant by `text`, which Slack sent escaped (commands, messages).

    Mentions and links become their labels, so that repeating them pings nobody.

    >>> plain("<@U1|bob> says a &lt; b in <#C1|ops>, see <https://x.org|the docs> <!channel>")
    '@bob says a < b in #ops, see the docs (https://x.org) @channel'
    """
    return html.unescape(_TAG.sub(_label, text))


def _label(tag: re.Match[str]) -> str:
    target, label = tag[1], tag[2]
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:]).lstrip("@#")
    if target.startswith("!"):
        return "@" + (label or target[1:].partition("^")[0]).lstrip("@")
    return f"{label} ({target})" if label and label != target else target


def user_in(text: str) -> str | None:
    """The id of the person that `text`, as Slack sent it, mentions first.

    >>> user_in("ic <@U0BOB|bob> please")
    'U0BOB'
    """
    found = re.search(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>", text)
    return found[1] if found else None


def escape(text: str) -> str:
    """`text` as Slack shows it literally: it pings nobody and links nowhere.

    >>> escape("<!channel> R&D")
    '&lt;!channel&gt; R&amp;D'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, most: int) -> str:
    """`text` in at most that many characters, an ellipsis showing the cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def pieces(text: str, most: int = 2900) -> list[str]:
    """`text` escaped, in pieces that each fit a section (3,000 characters)."""
    found, piece = [], ""
    for character in text:
        safe = escape(character)
        if len(piece) + len(safe) > most:
            found.append(piece)
            piece = ""
        piece += safe
    return [*found, piece]


def mention(user: str) -> str:
    return f"<@{user}>"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """A time that each reader sees in their own zone."""
    fallback = at.astimezone(zone).strftime("%H:%M %Z")
    return f"<!date^{int(at.timestamp())}^{{time}}|{fallback}>"


def clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def ago(span_: timedelta) -> str:
    return span(max(span_, timedelta(seconds=1)))


__all__ = [
    "ago",
    "clip",
    "clock",
    "escape",
    "mention",
    "moment",
    "pieces",
    "plain",
    "span",
    "user_in",
]
