"""Show an incident's card: `/incident show INC-7`, or `/incident INC-7`."""

from dataclasses import replace

from bot.listeners.feature import Feature, Where
from bot.listeners.help_command import panel
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.messages.blocks import context

feature = Feature()

NAME = "show"


@feature.subcommand(
    NAME,
    usage="show",
    help="Show where it stands, as `/incident` alone does.",
    where=set[Where](),  # not listed in the help
)
def typed(request: Request[SlashCommand]) -> Answer:
    incident, answer = request.channel_incident(), panel(request)
    if incident is None or not isinstance(answer, Reply) or incident.channel == request.channel:
        return answer
    where = f"In <#{incident.channel}>"
    blocks = [*answer.blocks, context(where)] if answer.blocks and incident.has_channel else None
    return replace(answer, blocks=blocks) if blocks else answer
