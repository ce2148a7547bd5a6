"""People who leave the workspace lose their roles, tasks and subscriptions; the channel is
notified."""

from bot.incident.deactivation import LeaveWorkspace
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.offers import asked, waiting
from bot.incident.subscribers import of_user
from bot.listeners.feature import Feature
from bot.listeners.inbound import EventCallback
from bot.listeners.inbound.events import UserChanged
from bot.listeners.request import Answer, Request
from bot.streams.actor import ByClock

feature = Feature()


@feature.event("user_change")
def changed(request: Request[EventCallback[UserChanged]]) -> Answer:
    """Handle a changed account; only deactivation matters to incidents."""
    user, store = request.payload.event.member, request.services.store
    request.services.people.forget(user)
    if not request.payload.event.deleted:
        return None
    ids = dict.fromkeys([*store.streams.open_ids(PREFIX), *store.documents.subscribed_to(user)])
    for incident_id, incident in store.streams.states(list(ids)):
        if isinstance(incident, Incident) and _concerns(incident, user):
            intent = f"{request.intent}:{incident_id}"
            request.services.incidents.handle(
                incident_id, LeaveWorkspace(user), by=ByClock(), intent=intent
            )
            request.to_reconcile.add(incident_id)
    return None


def _concerns(incident: Incident, user: str) -> bool:
    offers = (waiting(incident, role.id) for role in incident.policy.roles)
    owners = (each.owner for each in incident.open_tasks)
    if of_user(incident, user):
        return True
    return user in (*incident.roles.values(), *owners, *map(asked, offers))
