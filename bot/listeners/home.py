"""The app's home tab: what is open, one's roles and tasks, and a way to declare. It is drawn anew
when somebody opens it, and after what they do there."""

from bot.listeners.ask import Answer, Ask, Home, Open
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import HomeOpened
from bot.listeners.intake import Intake, view
from bot.listeners.listing import newest
from bot.messages.home import home

feature = Feature()

OPEN = 15  # incidents
THEIRS = 20


@feature.event("app_home_opened")
def opened(ask: Ask[EventCallback[HomeOpened]]) -> Answer:
    return shown(ask) if ask.payload.event.tab == "home" else None


@feature.button("home_declare")
def declared(ask: Ask) -> Answer:
    return Open(view(ask.house.policy, Intake(kept={"home": "home"})))


@feature.button("home_open")
def went(ask: Ask) -> Answer:
    """The link has brought them there; when they are back, this is up to date."""
    return shown(ask)


def shown(ask: Ask) -> Home:
    going_on, theirs = newest(ask, "open", OPEN + 1), newest(ask, "mine", THEIRS)
    more = len(going_on.incidents) > OPEN or going_on.rest is not None
    voice = ask.house.voice()
    return Home(
        home(ask.user, going_on.incidents[:OPEN], theirs.incidents, more, voice, going_on.unread)
    )
