"""The sections of the document. Each begins with a marker that tools find and readers don't see.

People's text can't contain a marker (`markdown` escapes it), so the text between two markers is
one section, even after edits by others.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is for machines and never changes; `title` is for people; `body` is Markdown."""

    key: str
    title: str
    body: str


_MARKER = re.compile(r"^<!-- muster:([a-z-]+) -->\n", re.MULTILINE)


def join(head: str, sections: tuple[Section, ...]) -> str:
    """Join sections into one document that ends in a newline."""
    parts = (f"<!-- muster:{each.key} -->\n## {each.title}\n\n{each.body}" for each in sections)
    return "\n\n".join([head, *parts]) + "\n"


def split(document: str) -> Mapping[str, str]:
    """Split a document into each section's Markdown by key, headings included.

    >>> split(join("# Title", (Section("impact", "Impact", "None."),)))
    {'impact': '## Impact\\n\\nNone.'}
    """
    _, *parts = _MARKER.split(document)
    return {key: body.strip("\n") for key, body in zip(parts[::2], parts[1::2], strict=True)}
