"""The one way to read a message."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.slack_message import attachments, blocks
from bot.slack_message.shape import Json, escape, objects, words

LONGEST = 40_000  # characters: what Slack accepts as `text`

# What Slack puts into `text` if an app gives only blocks.
PLACEHOLDERS = frozenset({"This content can't be displayed.", "[no preview available]"})

_CODE = re.compile(r"```(.*?)(?:```|\Z)", re.DOTALL)
_DECORATION = re.compile(r"^(?:&gt;|>|[•◦▪*-]\s|[0-9]{1,3}\.\s|\s)+")
_TAG = re.compile(r"<(?:[^<>|]*\|)?([^<>]*)>")


@dataclass(frozen=True, slots=True)
class MessageText:
    """The words of a message, as mrkdwn with Slack's tags. `headline`: its first line with words,
    for a title. `text`: all of it. `files`: the names of its files.
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
    files = tuple(_file_names(message))
    sources = ([text], [each.text for each in laid_out], *map(attachments.paragraphs, attached))
    heads = [each.text for each in laid_out if each.is_header]
    heads += [text, *(each.text for each in laid_out), *map(attachments.headline, attached)]
    title = next(filter(None, map(first_line, heads)), "") or next(map(escape, files), "")
    return MessageText(title, "\n".join(_once(sources))[:LONGEST], files)


def first_line(text: str) -> str:
    """The first line of mrkdwn with words, without what decorates it; one in a code block only if
    there is no other.

    >>> first_line("&gt; *It is slow*\\nsince noon"), first_line("```\\nOOM\\n```")
    ('*It is slow*', 'OOM')
    """
    for part in (_CODE.sub("\n", text), text.replace("```", "\n")):
        for line in part.splitlines():
            if re.search(r"\w", bare := _DECORATION.sub("", line).strip()):
                return bare
    return ""


def _is_typed(message: Json) -> bool:
    """Whether all its blocks are the rich text that Slack makes of `text`."""
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
    spoken = re.findall(r"\w+", _TAG.sub(r"\1", text).casefold())
    return f" {' '.join(spoken)} " if spoken else text


def _file_names(message: Json) -> Iterator[str]:
    for file in objects(message, "files"):
        if file.get("mode") != "tombstone":
            yield words(file, "name") or words(file, "title") or "a file"
