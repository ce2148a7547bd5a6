"""What happened so far, for who joins late: `/incident catchup`, or the button offered to them."""

from bot.errors import Refused
from bot.incident.members import may_see
from bot.listeners.ask import Answer, Ask, Words, unknown
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
    """All that is known: for those who are in on it, and not for whoever was merely paged."""
    incident = ask.incident()
    if not may_see(incident, ask.user):
        raise Refused(unknown(incident.id))
    shown = catchup(incident, ask.house.voice())
    return Words(shown.text, shown.blocks)


@feature.button("catchup")
def pressed(ask: Ask) -> Answer:
    return typed(ask)
