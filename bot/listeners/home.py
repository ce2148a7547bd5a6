"""The Home tab: open incidents, the person's roles and tasks, and a button to declare. It is
updated when the person opens it, and after each action on it.
"""

from bot.listeners.declare_form import DeclareForm, view_of
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import HomeOpened
from bot.listeners.list_filter import Filter
from bot.listeners.listing import newest
from bot.listeners.request import Answer, HomeView, OpenView, Request
from bot.messages.home import home

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
    going_on, theirs = (
        newest(request, Filter(), OPEN + 1),
        newest(request, Filter(mine=True), THEIRS),
    )
    more = len(going_on.incidents) > OPEN or going_on.rest is not None
    ctx = request.services.render_context()
    return HomeView(
        home(request.user, going_on.incidents[:OPEN], theirs.incidents, more, ctx, going_on.unread)
    )
