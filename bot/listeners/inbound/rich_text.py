"""Rich text inputs as plain text."""

from typing import Any

from bot.messages.text import sanitize

PARTS_MAX = 10_000  # per text; Slack shows no more

_LINES = ("rich_text_section", "rich_text_preformatted", "rich_text_quote")


def plain_text(value: object) -> str:
    """The text of a `rich_text` block, with a line for each paragraph and list item.

    Mentions are written as by `bot.messages.text.unescape`, so that repeating them notifies no
    one. Elements of another shape are left out.

    >>> part = lambda **more: {"type": "rich_text_section", "elements": [more]}
    >>> words = part(type="text", text="It is slow, ask ")
    >>> words["elements"].append({"type": "user", "user_id": "U0BOB"})
    >>> listed = {"type": "rich_text_list", "elements": [part(type="text", text="pool is full")]}
    >>> plain_text({"type": "rich_text", "elements": [words, listed]})
    'It is slow, ask @U0BOB\\npool is full'
    """
    lines: list[str] = []
    waiting: list[Any] = [value]
    # A stack instead of recursion, because the sender controls the depth.
    for _ in range(PARTS_MAX):
        if not waiting:
            break
        part = waiting.pop()
        if not isinstance(part, dict):
            continue
        inside = part.get("elements")
        inside = inside[:PARTS_MAX] if isinstance(inside, list) else []
        if part.get("type") in _LINES:
            lines.append("".join(_word(each) for each in inside))
        else:
            waiting.extend(reversed(inside))
    return sanitize("\n".join(lines)).strip()


def _word(part: object) -> str:
    if not isinstance(part, dict):
        return ""
    match part.get("type"):
        case "text":
            return _str(part, "text")
        case "link":
            text, url = _str(part, "text"), _str(part, "url")
            return f"{text} ({url})" if text and text != url else url
        case "user":
            return f"@{_str(part, 'user_id')}"
        case "usergroup":
            return f"@{_str(part, 'usergroup_id')}"
        case "broadcast":
            return f"@{_str(part, 'range')}"
        case "channel":
            return f"#{_str(part, 'channel_id')}"
        case "emoji":
            return f":{_str(part, 'name')}:"
        case _:
            return ""


def _str(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""
