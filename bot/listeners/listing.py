"""Lists of incidents: `/incident list`, `list mine`, `list all sev1`, `list resolved since
2026-11-01`, and the button for older ones.

Reads only what is shown, plus a limited number of incidents that have to be filtered out, so a
hundred thousand closed incidents cost nothing.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import merge
from itertools import islice

from bot.errors import Refused
from bot.incident.kind import PREFIX
from bot.incident.members import may_see
from bot.incident.row import IncidentRow
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.inbound import BlockAction, SlashCommand
from bot.listeners.list_filter import Filter, describe, read_filter
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.typist import zone_of
from bot.messages.listing import listing
from bot.messages.quarantine import left_out
from bot.messages.text import unescape
from bot.store import Unreadable

feature = Feature()

SHOWN = 10  # on a page
LOOKED_AT = 200  # incidents read for one page, at most
A_TRIP = 20  # incidents in the first round trip; twice as many in each further one
LATEST = 50  # of all incidents, searched for the person's resolved but not closed ones

INCIDENTS = "incidents"
OUT_OF_DATE = "This list is out of date. Open it again: `/incident list`."


@feature.subcommand(
    "list",
    usage="list [mine | open | all] [SEV] [DATE]",
    help="List open incidents, yours, or all; of a severity, a status or a time.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.OTHERS,
    example="list all sev1 since 2026-11-01",
    about=About.NOTHING,
)
def typed(request: Request[SlashCommand]) -> Answer:
    zone, now = zone_of(request).zone, request.services.clock.now()
    words = unescape(request.payload.argument)
    return list_page(request, read_filter(words, request.services.policy, now, zone))


@feature.button("list_more")
def older(request: Request[BlockAction]) -> Answer:
    said, now = request.payload.data, request.services.clock.now()
    before = said.get("before")
    if not isinstance(before, int):
        raise Refused(OUT_OF_DATE)
    try:
        which = read_filter(str(said.get("list")), request.services.policy, now, UTC)
    except Refused:
        raise Refused(OUT_OF_DATE) from None
    dates = replace(which, since=_instant(said.get("since")), before=_instant(said.get("until")))
    return list_page(request, dates, before)


def _instant(written: object) -> datetime | None:
    return datetime.fromtimestamp(written, UTC) if isinstance(written, int | float) else None


@dataclass(frozen=True, slots=True)
class Found:
    """`unread`: the number of unreadable incidents. `rest`: the position before which there may be
    more."""

    incidents: list[IncidentRow]
    unread: int
    rest: int | None


def list_page(request: Request, which: Filter, before: int | None = None) -> Reply:
    """One page of a list. `before`: only incidents before this position, where the last page
    ended."""
    found = newest(request, which, SHOWN, before)
    if not found.incidents and found.rest is None:
        none = _none(request, which) if before is None else "No more incidents."
        return Reply(left_out(found.unread) if found.unread else none)
    more = None if found.rest is None else _older(which, found.rest)
    ctx = request.services.render_context()
    shown = listing(_head(request, which), found.incidents, ctx, more, found.unread)
    return Reply(shown.text, shown.blocks)


def _older(which: Filter, before: int) -> str:
    """The value of the button for older ones."""
    dates = (("since", which.since), ("until", which.before))
    value: dict[str, object] = {"list": which.words, "before": before}
    return json.dumps(value | {name: at.timestamp() for name, at in dates if at})


def _head(request: Request, which: Filter) -> str:
    whose = "Your" if which.mine else {"open": "Open", "all": "All"}.get(which.reach, "Unfinished")
    scope = f"open {INCIDENTS}" if which.mine and which.scope == "open" else INCIDENTS
    order = ", newest first" if which.reach == "all" else ""
    told = describe(which, zone_of(request).zone)
    return f"{whose} {scope}{order}{f': {told}' if told else ''}"


def _none(request: Request, which: Filter) -> str:
    """The answer if the list is empty."""
    told = describe(which, zone_of(request).zone)
    past = f" For past ones, too: `/incident list all{f' {which.narrowing}' if told else ''}`."
    if which.mine:
        if told or which.reach != "unfinished":
            return f"No incidents of yours: {told or which.reach}.{past}"
        return "You have no open incidents: no role, no task, and none that you declared."
    if which.reach == "all":
        return f"No incidents: {told}." if told else "No incidents yet."
    return f"No open incidents{f': {told}' if told else ''}.{past}"


def newest(request: Request, which: Filter, most: int, before: int | None = None) -> Found:
    """The newest entries of a list, within the limits of one page."""
    found: list[IncidentRow] = []
    unread, place = 0, None
    for looked_at, (at, incident) in enumerate(_seen(request, which, before)):
        if len(found) == most or looked_at == LOOKED_AT:
            return Found(found, unread, place)
        if not isinstance(incident, Unreadable) and which.is_older(incident):
            break
        place = at
        if isinstance(incident, Unreadable):
            unread += 1
        elif may_see(request.actor, incident) and which.has(incident, request.user):
            found.append(incident)
    return Found(found, unread, None)


def _seen(
    request: Request, which: Filter, before: int | None
) -> Iterator[tuple[int, IncidentRow | Unreadable]]:
    """The incidents and their positions, newest first."""
    places, size = _places(request, which, before), A_TRIP
    while trip := list(islice(places, size)):
        size *= 2
        ids = [incident_id for _, incident_id in trip]
        read = request.services.store.rows.read(PREFIX, ids)
        for (at, _), (_, incident) in zip(trip, read, strict=True):
            yield at, incident


def _places(request: Request, which: Filter, before: int | None) -> Iterator[tuple[int, str]]:
    store = request.services.store
    if which.reach == "all":
        yield from store.streams.newest_ids(PREFIX, before)
        return
    places = _numbered(store.streams.newest_open(PREFIX, before))
    if which.reach == "unfinished":
        latest = _numbered(reversed(store.streams.all_ids(PREFIX, latest=LATEST)))
        places = merge(places, sorted(latest, reverse=True), reverse=True)
    seen = set[int]()
    for number, stream_id in places:
        if number not in seen and (before is None or number < before):
            seen.add(number)
            yield number, stream_id


def _numbered(ids: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((int(each.rpartition("-")[2]), each) for each in ids)
