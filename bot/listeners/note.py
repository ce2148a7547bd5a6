"""Words for the record: `/incident note errors began right after the deploy`."""

from bot.incident.updates import Note
from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import SlashCommand
from bot.messages.text import plain

feature = Feature()


@feature.verb(
    "note",
    usage="note TEXT",
    help="Put a line into the timeline.",
    where={Where.OPEN, Where.RESOLVED},
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    ask.handle(Note(plain(ask.payload.argument)))
    return Words("Noted in the timeline.")
