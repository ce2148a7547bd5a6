"""Rich text, as Slack makes it of what people type: sections, lists, quotes, code."""

from collections.abc import Iterator

from bot.slack_message.shape import Json, escape, objects, words

DEEPEST = 10  # levels of lists; Slack has fewer


def paragraphs(block: Json, level: int = 0) -> Iterator[str]:
    """The paragraphs, list items, quotes and code blocks of a `rich_text` block, as mrkdwn.

    >>> part = lambda kind, *texts: {"type": kind, "elements": [*texts]}
    >>> text = lambda text: {"type": "text", "text": text}
    >>> items = [part("rich_text_section", text("pool")), part("rich_text_section", text("db"))]
    >>> list(paragraphs(part("rich_text", part("rich_text_list", *items))))
    ['• pool', '• db']
    >>> list(paragraphs(part("rich_text", part("rich_text_preformatted", text("kubectl get")))))
    ['```\\nkubectl get\\n```']
    """
    for part in objects(block, "elements"):
        match part.get("type"):
            case "rich_text_list" if level < DEEPEST:
                yield from _items(part, level)
            case "rich_text_preformatted":
                yield f"```\n{_line(part).strip()}\n```"
            case "rich_text_quote":
                yield "\n".join(f"&gt; {line}" for line in _line(part).splitlines())
            case _:
                yield _line(part)


def _items(part: Json, level: int) -> Iterator[str]:
    ordered = part.get("style") == "ordered"
    indent = part.get("indent")
    margin = "  " * min(indent, DEEPEST) if isinstance(indent, int) else ""
    for number, item in enumerate(objects(part, "elements"), 1):
        if item.get("type") == "rich_text_list":
            yield from paragraphs({"elements": [item]}, level + 1)
        else:
            yield f"{margin}{f'{number}.' if ordered else '•'} {_line(item)}"


def _line(part: Json) -> str:
    return "".join(_element(each) for each in objects(part, "elements"))


def _element(part: Json) -> str:
    match part.get("type"):
        case "text":
            return escape(words(part, "text"))
        case "link":
            url, label = escape(words(part, "url")), escape(words(part, "text"))
            return f"<{url}|{label}>" if label and label != url else f"<{url}>"
        case "user":
            return f"<@{words(part, 'user_id')}>"
        case "usergroup":
            return f"<!subteam^{words(part, 'usergroup_id')}>"
        case "channel":
            return f"<#{words(part, 'channel_id')}>"
        case "broadcast":
            return f"<!{words(part, 'range')}>"
        case "emoji":
            return f":{words(part, 'name')}:"
        case "date":
            return escape(words(part, "fallback"))
        case _:
            return escape(words(part, "value") or words(part, "text"))
