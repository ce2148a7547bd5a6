"""Deciding a command: its slice says what follows from it."""

import sys
from collections.abc import Sequence

from bot.errors import Refused
from bot.incident import deactivation, escalation, merging, timers
from bot.incident.incident import Incident
from bot.incident.slices import FEATURES
from bot.streams.actor import is_person
from bot.streams.event import Command, Event
from bot.streams.kind import Context
from bot.streams.slice import Slices, Until

# After that, every command would take longer than people wait. Busy incidents have hundreds.
MOST_EVENTS = 20_000

RULES = Slices(*FEATURES, deactivation.SLICE, timers.SLICE)


def decide(incident: Incident, command: Command, context: Context) -> Sequence[Event]:
    """Decide `command`, given by `context.actor` at `context.now`, for `incident`.

    Returns the events that follow; none if nothing changes. Raises `Refused` if the command isn't
    possible.
    """
    rule = RULES.commands[type(command)]
    if incident.is_over and rule.until < (Until.NEVER if incident.merged else Until.MERGED):
        raise Refused(is_over(incident))
    if incident.version >= MOST_EVENTS and not rule.always and is_person(context.actor):
        raise Refused(is_full(incident))
    return escalation.under_rule(incident, rule.decide(incident, command, context))


def is_full(incident: Incident) -> str:
    """The error for a command that would make the record longer still; it says the way on."""
    return (
        f"{incident.id} has {incident.version:,} entries, and takes no more. Resolve it "
        "(`/incident resolve …`), and go on in a new one: `/incident declare …`."
    )


def is_over(incident: Incident) -> str:
    """The error for a command to an incident that is over; it says what is still possible."""
    if incident.merged:
        return merging.merged_notice(incident)
    return f"{incident.id} is {incident.stage}. To reopen it: `/incident reopen [reason]`."


RULES.check_covered(
    module
    for name, module in sys.modules.items()
    if name.startswith(("bot.incident.", "bot.paging."))
)
