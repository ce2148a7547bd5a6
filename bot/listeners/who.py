"""Who is on call, and in an incident's channel first who has which role: `/incident who`."""

from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature, Where
from bot.messages.who import who

feature = Feature()


@feature.verb(
    "who",
    usage="who",
    help="Who is on call now, until when and who is next; here, who has which role.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    house = ask.house
    shown = who(ask.of_the_channel(), list(house.schedules.values()), house.voice())
    return Words(shown.text, shown.blocks)
