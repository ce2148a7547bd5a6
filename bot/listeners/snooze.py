"""Not now, because: `/incident snooze 20m the backup restores`, the button of nags, the modal."""

from datetime import timedelta

from bot.errors import Refused
from bot.incident.durations import NotADuration, parse, spoken
from bot.incident.incident import Incident
from bot.incident.snoozing import Snooze, longer_than_may_be, until
from bot.incident.words import TEXT_MAX
from bot.listeners.ask import Answer, Ask, Invalid, Open, Words
from bot.listeners.feature import Feature
from bot.listeners.inbound import SlashCommand, Submission
from bot.messages.shape import field_, modal, text_input
from bot.messages.text import escape, moment, plain

feature = Feature()

LIKE = "like `/incident snooze 20m the backup restores`"


@feature.verb(
    "snooze",
    usage="snooze 20m REASON",
    help="No nag for an update until then; then the usual pace.",
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    if not ask.payload.argument.strip():
        ask.going_on()
        raise Refused(f"For how long, and why? Say it {LIKE}.")
    length, reason = read(plain(ask.payload.argument))
    outcome = ask.handle(Snooze(length, reason))
    when = moment(until(outcome.events[0]), ask.house.zone, seen=outcome.events[0].at)
    return Words(f"Snoozed: nobody is asked for an update of {outcome.incident.id} until {when}.")


@feature.button("snooze")
def pressed(ask: Ask) -> Answer:
    return Open(view(ask.going_on()))


@feature.submission("snooze")
def submitted(ask: Ask[Submission]) -> Answer:
    incident = ask.going_on()
    try:
        length = parse(spoken(ask.payload.field("for").strip()))
    except NotADuration as unclear:
        return Invalid({"for": str(unclear)})
    if too_long := longer_than_may_be(incident, length):
        return Invalid({"for": too_long})
    reason = ask.payload.field("reason")
    if not reason.strip():
        return Invalid({"reason": "Say why there is no update now."})
    ask.handle(Snooze(length, reason))
    return None


def read(text: str) -> tuple[timedelta, str]:
    """How long, and why: `1h 30m the backup restores`. Raises `Refused`."""
    words = text.split()
    words = words[1:] if words[0].casefold() == "for" else words
    words = spoken(" ".join(words)).split()
    for count in (2, 1):  # the longer one first: "1h 30m" is an hour and a half
        try:
            return parse(" ".join(words[:count])), " ".join(words[count:])
        except NotADuration as error:
            unclear = error
    raise Refused(f"For how long? {escape(unclear.fault)}: say it {LIKE}.")


def view(incident: Incident) -> dict[str, object]:
    why = text_input(TEXT_MAX, placeholder="The backup restores until then.")
    return modal(
        "snooze",
        "Snooze the update nag",
        "Snooze",
        [
            field_("for", "For how long?", text_input(20, initial="20m"), hint="20m, 1h30m …"),
            field_("reason", "Why is there no update now?", why),
        ],
        {"incident": incident.id},
    )
