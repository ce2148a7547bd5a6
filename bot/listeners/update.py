"""Post a status update: `/incident update …`, the button on reminders, the modal."""

from bot.incident.durations import NotADuration, parse
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import MAY_FOLLOW
from bot.incident.reminders import update_due, update_every
from bot.incident.snoozing import longer_than_may_be
from bot.incident.text_limits import TEXT_MAX
from bot.incident.updates import PostUpdate
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.inbound import SlashCommand, Submission
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.messages.blocks import input_block, modal, select, text_input
from bot.messages.text import format_duration, mentions_in, moment, unescape

feature = Feature()

NEXT = ("15m", "30m", "1h", "2h", "4h")


@feature.subcommand(
    "update",
    usage="update [TEXT]",
    help="Post a status update. Without text, opens the form.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.SAY,
    example="update Rolled back, watching",
    about=About.ASKED,
)
def typed(request: Request[SlashCommand]) -> Answer:
    text = unescape(request.payload.argument).strip()
    named = mentions_in(request.payload.argument)
    if not text:
        return OpenView(update_form(request.open_incident()))
    before = request.incident()
    incident = request.handle(PostUpdate(text, mentions=named)).incident
    due = update_due(incident)
    then = f" The next one is due at {moment(due, request.services.zone)}." if due else ""
    said = (
        f"Posting your update in <#{before.channel}>." if before.has_channel else "Update saved."
    )
    return Reply(f"{said}{then}")


@feature.button("update_open")
def pressed(request: Request) -> Answer:
    return OpenView(update_form(request.open_incident()))


@feature.submission("update")
def submitted(request: Request[Submission]) -> Answer:
    text, wait, stage = (request.payload.field(name) for name in ("text", "next_update", "stage"))
    if not text.strip():
        return FieldErrors({"text": "Write what you know and what's next."})
    if stage and stage not in set(Stage):
        return FieldErrors({"stage": "Unknown status. Leave it as it is, or choose one."})
    try:
        post = PostUpdate(text, parse(wait) if wait else None, Stage(stage) if stage else None)
    except NotADuration as unclear:
        return FieldErrors({"next_update": str(unclear)})
    if post.next_update and (too_long := longer_than_may_be(request.incident(), post.next_update)):
        return FieldErrors({"next_update": too_long})
    request.handle(post)
    return None


def update_form(incident: Incident) -> dict[str, object]:
    """The form. No stage is preselected, so that an untouched form doesn't revert other people's
    changes."""
    onward = sorted(MAY_FOLLOW[incident.stage] - {Stage.CANCELLED, Stage.CLOSED})
    stages = [(stage.value, stage.capitalize()) for stage in onward]
    stage = [input_block("stage", "Status", select(stages), optional=True)] if stages else []
    again = [(each, f"in {each}") for each in NEXT]
    every = update_every(incident) if incident.is_open else None
    usual = f"Default: in {format_duration(every)}." if every else "Default: no regular updates."
    return modal(
        "update",
        "Status update",
        "Post update",
        [
            input_block(
                "text",
                "What do we know, and what's next?",
                text_input(TEXT_MAX, lines=True),
            ),
            *stage,
            input_block("next_update", "Next update", select(again), optional=True, hint=usual),
        ],
        {"incident": incident.id},
    )
