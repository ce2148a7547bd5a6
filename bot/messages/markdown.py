"""Markdown, as people write runbooks, in the mrkdwn that Slack shows: headings in bold, paragraphs
on one line, code as it is.
"""

import re
from collections.abc import Iterator

from bot.messages.text import escape, sanitize

_HEADING = re.compile(r"#{1,6}\s+(?P<title>.*)")
_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_ITEM = re.compile(r"(?P<indent>\s*)(?P<mark>[-*+]|[0-9]+[.)])\s+(?P<text>.*)")
_BOX = re.compile(r"\[(?P<done>[ xX])\]\s+")
_APART = re.compile(r"\s*(?:[>|]|-{3,}\s*$|\*{3,}\s*$)")
# Each mark ends at the next one of its kind or not at all, so that a text is read once.
_INLINE = re.compile(
    r"(?<!`)(?:`(?P<code>[^`\n]+)`|``(?P<code2>(?:[^`\n]|`(?!`))+)``)(?!`)"
    r"|!?\[(?P<label>[^\[\]\n]*)\]\((?P<link>https?://[^\s()<>|]+)\)"
    r"|<(?P<bare>https?://[^\s<>|]+)>"
    r"|\*\*(?=[^\s*])(?P<bold>[^*\n]+(?:\*(?!\*)[^*\n]+)*)(?<=\S)\*\*"
    r"|__(?=[^\s_])(?P<bold2>[^_\n]+(?:_(?!_)[^_\n]+)*)(?<=\S)__"
    r"|(?<!\w)(?P<weak>[*_])(?=[^\s*_])(?P<italic>[^*_\n]+)(?<=\S)(?P=weak)(?!\w)"
)

LARGEST = 2900  # characters of a piece; a section holds 3,000


def in_slack(text: str) -> list[str]:
    """Markdown as mrkdwn, in pieces that each fit a section.

    >>> in_slack("## Steps\\n\\n1. **Stop** the [job](https://a.example/j)\\n   at once.")
    ['*Steps*\\n1. *Stop* the <https://a.example/j|job> at once.']
    """
    pieces: list[str] = []
    for block in _blocks(sanitize(text).splitlines()):
        for part in _parts(block):
            if pieces and len(pieces[-1]) + len(part) + 1 <= LARGEST and not _begins(part):
                pieces[-1] = f"{pieces[-1]}\n{part}"
            else:
                pieces.append(part)
    return pieces


def _begins(part: str) -> bool:
    """Whether it is a heading, which begins a piece of its own."""
    return part.startswith("*") and part.endswith("*") and "\n" not in part


def _blocks(lines: list[str]) -> Iterator[str]:
    """The headings, paragraphs, items and code blocks. Empty lines go: sections have a gap."""
    paragraph, fence, code = "", "", list[str]()
    for each in lines:
        mark = _FENCE.match(each)
        if fence:
            if mark and mark["fence"].startswith(fence):
                yield _code(code)
                fence, code = "", []
            else:
                code.append(each)
            continue
        if paragraph and (mark or not each.strip() or _is_new(each)):
            yield paragraph
            paragraph = ""
        if mark:
            fence = mark["fence"]
        elif heading := _HEADING.fullmatch(each):
            yield f"*{_plain(heading['title'].rstrip().rstrip('#').rstrip())}*"
        elif each.strip():
            paragraph = f"{paragraph} {_inline(each.strip())}" if paragraph else _first(each)
    if paragraph or code:
        yield _code(code) if code else paragraph


def _is_new(line: str) -> bool:
    """Whether the line doesn't continue the paragraph before it."""
    return bool(_HEADING.fullmatch(line) or _ITEM.fullmatch(line) or _APART.match(line))


def _first(line: str) -> str:
    """The first line of a paragraph or of an item."""
    item = _ITEM.fullmatch(line)
    if item is None:
        return "" if _APART.fullmatch(line) else _inline(line.strip())
    mark = item["mark"] if item["mark"][0].isdigit() else "•"
    words = item["text"]
    if box := _BOX.match(words):
        mark = "☐" if box["done"] == " " else "☑"
        words = words[box.end() :]
    depth = len(item["indent"].expandtabs(4)) // 2
    return f"{'    ' * depth}{mark} {_inline(words)}"


def _plain(text: str) -> str:
    return escape(re.sub(r"[*_`]", "", text))


def _code(lines: list[str]) -> str:
    """A code block, without the indentation of the item it belongs to."""
    margins = [len(each) - len(each.lstrip()) for each in lines if each.strip()]
    margin = min(margins, default=0)
    text = "\n".join(each[margin:] for each in lines).replace("```", "'''")
    return f"```\n{escape(text)}\n```" if text.strip() else ""


def _inline(text: str) -> str:
    """The marks within a line. What isn't one is shown as it was written."""
    parts, end = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[end : found.start()]), _mark(found)]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _mark(found: re.Match[str]) -> str:
    if code := found["code"] or found["code2"]:
        return f"`{escape(code.strip())}`"
    if link := found["link"] or found["bare"]:
        label = escape((found["label"] or "").replace("|", "/"))
        return f"<{escape(link)}|{label}>" if label else f"<{escape(link)}>"
    if bold := found["bold"] or found["bold2"]:
        return f"*{_inline(bold)}*"
    return f"_{_inline(found['italic'])}_"


def _parts(block: str) -> Iterator[str]:
    """The block, in parts that fit a section; code is closed and opened again."""
    fence = "```" if block.startswith("```\n") else ""
    most = LARGEST - 2 * len(fence) - 2
    body = block[4:-4] if fence else block
    while body:
        cut = len(body) if len(body) <= most else _cut(body, most)
        part = body[:cut]
        yield f"{fence}\n{part}\n{fence}" if fence else part
        body = body[cut:].lstrip("\n" if fence else " \n")


def _cut(body: str, most: int) -> int:
    """Where to divide: at the end of a line, or of a word, but never in `&amp;` or a link."""
    for blank in ("\n", " "):
        if (place := body.rfind(blank, most // 2, most)) > 0 and body.rfind(
            "<", 0, place
        ) <= body.rfind(">", 0, place):
            return place
    amp = body.rfind("&", most - 5, most)
    return amp if amp > 0 else most
