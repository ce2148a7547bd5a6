"""Add a note: `/incident note errors began right after the deploy`."""

from bot.incident.notes import AddNote
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.messages.text import unescape

feature = Feature()


@feature.subcommand(
    "note",
    usage="note TEXT",
    help="Add a note to the timeline.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.SAY,
    example="note max_pool was 50 before",
    about=About.ASKED,
)
def typed(request: Request[SlashCommand]) -> Answer:
    request.handle(AddNote(unescape(request.payload.argument)))
    return Reply("Added to the timeline.")
