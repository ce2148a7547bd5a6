"""Snooze the update reminder: `/incident snooze 20m the backup restores`, the button, the
modal.
"""

from datetime import timedelta

from bot.errors import Refused
from bot.incident.durations import NotADuration, normalize, parse
from bot.incident.incident import Incident
from bot.incident.snoozing import Snooze, longer_than_may_be, until
from bot.incident.text_limits import TEXT_MAX
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import SlashCommand, Submission
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.messages.blocks import input_block, modal, text_input
from bot.messages.text import escape, moment, unescape

feature = Feature()

LIKE = "like `/incident snooze 20m the backup restores`"


@feature.subcommand(
    "snooze",
    usage="snooze 20m REASON",
    help="Snooze the next status update reminder.",
    group=Group.SAY,
    example="snooze 20m waiting for the provider",
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    if not request.payload.argument.strip():
        request.open_incident()
        raise Refused(f"Add a duration and a reason, {LIKE}.")
    length, reason = parse_snooze(unescape(request.payload.argument))
    outcome = request.handle(Snooze(length, reason))
    when = moment(until(outcome.events[0]), request.services.zone, seen=outcome.events[0].at)
    return Reply(f"Snoozed: the next update of {outcome.incident.id} is due at {when}.")


@feature.button("snooze")
def pressed(request: Request) -> Answer:
    return OpenView(snooze_form(request.open_incident()))


@feature.submission("snooze")
def submitted(request: Request[Submission]) -> Answer:
    incident = request.open_incident()
    try:
        length = parse(normalize(request.payload.field("for").strip()))
    except NotADuration as unclear:
        return FieldErrors({"for": str(unclear)})
    if too_long := longer_than_may_be(incident, length):
        return FieldErrors({"for": too_long})
    reason = request.payload.field("reason")
    if not reason.strip():
        return FieldErrors({"reason": "Add a reason."})
    request.handle(Snooze(length, reason))
    return None


def parse_snooze(text: str) -> tuple[timedelta, str]:
    """Parse duration and reason: `1h 30m the backup restores`. Raises `Refused`."""
    words = text.split()
    words = words[1:] if words[0].casefold() == "for" else words
    words = normalize(" ".join(words)).split()
    for count in (2, 1):  # longest first: "1h 30m" is an hour and a half
        try:
            return parse(" ".join(words[:count])), " ".join(words[count:])
        except NotADuration as error:
            unclear = error
    raise Refused(f"{escape(unclear.fault)}. Enter a duration, {LIKE}.")


def snooze_form(incident: Incident) -> dict[str, object]:
    why = text_input(TEXT_MAX, placeholder="The backup is still restoring.")
    return modal(
        "snooze",
        "Snooze update reminder",
        "Snooze",
        [
            input_block("for", "Duration", text_input(20, initial="20m"), hint="20m, 1h30m …"),
            input_block("reason", "Reason", why),
        ],
        {"incident": incident.id},
    )
