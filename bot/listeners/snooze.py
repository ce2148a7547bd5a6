"""Snooze the update reminder: `/incident snooze 20m the backup restores`, the button, the
modal.
"""

from bot.errors import Refused
from bot.incident.incident import Incident
from bot.incident.reminders import update_due
from bot.incident.snoozing import EndSnooze, Snooze, longer_than_may_be, until
from bot.incident.text_limits import TEXT_MAX
from bot.incident.when import NotATime, wait
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import SlashCommand, Submission
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.typist import zone_of
from bot.listeners.undo import with_undo
from bot.listeners.words import bare
from bot.messages.blocks import input_block, modal, text_input
from bot.messages.text import clip, escape, moment, unescape

feature = Feature()

OFF = ("off", "end", "stop", "none", "cancel", "undo")
LIKE = "like `/incident snooze 20m the backup restores`"


@feature.subcommand(
    "snooze",
    usage="snooze 20m REASON",
    help="Snooze the next status update reminder. `snooze off` ends it.",
    group=Group.SAY,
    example="snooze 20m waiting for the provider",
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    if not bare(request.payload.argument):
        return pressed(request)
    if bare(request.payload.argument) in OFF:
        return ended(request)
    here = zone_of(request).zone
    try:
        read = wait(unescape(request.payload.argument), request.services.clock.now(), here)
    except NotATime as unclear:
        raise Refused(f"{escape(str(unclear))}, {LIKE}.") from None
    outcome = request.handle(Snooze(read.wait, read.rest))
    when = moment(until(outcome.events[0]), here, seen=outcome.events[0].at)
    text = f"Snoozed: the next update of {outcome.incident.id} is due at {when}."
    return with_undo(text, outcome)


def ended(request: Request) -> Reply:
    outcome = request.handle(EndSnooze())
    incident = outcome.incident
    if not outcome.events:
        return Reply(f"The status update of {incident.id} isn't snoozed.")
    due = update_due(incident)
    then = f" The next one is due at {moment(due, zone_of(request).zone)}." if due else ""
    return Reply(f"The status update of {incident.id} isn't snoozed any more.{then}")


@feature.button("snooze")
def pressed(request: Request) -> Answer:
    return OpenView(snooze_form(request.open_incident()))


@feature.submission("snooze")
def submitted(request: Request[Submission]) -> Answer:
    incident = request.open_incident()
    how_long, now = request.payload.field("for"), request.services.clock.now()
    try:
        read = wait(how_long, now, zone_of(request).zone)
    except NotATime as unclear:
        return FieldErrors({"for": f"{unclear}.".replace("`", "")})
    if read.rest:
        return FieldErrors({"for": f"“{clip(read.rest, 40)}” belongs to the reason."})
    if too_long := longer_than_may_be(incident, read.at - now):
        return FieldErrors({"for": too_long})
    reason = request.payload.field("reason")
    if not reason.strip():
        return FieldErrors({"reason": "Add a reason."})
    request.handle(Snooze(read.wait, reason))
    return None


def snooze_form(incident: Incident) -> dict[str, object]:
    why = text_input(TEXT_MAX, placeholder="The backup is still restoring.")
    return modal(
        "snooze",
        "Snooze update reminder",
        "Snooze",
        [
            input_block(
                "for", "Duration", text_input(20, initial="20m"), hint="20m, 1h30m, until 15:00 …"
            ),
            input_block("reason", "Reason", why),
        ],
        {"incident": incident.id},
    )
