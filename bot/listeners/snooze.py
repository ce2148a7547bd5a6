"""Snooze reminders: `/incident snooze 20m the backup restores`, the button, the modal."""

from collections.abc import Sequence

from bot.errors import Refused
from bot.incident.events import Snoozed
from bot.incident.incident import Incident
from bot.incident.reminders import REMINDERS, pressing, update_due
from bot.incident.snoozing import (
    UPDATE,
    EndSnooze,
    Snooze,
    longer_than_may_be,
    names_of,
    until,
    what,
    which,
)
from bot.incident.text_limits import TEXT_MAX
from bot.incident.when import NotATime, wait
from bot.listeners.feature import Feature, Group
from bot.listeners.inbound import BlockAction, SlashCommand, Submission, split_word
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.typist import zone_of
from bot.listeners.undo import with_undo
from bot.listeners.words import FILLERS, bare, says_nothing
from bot.messages.blocks import Block, input_block, modal, option, reference, text_input
from bot.messages.text import clip, escape, moment, unescape

feature = Feature()

FOR_MAX = 20  # characters
OFF = ("off", "end", "stop", "none", "cancel", "undo")
LIKE = "like `/incident snooze 20m the backup restores`"

KINDS = {
    "update": "Status update",
    "progress": "No progress",
    "commander": "No commander",
    "ack": "Not acknowledged",
    "role": "Open roles",
}
"""The label of each reminder in the form."""

WORDS = {
    **{name: (name,) for name in REMINDERS},
    "updates": ("update",),
    "roles": ("role",),
    "ic": ("commander",),
    "command": ("commander",),
    "acknowledgement": ("ack",),
    "acknowledge": ("ack",),
    **dict.fromkeys(("all", "everything", "reminders"), tuple(REMINDERS)),
}
"""What people may type before the duration."""


@feature.subcommand(
    "snooze",
    usage="snooze 20m REASON",
    help="Snooze the next update reminder (`snooze all 20m …`: all). `snooze off` ends it.",
    group=Group.SAY,
    example="snooze 20m waiting for the provider",
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    if not bare(request.payload.argument):
        which(request.open_incident(), ())  # raises `Refused` where nothing is due
        return pressed(request)
    if bare(request.payload.argument) in OFF:
        return ended(request)
    here = zone_of(request).zone
    named, rest = _reminders(request.payload.argument)
    try:
        read = wait(unescape(rest), request.services.clock.now(), here)
    except NotATime as unclear:
        raise Refused(f"{escape(str(unclear))}, {LIKE}.") from None
    if says_nothing(read.rest, *FILLERS):
        typed_length = clip(unescape(rest).strip(), FOR_MAX)
        incident = request.open_incident()
        which(incident, named)
        return OpenView(snooze_form(incident, named, typed_length))
    outcome = request.handle(Snooze(read.wait, read.rest, named))
    (done, *_) = outcome.events
    assert isinstance(done.event, Snoozed)
    when = moment(until(done), here, seen=done.at)
    text = f"Snoozed {what(done.event)} of {outcome.incident.id} until {when}."
    if names_of(done.event) == (UPDATE,):
        text = f"Snoozed: the next update of {outcome.incident.id} is due at {when}."
    return with_undo(text, outcome)


def _reminders(words: str) -> tuple[tuple[str, ...], str]:
    """The reminders that are named before the duration, if any; and the rest."""
    first, rest = split_word(words)
    named = WORDS.get(bare(first), ())
    return (named, rest) if named else ((), words)


def ended(request: Request) -> Reply:
    outcome = request.handle(EndSnooze())
    incident = outcome.incident
    if not outcome.events:
        return Reply(f"Nothing is snoozed in {incident.id}.")
    due = update_due(incident)
    then = f" The next update is due at {moment(due, zone_of(request).zone)}." if due else ""
    return Reply(f"Ended the snooze of {incident.id}.{then}")


@feature.button("snooze_end")
def end_pressed(request: Request[BlockAction]) -> Answer:
    return ended(request)


@feature.button("snooze")
def pressed(request: Request) -> Answer:
    """The form for the reminders in the message, or for the update."""
    said = request.payload.data if isinstance(request.payload, BlockAction) else {}
    named = said.get("reminders")
    return OpenView(snooze_form(request.open_incident(), named if isinstance(named, list) else ()))


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
    chosen = tuple(request.payload.checked("reminders"))
    if not chosen and "reminders" in request.payload.values:
        return FieldErrors({"reminders": "Choose at least one."})
    chosen = chosen or tuple(filter(None, request.payload.metadata.get("about", "").split(",")))
    names = which(incident, chosen)
    if too_long := longer_than_may_be(incident, read.at - now, names):
        return FieldErrors({"for": too_long})
    reason = request.payload.field("reason")
    if not reason.strip():
        return FieldErrors({"reason": "Add a reason."})
    request.handle(Snooze(read.wait, reason, chosen))
    return None


def snooze_form(
    incident: Incident, asked: Sequence[str] = (), length: str = "20m"
) -> dict[str, object]:
    """`asked`: the reminders in the message that the form was opened from. If there are several,
    people choose; what asks for an update is snoozed alone unless they do."""
    due = [name for name in pressing(incident) if name in asked]
    ticked = [UPDATE] if UPDATE in due else due
    why = text_input(TEXT_MAX, placeholder="The backup is still restoring.")
    how_long = text_input(FOR_MAX, initial=length)
    inputs = [
        *([_choice(due, ticked)] if len(due) > 1 else []),
        input_block("for", "Duration", how_long, hint="20m, 1h30m, until 15:00 …"),
        input_block("reason", "Reason", why),
    ]
    about = reference(incident, about=",".join(ticked))
    return modal("snooze", "Snooze reminders", "Snooze", inputs, about)


def _choice(due: Sequence[str], ticked: Sequence[str]) -> Block:
    options = {name: option(name, KINDS[name]) for name in due}
    boxes: Block = {
        "type": "checkboxes",
        "options": [*options.values()],
        "initial_options": [options[name] for name in ticked],
    }
    return input_block("reminders", "Which", boxes)
