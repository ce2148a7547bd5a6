"""Show a timeline: `/incident timeline`, `timeline since 14:00`; a button for earlier entries."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.errors import Refused
from bot.incident.events import CLOCK
from bot.incident.incident import Incident
from bot.incident.timeline import IDS, Entry, timeline
from bot.incident.when import NotATime, Span, span
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import BlockAction, SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.typist import zone_of
from bot.messages.blocks import actions, button, section, value_of
from bot.messages.text import clip, escape, mention, quoted, unescape
from bot.postmortem.redaction import redact

feature = Feature()

SIGNS = {"U": "@", "W": "@", "S": "!subteam^", "C": "#", "G": "#"}  # of Slack's tags for them
_GIVEN = re.compile(r"&lt;@([UW][A-Z0-9]{4,})&gt;")  # our own mentions, escaped

SHOWN = 30  # lines at once
OUT_OF_DATE = "This timeline is out of date. Open it again: `/incident timeline`."


@feature.subcommand(
    "timeline",
    usage="timeline [since 14:00]",
    help="Show the timeline, or a part of it, like `timeline yesterday`.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.LOOK,
)
def typed(request: Request[SlashCommand]) -> Answer:
    incident, words = request.incident(), unescape(request.payload.argument).strip()
    if not words:
        return _page(request, incident, Span(None))
    try:
        wanted = span(words, request.services.clock.now(), zone_of(request).zone)
    except NotATime as unclear:
        raise Refused(_unclear(words, str(unclear))) from None
    return _page(request, incident, wanted)


@feature.button("timeline_more")
def earlier(request: Request[BlockAction]) -> Answer:
    said, incident = request.payload.data, request.incident()
    before = said.get("before")
    if not isinstance(before, int):
        raise Refused(OUT_OF_DATE)
    return _page(
        request, incident, Span(_instant(said.get("since")), _instant(said.get("until"))), before
    )


def _page(request: Request, incident: Incident, wanted: Span, before: int | None = None) -> Reply:
    """The last lines of a span. `before`: of that many lines from its beginning."""
    here = zone_of(request)
    entries = [each for each in timeline(incident) if wanted.holds(each.at)]
    entries = entries if before is None else entries[: max(before, 0)]
    lines = [_line(entry, request, here.zone) for entry in entries[-SHOWN:]]
    only = f"\nOnly {wanted.text(here.zone)}." if wanted != Span(None) else ""
    head = f"*{incident.id}: {escape(incident.title)}*\nTimes are in {here.label()}.{only}"
    blocks = [section(head), *_sections(lines or ["Nothing happened then."])]
    if left := len(entries) - len(lines):
        limits = {"since": wanted.start, "until": wanted.end}
        given = {key: at.timestamp() for key, at in limits.items() if at}
        value = value_of(incident, before=left, **given)
        blocks.append(actions(button(f"Show earlier entries ({left})", "timeline_more", value)))
    return Reply(f"Timeline of {incident.id}", blocks)


def _instant(seconds: object) -> datetime | None:
    """A limit in a button's value. Raises `Refused` if it isn't a time."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(float(str(seconds)), UTC)
    except (ValueError, OverflowError, OSError):
        raise Refused(OUT_OF_DATE) from None


def _unclear(words: str, why: str) -> str:
    if " " in words or any(each.isdigit() for each in words):
        return f"Since when? {escape(why)}."
    return (
        f"{quoted(words)} isn't an incident number or a time. Type `/incident timeline`, "
        "`/incident timeline since 14:00`, or with the number of another incident: "
        "`/incident timeline INC-7`."
    )


def _line(entry: Entry, request: Request, zone: ZoneInfo) -> str:
    at = f"{entry.at.astimezone(zone):%m-%d %H:%M}"
    if entry.said and entry.said.ts:
        said = entry.said
        link = request.services.identity.permalink(said.channel, said.ts, said.thread_ts)
        at = f"<{escape(link)}|{at}>"
    by = "" if entry.by == CLOCK else f" {mention(entry.by)}"
    by = f" {escape(clip(entry.app, 80))}" if entry.app else by
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
