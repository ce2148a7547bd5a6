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
    help="What was due, sent, refused and why, answered by whom.",
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
        which = f"there are {there}, the newest is 1" if there > 1 else "there is one page"
        raise Refused(
            f"There is no page {quoted(written)}: {which}. "
            f"Everything that happened: `muster timeline {incident.id}`."
        )
    shown = record(incident, number, request.services.render_context())
    return Reply(shown.text, shown.blocks)
