"""Acknowledge: `/incident ack`, or the button on a page. Paging stops."""

from bot.incident.escalation import is_escalating
from bot.incident.events import PageAnswered
from bot.listeners.feature import About, Feature, Group
from bot.listeners.request import Answer, Reply, Request
from bot.messages.text import mention
from bot.paging.commands import Acknowledge

feature = Feature()


@feature.subcommand(
    "ack",
    usage="ack",
    help="Say that you are on it; nobody else is paged then.",
    group=Group.PEOPLE,
    about=About.PAGED,
)
def typed(request: Request) -> Answer:
    outcome = request.handle(Acknowledge())
    incident = outcome.incident
    place = f" It is handled in <#{incident.channel}>." if incident.channel else ""
    if any(isinstance(each.event, PageAnswered) for each in outcome.events):
        return Reply(f"Thank you: the channel of {incident.id} is told that you are on it.{place}")
    if outcome.events:
        return Reply(f"Thank you: {incident.id} is yours, nobody else is paged.{place}")
    on_it = incident.paging.acknowledged_by
    if is_escalating(incident):
        return Reply(
            f"You're already on {incident.id}. Paging goes on until one of the people who were "
            "asked since acknowledges."
        )
    by = "You have" if request.user in on_it else f"{mention(on_it[0])} has"
    return Reply(f"{by} acknowledged {incident.id} already.")


@feature.button("ack")
def pressed(request: Request) -> Answer:
    return typed(request)
