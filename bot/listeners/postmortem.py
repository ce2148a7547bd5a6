"""The postmortem's draft: `/incident postmortem` says where it is and drafts it anew."""

from bot.incident.events import Drafted, Stage
from bot.incident.updates import AskPostmortem
from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature, Where

feature = Feature()


@feature.verb(
    "postmortem",
    usage="postmortem",
    help="Draft the postmortem from this channel, or draft it again.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    incident = ask.handle(AskPostmortem()).incident
    if incident.drafted and isinstance(incident.drafted.event, Drafted):
        link = incident.drafted.event.link
        return Words(f"<{link}|The draft of {incident.id}> is written anew; it follows here.")
    early = "" if incident.stage in (Stage.RESOLVED, Stage.CLOSED) else " It isn't resolved yet."
    return Words(f"The postmortem of {incident.id} is being drafted; it follows here.{early}")
