"""Show the timeline: `/incident timeline`."""

import re
from zoneinfo import ZoneInfo

from bot.incident.events import CLOCK
from bot.incident.timeline import IDS, Entry, timeline
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.typist import zone_of
from bot.messages.blocks import section
from bot.messages.text import clip, escape, mention
from bot.postmortem.redaction import redact

feature = Feature()

SIGNS = {"U": "@", "W": "@", "S": "!subteam^", "C": "#", "G": "#"}  # of Slack's tags for them
_GIVEN = re.compile(r"&lt;@([UW][A-Z0-9]{4,})&gt;")  # our own mentions, escaped

SHOWN = 30  # lines; the rest is in the channel and in `muster timeline`


@feature.subcommand(
    "timeline",
    usage="timeline",
    help="Show the timeline.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.LOOK,
)
def typed(request: Request) -> Answer:
    incident = request.incident()
    entries = timeline(incident)
    here = zone_of(request)
    lines = [_line(entry, request, here.zone) for entry in entries[-SHOWN:]]
    older = len(entries) - len(lines)
    head = f"*{incident.id}: {escape(incident.title)}*\nTimes are in {here.label()}."
    if older:
        lines.insert(0, f"_{older} older: `muster timeline {incident.id}` shows all_")
    return Reply(f"Timeline of {incident.id}", [section(head), *_sections(lines)])


def _line(entry: Entry, request: Request, zone: ZoneInfo) -> str:
    at = f"{entry.at.astimezone(zone):%m-%d %H:%M}"
    if entry.said and entry.said.ts:
        said = entry.said
        link = request.services.identity.permalink(said.channel, said.ts, said.thread_ts)
        at = f"<{escape(link)}|{at}>"
    by = "" if entry.by == CLOCK else f" {mention(entry.by)}"
    if entry.pinned_by:
        by += f" (:pushpin: {mention(entry.pinned_by)})"
    return f"{at}{by} · {_shown(entry)}"


def _shown(entry: Entry) -> str:
    """Mention people in our own text; mask, escape and shorten what people wrote."""
    if entry.pinned_by:
        return _linked(_cut(entry.text))
    own = escape(redact(entry.text.removesuffix(entry.quoted)).text)
    return _GIVEN.sub(r"<@\1>", own) + _cut(entry.quoted)


def _cut(written: str) -> str:
    return escape(clip(redact(written).text.replace("\n", " "), 200))


def _linked(text: str) -> str:
    """Mention the people, groups and channels whose ids stand in a pinned message."""
    return IDS.sub(lambda found: f"<{SIGNS[found[2][0]]}{found[2]}>", text)


def _sections(lines: list[str]) -> list[dict[str, object]]:
    blocks, piece = [], ""
    for line in lines:
        if len(piece) + len(line) > 2900:
            blocks.append(section(piece))
            piece = ""
        piece += line + "\n"
    return [*blocks, section(piece)]
