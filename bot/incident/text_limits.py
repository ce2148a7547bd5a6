"""What people write, before it is kept: not nothing where words are needed, and not a book."""

from bot.errors import Refused

TEXT_MAX = 3000  # characters: what a modal's input holds, and a section can show


def fitting(text: str, what: str) -> str:
    """`text` without its outer blanks. Raises `Refused` if it is longer than Slack can show."""
    text = text.strip()
    if len(text) > TEXT_MAX:
        raise Refused(
            f"{what} has room for {TEXT_MAX:,} characters and yours has {len(text):,}. "
            "Shorten it, or post it in the channel and pin it."
        )
    return text


def visible(text: str) -> bool:
    """Whether there is anything to see: no blanks, no marks that only steer the text.

    >>> visible(" \\u200b\\n"), visible("🔥")
    (False, True)
    """
    return any(each.isprintable() and not each.isspace() for each in text)
