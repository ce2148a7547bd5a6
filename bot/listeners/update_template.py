"""The template of a status update, which the form begins with."""

from itertools import zip_longest

HEADINGS = ("What we know:", "Impact:", "What we're doing:", "Next update:")
TEMPLATE = "\n".join(f"{heading} " for heading in HEADINGS)


def filled(text: str) -> str:
    """The text without the headings of the template that were left empty.

    >>> filled("What we know: \\nImpact: EU\\nWhat we're doing:\\nrolling back\\nNext update: ")
    "Impact: EU\\nWhat we're doing:\\nrolling back"
    >>> filled(TEMPLATE), filled("  ")
    ('', '')
    """
    lines = text.strip().splitlines()
    kept = [
        line
        for line, after in zip_longest(lines, lines[1:], fillvalue="")
        if line.strip() not in HEADINGS or _is_text(after)
    ]
    return "\n".join(kept).strip()


def _is_text(line: str) -> bool:
    """Whether the line belongs to the heading above it."""
    return bool(line.strip()) and not line.strip().startswith(HEADINGS)
