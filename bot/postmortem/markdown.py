"""Markdown that people's text cannot break out of (CommonMark with GitHub's tables).

Text goes through `inline` or `block` before it is put into a document: what it says is
shown, and nothing in it becomes a heading, a row, a link, HTML or a section's marker.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

# Control characters, half characters that no encoding takes, marks that turn the direction
# of writing round (they can make text look like other text), and mrkdwn.py's own marks.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ue000-\ue00f]"
)

# `_` inside a word is only itself; `&` matters only where it begins an entity. A backtick
# becomes one, for an escaped backtick beside a code span is read in two ways.
_SPECIAL = re.compile(
    r"[\\`*\[\]<|~$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|&(?=#?[A-Za-z0-9]{1,40};)"
)
# Lists, quotes, headings underlined by the next line, rules, a table's second row.
_LINE_START = re.compile(r"^(?=[-+=>]|:-)|^([0-9]{1,9})(?=[.)])")


def clean(text: str) -> str:
    """`text` with only `\\n` between lines and nothing invisible that misleads."""
    return _DROPPED.sub("", "\n".join(text.splitlines()))


def escape(line: str) -> str:
    r"""One line as itself.

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
    """`block` for what has been through `clean`: lines that say something, each as itself."""
    lines = (" ".join(line.split()) for line in cleaned.split("\n"))
    return "\\\n".join(escape(line) for line in lines if line)


def web_address(url: str | None) -> str | None:
    """`url` as it may stand in a link; None unless it leads to the web."""
    url = clean(url or "").strip()
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
        return None
    return quote(url, safe="!#$%&'*+,/:=?@~")


def link(label: str, url: str | None) -> str:
    """`label` (Markdown already), leading to `url` where that is a web address.

    >>> link("10:04", "https://example.slack.com/archives/C1/p1"), link("10:04", None)
    ('[10:04](https://example.slack.com/archives/C1/p1)', '10:04')
    """
    address = web_address(url)
    return f"[{label}]({address})" if address else label


def code(text: str) -> str:
    """`text` in a line, between enough backticks to hold its own."""
    text = _uncommented(clean(text).replace("\n", " "))
    ticks = _fence(text, least=1)
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{padding}{text}{padding}{ticks}" if text.strip() else "&#96;&#96;"


def code_block(text: str) -> str:
    """`text` between fences that are longer than any in it."""
    text = _uncommented(clean(text).strip("\n"))
    fence = _fence(text, least=3)
    return f"{fence}\n{text}\n{fence}"


def indent(markdown: str, by: str) -> str:
    """What follows the first line moved under it, so that a list item holds it all."""
    return "\n".join(
        by + line if number and line else line for number, line in enumerate(markdown.split("\n"))
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Cells are Markdown of one line, their pipes escaped, as `inline` makes it."""
    all_rows = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in all_rows)


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _uncommented(text: str) -> str:
    # Nothing can be escaped in code, and a marker in it must not pass for the document's own.
    return text.replace("<!--", "<! --")
