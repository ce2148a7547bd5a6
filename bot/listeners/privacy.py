"""Refusals to make a private incident public or a public one private, with the reason and the
alternative.
"""

from bot.listeners.declaration import PRIVATE
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request

feature = Feature()

WHEN = "Whether an incident is private is chosen while declaring it: `/incident`, then *Private*."
STAYS_PRIVATE = (
    "stays private, because people wrote here knowing that it is: tell what others may know in a "
    "public one, `/incident declare TITLE`."
)
STAYS_PUBLIC = (
    "stays public, because others have read it: go on in a private one (`/incident`, then "
    "*Private*)"
)


@feature.subcommand(
    "private",
    "public",
    usage="private [TITLE]",
    help="Why it can't be made private or public later, and what to do.",
    where=set[Where](),  # not listed in the help
)
def typed(request: Request[SlashCommand]) -> Answer:
    incident = request.channel_incident()
    if incident is None:
        return Reply(WHEN)
    incident, wished = request.incident(), request.payload.subcommand
    if incident.private == (wished == PRIVATE):
        return Reply(f"{incident.id} is {wished} already.")
    if incident.private:
        return Reply(f"{incident.id} {STAYS_PRIVATE}")
    end = " and end this with `/incident cancel`" if incident.is_open else ""
    return Reply(f"{incident.id} {STAYS_PUBLIC}{end}.")
