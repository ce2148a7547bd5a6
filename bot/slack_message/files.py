"""Files of a message: their names, and what snippets and e-mails say."""

from collections.abc import Iterator
from typing import NamedTuple

from bot.slack_message.shape import Json, escape, objects, words

WRITTEN = frozenset({"snippet", "post", "space", "email"})  # modes: the name is made of the title
UNTITLED = frozenset({"Untitled", "untitled"})
UNNAMED = "a file"  # Slack doesn't say, or it belongs to another workspace


class File(NamedTuple):
    """`name`: empty if Slack doesn't say. `text`: as mrkdwn, of a snippet or an e-mail."""

    name: str
    text: str


def read_files(message: Json) -> Iterator[File]:
    """The files that aren't deleted.

    >>> snippet = {"mode": "snippet", "name": "-.txt", "title": "Untitled", "preview": "OOM"}
    >>> [*read_files({"files": [{"name": "graph.png", "title": "Graph"}, snippet]})]
    [File(name='graph.png', text=''), File(name='-.txt', text='```\\nOOM\\n```')]
    """
    for file in objects(message, "files"):
        mode = words(file, "mode")
        if mode != "tombstone":
            yield File(_name(file, mode), _text(file, mode))


def _name(file: Json, mode: str) -> str:
    name, title = words(file, "name"), words(file, "title")
    if mode in WRITTEN and title and title not in UNTITLED:
        return title
    return name or title


def _text(file: Json, mode: str) -> str:
    if mode == "snippet" and (preview := words(file, "preview").strip()):
        return f"```\n{escape(preview)}\n```"
    if mode == "email":
        body = words(file, "plain_text") or words(file, "preview_plain_text")
        return escape("\n".join(filter(None, (words(file, "title"), body.strip()))))
    return ""
