"""The Home tab: the person's incidents, tasks and postmortems, the other open incidents worst
first, who is on call, and a button to declare. It is updated when the person opens it, and after
each action on it.
"""

from collections.abc import Sequence

from bot.incident.access import NOT_MEMBERS
from bot.incident.policy import Policy
from bot.incident.row import IncidentRow
from bot.listeners.declare_form import DeclareForm, view_of
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import HomeOpened
from bot.listeners.list_filter import Filter, concerns
from bot.listeners.listing import LOOKED_AT, newest
from bot.listeners.request import Answer, HomeView, OpenView, Request
from bot.messages.blocks import section
from bot.messages.home import Contents, home
from bot.streams.access import Standing

feature = Feature()

OPEN = 15  # incidents
THEIRS = 20


@feature.event("app_home_opened")
def opened(request: Request[EventCallback[HomeOpened]]) -> Answer:
    return home_view(request) if request.payload.event.tab == "home" else None


@feature.button("home_declare")
def declared(request: Request) -> Answer:
    return OpenView(view_of(request, DeclareForm(kept={"home": "home"})))


@feature.button("home_open")
def went(request: Request) -> Answer:
    """Update the tab after a link was opened, for when the person returns."""
    return home_view(request)


def home_view(request: Request) -> HomeView:
    services, user = request.services, request.user
    if request.standing is not Standing.MEMBER:
        return HomeView({"type": "home", "blocks": [section(NOT_MEMBERS[request.standing])]})
    found = newest(request, Filter(scope="unfinished"), LOOKED_AT)
    theirs = [each for each in found.incidents if concerns(each, user)]
    others = [each for each in found.incidents if each.is_open and not concerns(each, user)]
    contents = Contents(
        _worst_first(theirs, services.policy)[:THEIRS],
        _worst_first(others, services.policy)[:OPEN],
        more=len(others) > OPEN or found.rest is not None,
        reviews=[each for each in found.incidents if each.postmortem],
        unread=found.unread,
    )
    return HomeView(home(user, contents, services.roster, services.render_context()))


def _worst_first(incidents: Sequence[IncidentRow], policy: Policy) -> list[IncidentRow]:
    """Open ones by severity, then resolved ones; the newest of a severity on top. A severity that
    the policy no longer has could be the worst one, so it isn't hidden below."""
    ranks = {each.id: rank for rank, each in enumerate(policy.severities)}
    return sorted(incidents, key=lambda each: (not each.is_open, ranks.get(each.severity_id, -1)))
