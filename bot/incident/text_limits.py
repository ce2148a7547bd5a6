"""Checks of what people write before it is stored: not empty where text is required, and not too
long.
"""

from bot.errors import Refused

TITLE_MAX = 250  # characters; more belongs in the summary
TEXT_MAX = 3000  # characters that a modal's input holds and a section can show


def fitting(text: str, what: str) -> str:
    """`text` without surrounding whitespace. Raises `Refused` if it is longer than Slack
    can show.
    """
    text = text.strip()
    if len(text) > TEXT_MAX:
        raise Refused(
            f"{what} is too long: {len(text):,} characters, {TEXT_MAX:,} at most. "
            "Shorten it, or post it in the channel and pin it."
        )
    return text


def visible(text: str) -> bool:
    """Whether the text has a visible character, not only blanks and formatting marks.

    >>> visible(" \\u200b\\n"), visible("🔥")
    (False, True)
    """
    return any(each.isprintable() and not each.isspace() for each in text)


def required(text: str, what: str, how: str) -> str:
    """The text, which has visible words. Raises `Refused` that says `how` to write it."""
    if not visible(text):
        raise Refused(f"{what} can't be empty. {how}.")
    return fitting(text, what)
