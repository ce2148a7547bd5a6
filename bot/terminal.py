"""Text for terminals and logs, cleaned: people's text can't move the cursor, change colours,
hide what stands there, or begin a line of its own.
"""

import re

import click

# C0 but tab and newline, DEL and C1; and the marks that turn the direction of text around.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    r"""The text with control characters and changes of direction written as JSON writes them, so
    that JSON stays the same.

    >>> clean("\x1b[2Jgone\u202e")
    '\\u001b[2Jgone\\u202e'
    """
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    r"""The text cleaned and in one line, as a part of one.

    >>> one_line("a note\nINC-8   SEV0 forged")
    'a note INC-8   SEV0 forged'
    """
    return clean(" ".join(text.splitlines()))


def echo(text: str, *, end: str = "\n", error: bool = False) -> None:
    """Print text, cleaned."""
    click.echo(clean(text) + end, nl=False, err=error)
