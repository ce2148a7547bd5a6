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
        return "No blaming words were found. A list of phrases can't hear tone: read it once more."
    intro = "A review looks for how, not who. Consider saying these differently before publishing:"
    return "\n".join([intro, "", *notes])
