"""The error for a time that isn't clear."""

SHOWN = 40  # characters quoted of a text that isn't a time


class NotATime(ValueError):
    """The text isn't a time, or could be two; the message says what is wrong and what to write,
    with the forms to type between backticks. `typed`: the part of the text that isn't clear, and
    `rest`: the other words, so that they aren't lost.
    """

    def __init__(self, why: str, typed: str = "", rest: str = "") -> None:
        super().__init__(why)
        self.typed = typed
        self.rest = rest


class Unreadable(NotATime):
    """Nothing in the text looks like a time."""


def quote(text: str) -> str:
    """Quote the unclear part.

    >>> quote(" 25:00 ")
    '"25:00"'
    """
    words = " ".join(text.split())
    return f'"{words if len(words) <= SHOWN else words[:SHOWN] + "…"}"'
