"""Catch up on the incident: `/incident catchup`, or the button offered to people who join late."""

from bot.errors import Refused
from bot.incident.members import may_see
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.request import Answer, Reply, Request, unknown
from bot.messages.catchup import catchup

feature = Feature()


@feature.subcommand(
    "catchup",
    usage="catchup",
    help="Summarize the incident so far.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.LOOK,
)
def typed(request: Request) -> Answer:
    """The full summary, for members of the incident; not for people who were only paged."""
    incident = request.incident()
    if not may_see(request.actor, incident):
        raise Refused(unknown(incident.id))
    shown = catchup(incident, request.services.render_context())
    return Reply(shown.text, shown.blocks)


@feature.button("catchup")
def pressed(request: Request) -> Answer:
    return typed(request)
