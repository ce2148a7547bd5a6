"""Show an incident's card: `/incident show INC-7`, or `/incident INC-7`."""

from bot.listeners.feature import Feature, Where
from bot.listeners.help_command import panel
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Request

feature = Feature()

NAME = "show"


@feature.subcommand(
    NAME,
    usage="show",
    help="Show where it stands, as `/incident` alone does.",
    where=set[Where](),  # not listed in the help
)
def typed(request: Request[SlashCommand]) -> Answer:
    return panel(request)
