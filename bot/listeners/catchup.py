"""What happened so far, for who joins late: `/incident catchup`, or the button offered to them."""

from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature, Where
from bot.messages.catchup import catchup

feature = Feature()


@feature.verb(
    "catchup",
    usage="catchup",
    help="What happened so far, in ten lines.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    shown = catchup(ask.incident(), ask.house.voice())
    return Words(shown.text, shown.blocks)


@feature.button("catchup")
def pressed(ask: Ask) -> Answer:
    return typed(ask)
