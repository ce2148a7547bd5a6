"""Block Kit: the words of each kind of block; buttons and menus have none."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.slack_message import markdown, rich_text
from bot.slack_message.shape import Json, escape, objects, words

NESTED = ("container", "card", "carousel", "plan", "task_card")  # hold blocks or texts
DEEPEST = 5


class Paragraph(NamedTuple):
    """A piece of a block as mrkdwn. `is_header`: it heads the message."""

    text: str
    is_header: bool = False


def paragraphs(blocks: Iterable[Json], level: int = 0) -> Iterator[Paragraph]:
    """The paragraphs of the blocks, in order.

    >>> heading = {"type": "header", "text": {"type": "plain_text", "text": "DB <1> down"}}
    >>> fields = [{"type": "mrkdwn", "text": "*Region*\\neu-1"}]
    >>> said = paragraphs([heading, {"type": "section", "fields": fields}])
    >>> [each.text for each in said if each.text]
    ['DB &lt;1&gt; down', '*Region* eu-1']
    """
    for block in blocks:
        match block.get("type"):
            case "header":
                yield Paragraph(_text(block, "text"), is_header=True)
            case "rich_text":
                yield from map(Paragraph, rich_text.paragraphs(block))
            case "section":
                yield Paragraph(_text(block, "text"))
                yield from (Paragraph(_field(each)) for each in objects(block, "fields"))
            case "context":
                elements = sorted(objects(block, "elements"), key=_is_image)
                yield Paragraph(" ".join(filter(None, map(_said, elements))))
            case "markdown":
                text = words(block, "text")
                yield Paragraph(markdown.to_mrkdwn(text), is_header=text.startswith("#"))
            case "table" | "data_table":
                yield Paragraph(_text(block, "caption"))
                yield from map(Paragraph, _rows(block))
            case "image" | "video" | "alert":
                yield Paragraph(_titled(block))
            case kind if kind in NESTED and level < DEEPEST:
                yield Paragraph(_titled(block))
                for name in ("blocks", "elements", "tasks", "cards"):
                    yield from paragraphs(objects(block, name), level + 1)


def _is_image(element: Json) -> bool:
    """Whether it is an image; in a context, its description says less than the text."""
    return element.get("type") == "image"


def _said(part: Json) -> str:
    """A text object, or the description of an image."""
    if part.get("type") == "image":
        return escape(words(part, "alt_text"))
    text = words(part, "text")
    return text if part.get("type") == "mrkdwn" else escape(text)


def _text(block: Json, name: str) -> str:
    part = block.get(name)
    if isinstance(part, str):
        return escape(part)
    return _said(part) if isinstance(part, dict) else ""


def _field(part: Json) -> str:
    """A field: its label and value are mostly on two lines."""
    return " ".join(_said(part).split())


def _titled(block: Json) -> str:
    said = [_text(block, name) for name in ("title", "text", "body", "description")]
    return "\n".join(filter(None, said)) or escape(words(block, "alt_text"))


def _rows(block: Json) -> Iterator[str]:
    rows = block.get("rows")
    for row in rows[:100] if isinstance(rows, list) else []:
        cells = [each for each in row if isinstance(each, dict)] if isinstance(row, list) else []
        yield " | ".join(map(_cell, cells))


def _cell(cell: Json) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(rich_text.paragraphs(cell))
    value = cell.get("value")
    return escape(words(cell, "text") or ("" if value is None else str(value)))
