"""Who is on call, and in an incident's channel first who has which role: `/incident who`."""

from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature, Where
from bot.messages.aside import unreadable
from bot.messages.shape import section
from bot.messages.who import who
from bot.store import Unreadable

feature = Feature()


@feature.verb(
    "who",
    usage="who",
    help="Who is on call now, until when and who is next; here, who has which role.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    house = ask.house
    unread = None
    try:
        incident = ask.of_the_channel()
    except Unreadable as damaged:  # who is on call is known all the same
        ask.touched.add(damaged.stream_id)
        incident, aside = None, house.store.aside(damaged.stream_id)
        told = aside.told if aside else None
        unread = unreadable(damaged.stream_id, told, "its roles are not known")
    shown = who(incident, list(house.schedules.values()), house.voice())
    if unread is None:
        return Words(shown.text, shown.blocks)
    return Words(f"{unread}\n{shown.text}", [section(unread), *(shown.blocks or [])])
