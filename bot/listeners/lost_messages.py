"""The card or the announcement of an incident was deleted: it is posted again."""

from bot.incident.incident import Incident
from bot.incident.lost_messages import RecordMessageDeleted
from bot.listeners.inbound import EventCallback
from bot.listeners.request import Request


def follow_deletion(request: Request[EventCallback], ts: str) -> None:
    """Record that the message `ts` of the event's channel was deleted, if an incident relies on
    it.
    """
    incident = request.channel_incident() or _announced(request, ts)
    if incident and any(at.ts == ts for at in incident.said.values()):
        request.named = incident.id
        request.handle(RecordMessageDeleted(request.channel, ts))


def _announced(request: Request[EventCallback], ts: str) -> Incident | None:
    """The open incident whose announcement this was. Announcements are deleted so rarely that no
    index is kept of them.
    """
    services, port = request.services, request.services.slack_port
    if request.channel != services.store.documents.conversation(f"#{port.announce}"):
        return None
    for incident in services.incidents.all_open():
        if any((at.channel, at.ts) == (request.channel, ts) for at in incident.said.values()):
            return incident
    return None
