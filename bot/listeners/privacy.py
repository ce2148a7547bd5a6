"""Refusals to make a private incident public or a public one private, with the reason and the
alternative.
"""

from bot.listeners.declaration import PRIVATE
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request

feature = Feature()

WHEN = "You choose *Private* when you declare an incident: `/incident`, then *Private*."
STAYS_PRIVATE = (
    "stays private, because people wrote here expecting that. To tell others about it, declare a "
    "public incident: `/incident declare TITLE`."
)
STAYS_PUBLIC = (
    "stays public, because others have read it. Declare a private one instead (`/incident`, then "
    "*Private*)"
)


@feature.subcommand(
    "private",
    "public",
    usage="private [TITLE]",
    help="Why privacy can't change later, and what to do instead.",
    where=set[Where](),  # not listed in the help
)
def typed(request: Request[SlashCommand]) -> Answer:
    incident = request.channel_incident()
    if incident is None:
        return Reply(WHEN)
    incident, wished = request.incident(), request.payload.subcommand
    if incident.private == (wished == PRIVATE):
        return Reply(f"{incident.id} is already {wished}.")
    if incident.private:
        return Reply(f"{incident.id} {STAYS_PRIVATE}")
    end = " and cancel this one: `/incident cancel`" if incident.is_open else ""
    return Reply(f"{incident.id} {STAYS_PUBLIC}{end}.")
