"""Text that is longer than a form's input: it comes back in two inputs, to be shortened there."""

from bot.incident.text_limits import TEXT_MAX
from bot.listeners.inbound import Submission
from bot.messages.blocks import Block, input_block, text_input

MORE = "more"  # the second input


def text_inputs(name: str, label: str, text: str, *, optional: bool = False) -> list[Block]:
    """An input with the text, or two if it is too long for one. Every word is in one of them."""
    if len(text) <= TEXT_MAX:
        one = text_input(TEXT_MAX, lines=True, initial=text)
        return [input_block(name, label, one, optional=optional)]
    first = text[:TEXT_MAX]
    end = max(first.rfind(" "), first.rfind("\n"))
    end = end + 1 if end > TEXT_MAX // 2 else TEXT_MAX  # a text without spaces is cut anywhere
    hint = f"This has {len(text):,} characters together; at most {TEXT_MAX:,} fit. Shorten it."
    rest = text_input(TEXT_MAX, lines=True, initial=text[end:])
    return [
        input_block(name, label, text_input(TEXT_MAX, lines=True, initial=text[:end])),
        input_block(MORE, f"{label} (continued)", rest, optional=True, hint=hint),
    ]


def written(form: Submission, name: str) -> str:
    """The text of both inputs."""
    first, rest = form.field(name), form.field(MORE)
    between = "" if not rest or first[-1:].isspace() else " "
    return f"{first}{between}{rest}"


def too_long(form: Submission, text: str) -> dict[str, str]:
    """The error for a text that is still too long; empty if it fits."""
    if len(text.strip()) <= TEXT_MAX:
        return {}
    over = len(text.strip()) - TEXT_MAX
    why = f"Together {over:,} characters too long: at most {TEXT_MAX:,} fit."
    return {MORE if form.field(MORE) else "text": why}
