"""Runbooks: their buttons on the card, and the text in a form. Those with a link are linked."""

from collections.abc import Sequence

from bot.messages.blocks import (
    Block,
    Marked,
    button,
    header,
    info_modal,
    option,
    plain_text,
    section,
    value_of,
)
from bot.messages.markdown import in_slack
from bot.messages.text import clip

OPENS = ("runbook_open", "runbook_open_2", "runbook_open_3")  # unique in a row, as Slack wants it
MORE = "runbook_open_more"
OPTIONS_MAX = 30  # in the menu, so that the card isn't too long for a message
SECTIONS_MAX = 60  # of a form; Slack takes 100 blocks, and 250 KB in all
TITLE_MAX = 26  # characters on a button, so that it is one line on a phone


def runbook_buttons(incident: Marked, titles: Sequence[tuple[int, str]]) -> list[Block]:
    """A button for each of the first runbooks, and a menu with the others. `titles`: with the
    number of each in the incident's type."""
    shown, others = (titles[:2], titles[2:]) if titles[len(OPENS) :] else (titles, ())
    made = [
        button(f":book: {clip(title, TITLE_MAX)}", action, _value(incident, number))
        for action, (number, title) in zip(OPENS, shown, strict=False)
    ]
    if not others:
        return made
    options = [option(_value(incident, number), title) for number, title in others]
    menu: Block = {
        "type": "static_select",
        "action_id": MORE,
        "placeholder": plain_text(f"{len(others)} more runbooks", 150),
        "options": options[:OPTIONS_MAX],
    }
    return [*made, menu]


def runbook_form(title: str, text: str) -> dict[str, object]:
    """The runbook to read. `text`: its Markdown, without the front matter."""
    pieces = in_slack(text)
    if pieces and pieces[0].partition("\n")[0].strip("*") == title:
        pieces[0] = pieces[0].partition("\n")[2]
    shown = [section(each) for each in pieces if each.strip()]
    blocks = [header(title), *shown[:SECTIONS_MAX]]
    if len(shown) > SECTIONS_MAX:
        blocks.append(section("_It's longer than Slack can show. Read the rest in its file._"))
    return info_modal("runbook", "Runbook", blocks)


def _value(incident: Marked, number: int) -> str:
    return value_of(incident, runbook=number)
