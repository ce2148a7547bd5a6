"""Acknowledge: `/incident ack`, or the button on a page. Paging stops."""

from bot.incident.escalation import is_escalating
from bot.incident.events import PageAnswered
from bot.listeners.feature import About, Feature, Group
from bot.listeners.request import Answer, Reply, Request
from bot.messages.lines import was_paged
from bot.messages.text import mention
from bot.paging.commands import Acknowledge

feature = Feature()


@feature.subcommand(
    "ack",
    usage="ack",
    help="Acknowledge: you're on it, and paging stops.",
    group=Group.PEOPLE,
    about=About.PAGED,
)
def typed(request: Request) -> Answer:
    outcome = request.handle(Acknowledge())
    incident = outcome.incident
    place = f" Join <#{incident.channel}>." if incident.channel else ""
    if any(isinstance(each.event, PageAnswered) for each in outcome.events):
        return Reply(f"You acknowledged the page for {incident.id}.{place}")
    if outcome.events:
        stopped = " Paging stopped." if was_paged(incident, outcome.events[0]) else ""
        return Reply(f"You acknowledged {incident.id}.{stopped}{place}")
    on_it = incident.paging.acknowledged_by
    if is_escalating(incident):
        return Reply(
            f"You're already on {incident.id}. Paging continues until someone who was paged "
            "after you acknowledges."
        )
    by = "You" if request.user in on_it else mention(on_it[0])
    return Reply(f"{by} already acknowledged {incident.id}.")


@feature.button("ack")
def pressed(request: Request) -> Answer:
    return typed(request)
