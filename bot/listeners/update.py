"""Post a status update: `/incident update …`, the button on reminders, the modal."""

from dataclasses import replace
from datetime import timedelta

from bot.incident.durations import NotADuration, parse
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import MAY_FOLLOW
from bot.incident.reminders import update_every
from bot.incident.snoozing import longer_than_may_be
from bot.incident.text_limits import TEXT_MAX
from bot.incident.updates import PostUpdate
from bot.incident.when import NotATime
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.inbound import SlashCommand, Submission, split_word
from bot.listeners.long_text import text_inputs, too_long, written
from bot.listeners.next_update import read_promise, say_next
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.synonyms import SYNONYMS
from bot.listeners.typist import zone_of
from bot.listeners.update_template import TEMPLATE, filled
from bot.listeners.words import fold, says_nothing
from bot.messages.blocks import input_block, modal, reference, select
from bot.messages.text import format_duration, mentions_in, unescape

feature = Feature()

NEXT = ("15m", "30m", "1h", "2h", "4h")
ENDS = {"mitigate": Stage.MITIGATED, "resolve": Stage.RESOLVED, "close": Stage.CLOSED}


@feature.subcommand(
    "update",
    usage="update [TEXT]",
    help="Post a status update; `in 10m …` sets when the next is due. Without text: the form.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.SAY,
    example="update Rolled back, watching",
    about=About.ASKED,
)
def typed(request: Request[SlashCommand]) -> Answer:
    typed_text = unescape(request.payload.argument).strip()
    if says_nothing(typed_text, "update", "status", "statusupdate"):
        return OpenView(update_form(request.open_incident()))
    here, now, before = zone_of(request), request.services.clock.now(), request.incident()
    try:
        read = read_promise(before, typed_text, now, here)
    except NotATime as unclear:
        return OpenView(update_form(request.open_incident(), unclear.rest, problem=str(unclear)))
    if not read.text:
        wait = read.at.at - now if read.at else None
        return OpenView(update_form(request.open_incident(), wait=wait))
    if len(read.text) > TEXT_MAX:
        wait = read.at.at - now if read.at else None
        return OpenView(update_form(request.open_incident(), read.text, wait))
    named = mentions_in(request.payload.argument)
    post = PostUpdate(read.text, read.at.wait if read.at else None, mentions=named)
    incident = request.handle(post).incident
    said = (
        f"Posting your update in <#{before.channel}>." if before.has_channel else "Update saved."
    )
    return Reply(f"{said}{say_next(incident, read, here)}{_still(incident, read.text)}")


def _still(incident: Incident, text: str) -> str:
    """That an update which begins with `resolved` or the like only tells it, and how to do it."""
    word = fold(split_word(text)[0])
    verb = SYNONYMS.get(word, word)
    if ENDS.get(verb) not in MAY_FOLLOW[incident.stage]:
        return ""
    return f" {incident.id} is still {incident.stage}. To change that: `/incident {verb}`."


@feature.button("update_open")
def pressed(request: Request) -> Answer:
    return OpenView(update_form(request.open_incident()))


@feature.submission("update")
def submitted(request: Request[Submission]) -> Answer:
    wait, stage = (request.payload.field(name) for name in ("next_update", "stage"))
    text = filled(written(request.payload, "text"))
    if not text:
        return FieldErrors({"text": "Write what you know and what's next."})
    if wrong := too_long(request.payload, text):
        return FieldErrors(wrong)
    if stage and stage not in set(Stage):
        return FieldErrors({"stage": "Unknown status. Leave it as it is, or choose one."})
    try:
        post = _posted(request, text, wait)
    except (NotADuration, NotATime) as unclear:
        return FieldErrors({"next_update": str(unclear).replace("`", "")})
    if isinstance(post.next_update, timedelta) and (
        unfit := longer_than_may_be(request.incident(), post.next_update)
    ):
        return FieldErrors({"next_update": unfit})
    request.handle(replace(post, stage=Stage(stage) if stage else None))
    return None


def _posted(request: Request, text: str, wait: str) -> PostUpdate:
    """The text, and the next update as chosen, else as the text promises. Raises `NotADuration`
    and `NotATime`."""
    if wait:
        return PostUpdate(text, parse(wait))
    now = request.services.clock.now()
    read = read_promise(request.incident(), text, now, zone_of(request))
    if read.why and not read.vague:
        raise NotATime(f"{read.why.rstrip('.')}. Choose when, or change the text.")
    return PostUpdate(read.text, read.at.wait if read.at else None)


def update_form(
    incident: Incident, text: str = "", wait: timedelta | None = None, problem: str = ""
) -> dict[str, object]:
    """The form. No stage is preselected, so that an untouched form doesn't revert other people's
    changes. `wait`: until the next update. `problem`: what isn't clear about it."""
    onward = sorted(MAY_FOLLOW[incident.stage] - {Stage.CANCELLED, Stage.CLOSED})
    stages = [(stage.value, stage.capitalize()) for stage in onward]
    stage = [input_block("stage", "Status", select(stages), optional=True)] if stages else []
    chosen = format_duration(wait).replace(" ", "") if wait and not problem else None
    choices = NEXT if chosen is None or chosen in NEXT else (chosen, *NEXT)
    again = [(each, f"in {each}") for each in choices]
    every = update_every(incident) if incident.is_open else None
    usual = f"Default: in {format_duration(every)}." if every else "Default: no regular updates."
    asked = f"{problem.rstrip('.').replace('`', '')}. {usual}" if problem else usual
    return modal(
        "update",
        "Status update",
        "Post update",
        [
            *text_inputs("text", "What do we know, and what's next?", text or TEMPLATE),
            *stage,
            input_block(
                "next_update", "Next update", select(again, chosen), optional=True, hint=asked
            ),
        ],
        reference(incident),
    )
