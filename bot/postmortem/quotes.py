"""Quotes outside the timeline: people's words with name and link."""

from collections.abc import Sequence
from datetime import tzinfo

from bot.postmortem import markdown
from bot.postmortem.evidence import Said
from bot.postmortem.times import local

# A section starts a conversation. The timeline has the rest.
MOST = 12
LONGEST = 400


def render(quotes: Sequence[Said], zone: tzinfo) -> str:
    """A list of quotes, and how many more there are."""
    lines = [f'- "{_short(each.text)}" ({source(each, zone)})' for each in quotes[:MOST]]
    if (more := len(quotes) - MOST) > 0:
        lines.append(f"- … and {more} more in the timeline.")
    return "\n".join(lines)


def source(said: Said, zone: tzinfo) -> str:
    """Who said it and when, with a link."""
    return f"{markdown.inline(said.by) or 'somebody'}, {moment(said, zone)}"


def moment(said: Said, zone: tzinfo) -> str:
    """When it was said, with a link."""
    return markdown.link(f"{local(said.at, zone):%Y-%m-%d %H:%M}", said.permalink)


def _short(text: str) -> str:
    return markdown.inline(text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…")
