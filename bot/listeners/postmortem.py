"""The postmortem draft: `/incident postmortem` links to it and requests a new one."""

from bot.incident.drafting import RequestPostmortem
from bot.incident.events import PostmortemDrafted, Stage
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.request import Answer, Reply, Request

feature = Feature()


@feature.subcommand(
    "postmortem",
    usage="postmortem",
    help="Draft the postmortem from this channel, or draft it again.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.AFTERWARDS,
)
def typed(request: Request) -> Answer:
    incident = request.handle(RequestPostmortem()).incident
    if incident.drafted and isinstance(incident.drafted.event, PostmortemDrafted):
        link = incident.drafted.event.link
        return Reply(
            f"Updating <{link}|the postmortem draft of {incident.id}>. It will be posted here."
        )
    early = (
        ""
        if incident.stage in (Stage.RESOLVED, Stage.CLOSED)
        else " The incident isn't resolved yet."
    )
    return Reply(f"Drafting the postmortem of {incident.id}. It will be posted here.{early}")
