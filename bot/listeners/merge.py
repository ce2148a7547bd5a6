"""Merge incidents: `/incident merge INC-7` in the channel of the one that remains."""

import re

from bot.errors import Refused
from bot.incident.incident import Incident
from bot.incident.kind import PREFIX
from bot.incident.members import may_see
from bot.listeners.feature import About, Feature, Group
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, Reply, Request, unknown
from bot.messages.text import escape, quoted, unescape
from bot.streams.ids import spelled

feature = Feature()

_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")


@feature.subcommand(
    "merge",
    usage="merge INC-7",
    help="Both are one: INC-7 ends and goes on here, with its people and open tasks.",
    group=Group.NOT_ITS_OWN,
    example="merge INC-7",
    about=About.NOTHING,
)
def typed(request: Request[SlashCommand]) -> Answer:
    here, other = request.incident(), named(request)
    outcome = request.services.incidents.merge(
        here.id, other.id, by=request.actor, intent=request.intent, grants=request.grants
    )
    request.to_reconcile |= {here.id, other.id}
    if not outcome.events:
        return Reply(f"{other.id} was merged into {here.id} already.")
    return Reply(
        f"{other.id} goes on here now: {escape(other.title)}. Its channel says so, and its "
        "people are invited."
    )


def named(request: Request[SlashCommand]) -> Incident:
    """The incident that `request` names, by number or channel. An incident that the person may not
    see counts as missing. Raises `Refused`."""
    text = request.payload.argument.strip()
    if channel := _CHANNEL.fullmatch(text):
        found = request.services.store.streams.find(channel[1])
        what = unescape(text)
    else:
        number = spelled(text, PREFIX, "incident")
        found = number.id if number and not number.rest else None
        what = found or ""
    if not text or (found is None and not channel):
        which = f"{quoted(text)} is no incident's number. " if text else ""
        raise Refused(f"{which}Which one goes on here? Say `/incident merge INC-7`.")
    other = request.services.incidents.get(found) if found else None
    if other is None or not other.history or not may_see(request.actor, other):
        raise Refused(unknown(what))
    return other
