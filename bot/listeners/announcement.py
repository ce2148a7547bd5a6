"""The buttons of the announcement: join the incident's channel, subscribe to its updates."""

from bot.incident.joining import JoinChannel
from bot.incident.subscriptions import Subscribe
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction
from bot.listeners.request import Answer, Reply, Request

feature = Feature()


@feature.button("join")
def joined(request: Request[BlockAction]) -> Answer:
    incident = request.handle(JoinChannel()).incident
    where = f"<#{incident.channel}>" if incident.channel else "its channel once it's there"
    return Reply(f"Adding you to {where}, for *{incident.id}*.")


@feature.button("subscribe")
def subscribed(request: Request[BlockAction]) -> Answer:
    outcome = request.handle(Subscribe())
    already = "" if outcome.events else "already "
    return Reply(
        f"You're {already}subscribed: you'll get updates about {outcome.incident.id} by direct "
        f"message. To stop: `/incident unsubscribe {outcome.incident.id}`."
    )
