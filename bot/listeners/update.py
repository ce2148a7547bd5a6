"""What is known and what is next: `/incident update …`, the button of nags, the modal."""

from bot.incident.durations import NotADuration, parse
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import MAY_FOLLOW
from bot.incident.reminders import pace, update_due
from bot.incident.snoozing import longer_than_may_be
from bot.incident.updates import PostUpdate
from bot.incident.words import TEXT_MAX
from bot.listeners.ask import Answer, Ask, Invalid, Open, Words
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import SlashCommand, Submission
from bot.messages.shape import field_, modal, select, text_input
from bot.messages.text import moment, plain, span

feature = Feature()

NEXT = ("15m", "30m", "1h", "2h", "4h")


@feature.verb(
    "update",
    usage="update [TEXT]",
    help="Post a status update; without text, in a form.",
    where={Where.OPEN, Where.RESOLVED},
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    text = plain(ask.payload.argument).strip()
    if not text:
        return Open(view(ask.going_on()))
    lost = ask.incident().channel_lost
    incident = ask.handle(PostUpdate(text)).incident
    due = update_due(incident)
    then = f"; the next one is due at {moment(due, ask.house.zone)}" if due else ""
    if lost:
        return Words(
            "Your update is kept, but Muster is not in the channel any more: invite it again, "
            f"and the update is posted{then}."
        )
    return Words(f"Your update is in the channel{then}.")


@feature.button("update_open")
def pressed(ask: Ask) -> Answer:
    return Open(view(ask.going_on()))


@feature.submission("update")
def submitted(ask: Ask[Submission]) -> Answer:
    text, wait, stage = (ask.payload.field(name) for name in ("text", "next_update", "stage"))
    if not text.strip():
        return Invalid({"text": "Say what is known now and what is done next."})
    if stage and stage not in set(Stage):
        return Invalid({"stage": "There is no such stage; leave it as it is, or choose one."})
    try:
        post = PostUpdate(text, parse(wait) if wait else None, Stage(stage) if stage else None)
    except NotADuration as unclear:
        return Invalid({"next_update": str(unclear)})
    if post.next_update and (too_long := longer_than_may_be(ask.incident(), post.next_update)):
        return Invalid({"next_update": too_long})
    ask.handle(post)
    return None


def view(incident: Incident) -> dict[str, object]:
    """No stage is chosen beforehand: an untouched form must not take back what others did."""
    onward = sorted(MAY_FOLLOW[incident.stage] - {Stage.CANCELLED, Stage.CLOSED})
    stages = [(stage.value, stage.capitalize()) for stage in onward]
    stage = [field_("stage", "New stage", select(stages), optional=True)] if stages else []
    again = [(each, f"in {each}") for each in NEXT]
    every = pace(incident) if incident.is_open else None
    usual = f"Else in {span(every)}, as usual." if every else "Else none is asked for."
    return modal(
        "update",
        "Status update",
        "Post",
        [
            field_(
                "text",
                "What is known, what is next?",
                text_input(TEXT_MAX, lines=True),
            ),
            *stage,
            field_("next_update", "Next update", select(again), optional=True, hint=usual),
        ],
        {"incident": incident.id},
    )
