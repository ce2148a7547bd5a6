"""Lists of incidents: `/incident list`, `list mine`, `list all`, and the button for older ones.

Reads only what is shown, plus a limited number of incidents that have to be filtered out, so a
hundred thousand closed incidents cost nothing.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bot.errors import Refused
from bot.incident.kind import PREFIX
from bot.incident.members import may_see
from bot.incident.row import IncidentRow
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.inbound import BlockAction, SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.messages.listing import listing
from bot.messages.quarantine import left_out
from bot.messages.text import quoted
from bot.store import Unreadable
from bot.streams.actor import Actor

feature = Feature()

SHOWN = 10  # on a page
LOOKED_AT = 200  # incidents read for one page, at most
A_TRIP = 20  # incidents per round trip
LATEST = 50  # of all incidents, searched for the person's resolved but not closed ones

HEADS = {"open": "Open incidents", "mine": "Your incidents", "all": "All incidents, newest first"}
NONE = {
    "open": "No open incidents. For past ones, too: `/incident list all`.",
    "mine": "You have no open incidents: no role, no task, and none that you declared.",
    "all": "No incidents yet.",
}


@feature.subcommand(
    "list",
    usage="list [mine | all]",
    help="List open incidents, yours, or all of them.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.OTHERS,
    example="list mine",
    about=About.NOTHING,
)
def typed(request: Request[SlashCommand]) -> Answer:
    which = request.payload.argument.strip().removeprefix("--").casefold() or "open"
    if which not in HEADS:
        raise Refused(
            f"Unknown list {quoted(request.payload.argument)}. "
            "Try `/incident list`, `/incident list mine` or `/incident list all`."
        )
    return list_page(request, which)


@feature.button("list_more")
def older(request: Request[BlockAction]) -> Answer:
    said = request.payload.data
    which, before = str(said.get("list")), said.get("before")
    if which not in HEADS or not isinstance(before, int):
        raise Refused("This list is out of date. Open it again: `/incident list`.")
    return list_page(request, which, before)


@dataclass(frozen=True, slots=True)
class Found:
    """`unread`: the number of unreadable incidents. `rest`: the position before which there may be
    more."""

    incidents: list[IncidentRow]
    unread: int
    rest: int | None


def list_page(request: Request, which: str, before: int | None = None) -> Reply:
    """One page of a list. `before`: only incidents before this position, where the last page
    ended."""
    found = newest(request, which, SHOWN, before)
    if not found.incidents and found.rest is None:
        none = NONE[which] if before is None else "No more incidents."
        return Reply(left_out(found.unread) if found.unread else none)
    more = None if found.rest is None else json.dumps({"list": which, "before": found.rest})
    shown = listing(
        HEADS[which], found.incidents, request.services.render_context(), more, found.unread
    )
    return Reply(shown.text, shown.blocks)


def newest(request: Request, which: str, most: int, before: int | None = None) -> Found:
    """The newest entries of a list, within the limits of one page."""
    found: list[IncidentRow] = []
    unread, place = 0, None
    for looked_at, (at, incident) in enumerate(_seen(request, which, before)):
        if len(found) == most or looked_at == LOOKED_AT:
            return Found(found, unread, place)
        place = at
        if isinstance(incident, Unreadable):
            unread += 1
        elif _belongs(incident, which, request.actor):
            found.append(incident)
    return Found(found, unread, None)


def is_of(incident: IncidentRow, user: str) -> bool:
    """Whether it is open and concerns the person: they declared it, or have a role or task in
    it."""
    owners = (each.owner for each in incident.open_tasks)
    return not incident.is_over and user in (
        incident.declarer,
        *incident.roles.values(),
        *owners,
    )


def _seen(
    request: Request, which: str, before: int | None
) -> Iterator[tuple[int, IncidentRow | Unreadable]]:
    """The incidents and their positions, newest first."""
    places = _places(request, which, before)
    while trip := list(islice(places, A_TRIP)):
        ids = [incident_id for _, incident_id in trip]
        read = request.services.store.rows.read(PREFIX, ids)
        for (at, _), (_, incident) in zip(trip, read, strict=True):
            yield at, incident


def _belongs(incident: IncidentRow, which: str, actor: Actor) -> bool:
    return may_see(actor, incident) and (which != "mine" or is_of(incident, str(actor)))


def _places(request: Request, which: str, before: int | None) -> Iterator[tuple[int, str]]:
    store = request.services.store
    if which == "all":
        yield from store.streams.newest_ids(PREFIX, before)
        return
    ids = set(store.streams.open_ids(PREFIX))
    if which == "mine":
        ids |= set(store.streams.all_ids(PREFIX, latest=LATEST))
    for number, stream_id in sorted(
        ((int(stream_id.rpartition("-")[2]), stream_id) for stream_id in ids), reverse=True
    ):
        if before is None or number < before:
            yield number, stream_id
