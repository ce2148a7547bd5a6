"""Escalate: `/incident escalate`, and the button on the reminder that there is no progress."""

from bot.incident.events import Escalated
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import BlockAction
from bot.listeners.request import Answer, Reply, Request
from bot.messages.targets import targets_of
from bot.paging.commands import EscalateNow

feature = Feature()


@feature.subcommand(
    "escalate",
    usage="escalate",
    help="Page the next in the escalation chain now.",
    group=Group.PEOPLE,
)
def typed(request: Request) -> Answer:
    return escalated(request, if_asked=False)


@feature.button("escalate")
def pressed(request: Request[BlockAction]) -> Answer:
    return escalated(request, if_asked=True)


def escalated(request: Request, *, if_asked: bool) -> Reply:
    on_call = request.services.roster.people(request.services.clock.now())
    outcome = request.handle(EscalateNow(on_call, if_asked=if_asked))
    steps = (each.event for each in outcome.events if isinstance(each.event, Escalated))
    targets = list(dict.fromkeys(target for each in steps for target in each.targets))
    return Reply(f"Escalated: paged {targets_of(targets)}.")
