"""Escalate: the button on the reminder that there is no progress."""

from bot.incident.events import Escalated
from bot.listeners.feature import Feature
from bot.listeners.request import Answer, Reply, Request
from bot.messages.lines import aims
from bot.paging.commands import EscalateNow

feature = Feature()


@feature.button("escalate")
def pressed(request: Request) -> Answer:
    services = request.services
    outcome = request.handle(EscalateNow(services.roster.people(services.clock.now())))
    steps = (each.event for each in outcome.events if isinstance(each.event, Escalated))
    targets = list(dict.fromkeys(target for each in steps for target in each.targets))
    return Reply(f"Escalated: {aims(targets)} paged now; the channel is told.")
