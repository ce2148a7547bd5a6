"""The note at the end about blaming phrases. It names no one, because that would be blame, too."""

from collections.abc import Iterable
from datetime import tzinfo

from bot.postmortem import blame, markdown, quotes
from bot.postmortem.evidence import Said


def render(said: Iterable[Said], zone: tzinfo) -> str:
    """Each blaming phrase once, with its place and a neutral question."""
    notes = dict.fromkeys(
        f'- "{markdown.inline(flag.words)}" ({quotes.moment(each, zone)}): {flag.instead}'
        for each in said
        for flag in blame.flags(each.text)
    )
    if not notes:
        return "No blame found. This only matches known phrases; reread for tone."
    intro = "Ask how it happened, not who did it. Consider rewording these before you publish:"
    return "\n".join([intro, "", *notes])
