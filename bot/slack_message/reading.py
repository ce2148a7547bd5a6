"""The one way to read a message."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.slack_message import attachments, blocks
from bot.slack_message.files import UNNAMED, read_files
from bot.slack_message.headline import any_line, in_code, spoken
from bot.slack_message.shape import Json, escape, objects, words

LONGEST = 40_000  # characters: what Slack accepts as `text`

# What Slack puts into `text` if an app gives only blocks.
PLACEHOLDERS = frozenset({"This content can't be displayed.", "[no preview available]"})

_TAG = re.compile(r"<(?:[^<>|]*\|)?([^<>]*)>")


@dataclass(frozen=True, slots=True)
class MessageText:
    """The words of a message, as mrkdwn with Slack's tags. `headline`: the line that says what it
    is about, for a title. `text`: all of it. `files`: the names of its files.
    """

    headline: str = ""
    text: str = ""
    files: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The text, and the files by name."""
        named = f"({', '.join(map(escape, self.files))})" if self.files else ""
        return "\n".join(filter(None, (self.text, named)))


def read_message(message: Json) -> MessageText:
    """Read `message`, as it is in events, shortcuts and the history.

    >>> read_message({"text": "```\\ntrace\\n```\\nThe pool is full"}).headline
    'The pool is full'
    >>> read_message({"text": "", "attachments": [{"title": "DB down", "text": "eu-1"}]})
    MessageText(headline='DB down', text='DB down\\neu-1', files=())
    """
    text = words(message, "text")
    laid_out = list(blocks.paragraphs(objects(message, "blocks")))
    attached = [
        each for each in objects(message, "attachments") if not attachments.is_preview(each)
    ]
    if text.strip() in PLACEHOLDERS and (laid_out or attached):
        text = ""
    if text and _is_typed(message):
        laid_out = []  # the same words once more
    files = list(read_files(message))
    written = [each.text for each in files]
    sources = (
        [text],
        [each.text for each in laid_out],
        *map(attachments.paragraphs, attached),
        written,
    )
    heads = [
        *(each.text for each in laid_out if each.is_header),
        text,
        *(each.text for each in laid_out),
        *map(attachments.headline, attached),
    ]
    names = [each.name for each in files]
    return MessageText(
        _headline(heads, names, written) or _previewed(message) or next(any_line(heads), ""),
        "\n".join(_once(sources))[:LONGEST],
        tuple(name or UNNAMED for name in names),
    )


def _headline(heads: Sequence[str], names: Sequence[str], written: Sequence[str]) -> str:
    """The first line in words; one in code, of what a file says, or a file's name only if there is
    no other.
    """
    named = map(escape, filter(None, names))
    lines = (*spoken(heads), *in_code(heads), *spoken(written), *in_code(written), *named)
    return next(iter(lines), "")


def _previewed(message: Json) -> str:
    """The subject of the previews of its links, for a message that is only a link."""
    previews = filter(attachments.is_preview, objects(message, "attachments"))
    return next(spoken(map(attachments.headline, previews)), "")


def _is_typed(message: Json) -> bool:
    """Whether all its blocks are the rich text that Slack makes of what a person types."""
    if message.get("bot_id") or message.get("subtype") == "bot_message":
        return False
    return all(each.get("type") == "rich_text" for each in objects(message, "blocks"))


def _once(sources: Iterable[Iterable[str]]) -> Iterator[str]:
    """The paragraphs, without those that an earlier source has: apps repeat their words."""
    before = ""
    for source in sources:
        said = [each.strip("\n") for each in source if each.strip()]
        plain = [_plain(each) for each in said]
        yield from (text for text, same in zip(said, plain, strict=True) if same not in before)
        before += "".join(plain)


def _plain(text: str) -> str:
    """The words alone; between blanks, so that no word is found within another one."""
    alone = re.findall(r"\w+", _TAG.sub(r"\1", text).casefold())
    return f" {' '.join(alone)} " if alone else text
