"""What there is: `/incident list`, `list mine`, `list all`, and the button to older ones.

Nothing is read that isn't shown, but for what is private or somebody else's, and of that so many
at a time: a hundred thousand incidents that are over cost nothing here.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import TypeGuard

from bot.incident.incident import Incident, Refused
from bot.incident.members import may_see
from bot.listeners.ask import Answer, Ask, Words, named_by
from bot.listeners.feature import Feature, Where
from bot.messages.listing import listing
from bot.messages.text import quoted
from bot.store import Unreadable

feature = Feature()

SHOWN = 10  # on a page
LOOKED_AT = 200  # incidents at most, for one page
A_TRIP = 20  # that are read together
LATEST = 50  # of all, among which are one's own that are resolved and not closed

HEADS = {"open": "Open incidents", "mine": "Yours", "all": "All incidents, newest first"}
NONE = {
    "open": "There is no open incident. `/incident list all` shows those that are over, too.",
    "mine": "Nothing that goes on is yours: no role, no task, and nothing that you declared.",
    "all": "There has been no incident yet.",
}


@feature.verb(
    "list",
    usage="list [mine | all]",
    help="The open incidents; yours; or all there were.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    which = ask.text.strip().removeprefix("--").casefold() or "open"
    if which not in HEADS:
        raise Refused(
            f"There is no list {quoted(ask.text)}. Say `/incident list` for the open ones, "
            "`list mine` or `list all`."
        )
    return page(ask, which)


@feature.button("list_more")
def older(ask: Ask) -> Answer:
    _, said = named_by(ask.value)
    which, before = str(said.get("list")), said.get("before")
    if which not in HEADS or not isinstance(before, int):
        raise Refused("Ask for the list again: `/incident list`.")
    return page(ask, which, before)


def page(ask: Ask, which: str, before: int | None = None) -> Words:
    """`before`: only those before this place, where the last page ended."""
    found, rest = _found(ask, which, before)
    if not found and rest is None:
        return Words(NONE[which] if before is None else "That was all.")
    more = json.dumps({"list": which, "before": rest}) if rest is not None else None
    shown = listing(HEADS[which], found, ask.house.voice(), more)
    return Words(shown.text, shown.blocks)


def newest(ask: Ask, which: str, most: int) -> tuple[list[Incident], bool]:
    """The newest of a list, as far as a page looks; whether there may be more."""
    looked_at = list(islice(_seen(ask, which, None), LOOKED_AT))
    found = [incident for _, incident in looked_at if incident]
    return found[:most], len(found) > most or len(looked_at) == LOOKED_AT


def is_of(incident: Incident, user: str) -> bool:
    """Whether it goes on and is theirs: declared by them, or they have something to do."""
    owners = (each.owner for each in incident.open_tasks)
    return not incident.is_over and user in (
        incident.declarer,
        *incident.roles.values(),
        *owners,
    )


def _found(ask: Ask, which: str, before: int | None) -> tuple[list[Incident], int | None]:
    """A page, and the place before which the next one goes on, if there may be one."""
    found: list[Incident] = []
    place = None
    for looked_at, (at, incident) in enumerate(_seen(ask, which, before)):
        if len(found) == SHOWN or looked_at == LOOKED_AT:
            return found, place
        place = at
        found += [incident] if incident else []
    return found, None


def _seen(ask: Ask, which: str, before: int | None) -> Iterator[tuple[int, Incident | None]]:
    """Place by place from the newest: the incident there, if it belongs into the list."""
    places = _places(ask, which, before)
    while trip := list(islice(places, A_TRIP)):
        read = ask.house.store.incidents([incident_id for _, incident_id in trip])
        for (at, _), (_, incident) in zip(trip, read, strict=True):
            yield at, incident if _belongs(incident, which, ask.user) else None


def _belongs(incident: Incident | Unreadable, which: str, user: str) -> TypeGuard[Incident]:
    """What can't be read may be private."""
    if isinstance(incident, Unreadable) or not may_see(incident, user):
        return False
    return which != "mine" or is_of(incident, user)


def _places(ask: Ask, which: str, before: int | None) -> Iterator[tuple[int, str]]:
    store = ask.house.store
    if which == "all":
        yield from store.newest_ids(before)
        return
    ids = set(store.open_ids())
    if which == "mine":
        ids |= set(store.all_ids(latest=LATEST))
    for number, each in sorted(
        ((int(each.rpartition("-")[2]), each) for each in ids), reverse=True
    ):
        if before is None or number < before:
            yield number, each
