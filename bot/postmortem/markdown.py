"""Markdown that people's text can't break out of (CommonMark with GitHub's tables).

Text passes through `inline` or `block` before it becomes part of a document. It is shown
literally: nothing in it becomes a heading, a row, a link, HTML or a section marker.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

# Control characters, unpaired surrogates, marks that change the direction of
# writing (they can disguise text), and mrkdwn.py's own marks.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ue000-\ue00f]"
)

# `_` inside a word has no meaning; `&` matters only at the start of an entity. A backtick becomes
# an entity, because parsers differ on an escaped backtick beside a code span.
_SPECIAL = re.compile(
    r"[\\`*\[\]<|~$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?[A-Za-z0-9]{1,40};)"
)
# Lists, quotes, headings underlined by the next line, rules, a table's second row.
_LINE_START = re.compile(r"^(?=[-+=>]|:-)|^([0-9]{1,9})(?=[.)])")


def clean(text: str) -> str:
    """`text` with only `\n` as line breaks and without misleading invisible characters."""
    return _DROPPED.sub("", "\n".join(text.splitlines()))


def escape(line: str) -> str:
    r"""Escape one line so that it is shown literally.

    >>> print(escape("# <b>up_time</b> | 100%"))
    \# \<b>up_time\</b> \| 100%
    >>> print(escape("2. --- [x](y) &lt;"))
    2\. --- \[x\](y) \&lt;
    """
    escaped = _SPECIAL.sub(lambda found: "\\" + found[0], line).replace(r"\`", "&#96;")
    return _LINE_START.sub(r"\1\\", escaped)


def inline(text: str) -> str:
    """All of `text` on one line: for headings, cells, names and quotes."""
    return escape(" ".join(clean(text).split()))


def block(text: str) -> str:
    """`text` as one paragraph that keeps its line breaks."""
    return paragraph(clean(text))


def paragraph(cleaned: str) -> str:
    """`block` for text that has passed `clean`: lines with text, each escaped."""
    lines = (" ".join(line.split()) for line in cleaned.split("\n"))
    return "\\\n".join(escape(line) for line in lines if line)


def web_address(url: str | None) -> str | None:
    """`url` as it may stand in a link; None if it isn't an HTTP address."""
    url = clean(url or "").strip()
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return quote(url, safe="!#$%&'*+,/:=?@~")


def link(label: str, url: str | None) -> str:
    """`label` (Markdown) linked to `url` if that is an HTTP address.

    >>> link("10:04", "https://example.slack.com/archives/C1/p1"), link("10:04", None)
    ('[10:04](https://example.slack.com/archives/C1/p1)', '10:04')
    """
    address = web_address(url)
    return f"[{label}]({address})" if address else label


def code(text: str) -> str:
    """`text` as inline code, between enough backticks to contain its own."""
    text = _uncommented(clean(text).replace("\n", " "))
    ticks = _fence(text, least=1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{padding}{text}{padding}{ticks}" if text.strip() else "&#96;&#96;"


def code_block(text: str) -> str:
    """`text` between fences longer than any in it."""
    text = _uncommented(clean(text).strip("\n"))
    fence = _fence(text, least=3)
    return f"{fence}\n{text}\n{fence}"


def indent(markdown: str, by: str) -> str:
    """Indent everything after the first line, so that a list item contains it all."""
    return "\n".join(
        by + line if number and line else line for number, line in enumerate(markdown.split("\n"))
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are one line of Markdown each, with pipes escaped as by `inline`."""
    all_rows = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in all_rows)


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _uncommented(text: str) -> str:
    # Nothing can be escaped in code, and a marker in it must not pass for the document's own.
    return text.replace("<!--", "<! --")
