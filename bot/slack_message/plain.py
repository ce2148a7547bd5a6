"""Mrkdwn as plain text, for titles: tags become their labels."""

import re

from bot.messages.text import unescape

_LINK = re.compile(r"<(?:https?|mailto|tel|slack)[^<>|]*\|([^<>]+)>")
_FENCE = re.compile(r"`+")
_MARKS = tuple(
    re.compile(rf"(?<![\w{sign}]){sign}(?!\s)([^{sign}\n]+)(?<!\s){sign}(?![\w{sign}])")
    for sign in (r"\*", "_", "~")
)


def to_title(text: str) -> str:
    """One line without markup; a link is its label.

    >>> to_title("*DB* is `slow`, <@U1|Ana>: <https://x.org|CPU &gt; 95%>")
    'DB is slow, @Ana: CPU > 95%'
    """
    return " ".join(unescape(unmarked(text)).split())


def unmarked(text: str) -> str:
    """Mrkdwn without bold, italics, code and targets of links; mentions stay.

    >>> unmarked("*DB* is `slow`, <@U1>: <https://x.org|CPU &gt; 95%>")
    'DB is slow, <@U1>: CPU &gt; 95%'
    """
    text = _FENCE.sub("", _LINK.sub(r"\1", text))
    for mark in _MARKS:
        text = mark.sub(r"\1", text)
    return text
