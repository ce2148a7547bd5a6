"""The delivery log: `/incident audit`; `/incident audit 2` shows older entries."""

from bot.errors import Refused
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request
from bot.messages.audit import pages, record
from bot.messages.text import quoted

feature = Feature()


@feature.subcommand(
    "audit",
    usage="audit [PAGE]",
    help="Show the delivery log: what was due, sent, refused and answered.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.LOOK,
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    incident = request.incident()
    there = pages(incident)
    written = request.payload.argument.strip() or "1"
    number = int(written) if written.isdecimal() and len(written) < 6 else 0
    if not 1 <= number <= there:
        which = f"there are {there}, newest first" if there > 1 else "there's only one"
        raise Refused(
            f"Page {quoted(written)} not found: {which}. "
            "For everything that happened: `/incident timeline`."
        )
    shown = record(incident, number, request.services.render_context())
    return Reply(shown.text, shown.blocks)
