"""Markdown, of `markdown` blocks, as mrkdwn."""

import re

from bot.slack_message.shape import escape

_FENCED = re.compile(r"(```.*?(?:```|\Z))", re.DOTALL)
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+)$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\((https?://[^\s()]+)\)")
# Each ends at the next mark of its kind or not at all, so that a text is read once.
_BOLD = re.compile(
    r"\*\*(?=[^\s*])([^*\n]+(?:\*(?!\*)[^*\n]+)*)(?<=\S)\*\*"
    r"|__(?=[^\s_])([^_\n]+(?:_(?!_)[^_\n]+)*)(?<=\S)__"
)
_ITEM = re.compile(r"^([ \t]*)[-*+][ \t]+", re.MULTILINE)


def to_mrkdwn(text: str) -> str:
    """Headings, links, bold text and list items as Slack writes them; code as it is.

    >>> to_mrkdwn("## Disk **full** on [db-1](https://x.org)\\n- 98% & more")
    '*Disk full on <https://x.org|db-1>*\\n• 98% &amp; more'
    """
    parts = _FENCED.split(escape(text))
    parts[::2] = map(_convert, parts[::2])
    return "".join(parts)


def _convert(text: str) -> str:
    text = _LINK.sub(r"<\2|\1>", text)
    text = _ITEM.sub(r"\1• ", text)
    text = _HEADING.sub(_heading, text)
    return _BOLD.sub(lambda found: f"*{found[1] or found[2]}*", text)


def _heading(found: re.Match[str]) -> str:
    inner = _BOLD.sub(lambda bold: bold[1] or bold[2], found[1].rstrip(" \t#"))
    return f"*{inner}*" if inner else ""
