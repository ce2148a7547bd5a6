"""Converts Slack's mrkdwn to Markdown or plain text.

Slack sends `&`, `<` and `>` escaped, so every unescaped `<…>` is Slack's own: a mention, a
channel, a date, a link (https://docs.slack.dev/messaging/formatting-message-text).
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from bot.postmortem import markdown

_CODE_BLOCK = re.compile(r"```(.+?)```", re.DOTALL)
_CODE_OR_TOKEN = re.compile(r"`(?P<code>[^`\n]+)`|<(?P<token>[^<>\n]+)>")
_TOKEN = re.compile(r"<([^<>\n]+)>")


class _Mark(NamedTuple):
    found: re.Pattern[str]
    stand_in: str
    markdown: str


def _mark(sign: str, stand_in: str, written: str) -> _Mark:
    pattern = rf"(?<![\w{sign}]){sign}(?!\s)([^{sign}\n]+)(?<!\s){sign}(?![\w{sign}])"
    return _Mark(re.compile(pattern), stand_in, written)


# `*bold*` and the like: not inside a word, not around blanks, not across lines. While a line is
# escaped, a character stands for the mark; `markdown.clean` removed it from people's text.
_MARKS = (
    _mark(r"\*", "\ue002", "**"),
    _mark("_", "\ue003", "*"),
    _mark("~", "\ue004", "~~"),
)
_KEPT = re.compile("\ue000([0-9]+)\ue001")


def unescape(text: str) -> str:
    """Decode Slack's three entities; once, and no others.

    >>> unescape("a &lt; b &amp;amp; &copy;")
    'a < b &amp; &copy;'
    """
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def to_markdown(text: str, names: Mapping[str, str]) -> str:
    """A person's message as safe Markdown; code keeps its lines and stays code.

    >>> print(to_markdown("*Done*, <@U1>: see <https://example.com|the graph>", {"U1": "Ana"}))
    **Done**, Ana: see [the graph](https://example.com)
    """
    blocks = []
    for number, part in enumerate(_CODE_BLOCK.split(markdown.clean(text))):
        if number % 2:
            blocks.append(markdown.code_block(unescape(_tokens_as_text(part, names))))
        elif paragraph := _paragraph(part, names):
            blocks.append(paragraph)
    return "\n".join(blocks)


def to_plain(text: str, names: Mapping[str, str]) -> str:
    """The text without markup, for finding phrases and quoting sentences.

    >>> to_plain("_fixed_ by `kubectl &lt;x&gt;` in <#C1|ops>", {})
    'fixed by kubectl <x> in #ops'
    """
    text = _tokens_as_text(markdown.clean(text), names)
    for mark in _MARKS:
        text = mark.found.sub(r"\1", text)
    return unescape(text.replace("`", ""))


def _paragraph(text: str, names: Mapping[str, str]) -> str:
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        if (content := found["code"]) is not None:
            kept.append(markdown.code(unescape(_tokens_as_text(content, names))))
        else:
            kept.append(_token_as_markdown(found["token"], names))
        return f"\ue000{len(kept) - 1}\ue001"

    text = _CODE_OR_TOKEN.sub(keep, text)
    for mark in _MARKS:
        text = mark.found.sub(rf"{mark.stand_in}\1{mark.stand_in}", text)
    text = markdown.paragraph(unescape(text))
    for mark in _MARKS:
        text = text.replace(mark.stand_in, mark.markdown)
    return _KEPT.sub(lambda found: kept[int(found[1])], text)


def _token_as_markdown(token: str, names: Mapping[str, str]) -> str:
    label, url = _read(token, names)
    if url is None:
        return markdown.inline(label) or markdown.inline(token)
    if "[masked:" in url:  # a link without a web address: show its text
        return markdown.inline(label if label == url else f"{label} ({url})")
    return markdown.link(markdown.inline(label) or "link", url)


def _tokens_as_text(text: str, names: Mapping[str, str]) -> str:
    def words(found: re.Match[str]) -> str:
        # Escaped again, because the caller unescapes everything once.
        label = _read(found[1], names)[0]
        return label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    return _TOKEN.sub(words, text)


def _read(token: str, names: Mapping[str, str]) -> tuple[str, str | None]:
    """The text that Slack would show for `<token>`, unescaped, and its URL."""
    target, _, label = (unescape(part) for part in token.partition("|"))
    match target[:1]:
        case "@":
            return names.get(target[1:]) or label or target, None
        case "#":
            return f"#{names.get(target[1:]) or label or target[1:]}", None
        case "!":
            said, _, about = target[1:].partition("^")
            return label or "@" + (names.get(about) or about or said), None
    if target.lower().startswith(("http://", "https://")):
        return label or target, target
    return label or target.removeprefix("mailto:").removeprefix("tel:"), None
