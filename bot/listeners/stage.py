"""Change the stage: `status`, and a subcommand for each transition from declared to closed."""

from datetime import datetime

from bot.errors import Refused
from bot.incident.decide import is_over
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import CHECKS, MAY_FOLLOW, ChangeStage, Reopen
from bot.incident.text_limits import TEXT_MAX
from bot.incident.when import NotATime, promise
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.form_answer import form_answer
from bot.listeners.inbound import SlashCommand, Submission, split_word
from bot.listeners.milestone import time_in
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.synonyms import did_you_mean
from bot.listeners.typist import zone_of
from bot.listeners.undo import with_undo
from bot.listeners.words import fold, says_nothing
from bot.messages.blocks import Block, input_block, modal, option, reference, section, text_input
from bot.messages.text import approx, clip, quoted, unescape

feature = Feature()

FEW = 3  # words; more of them are a sentence about the incident
# How to end something else than the incident, by the word for it.
OTHER_THINGS: dict[str, str] = {
    **dict.fromkeys(("task", "tasks", "todo"), "For a task: `/incident task {end} {number}`."),
    **dict.fromkeys(("snooze", "snoozing"), "To end a snooze: `/incident snooze off`."),
    **dict.fromkeys(
        ("handoff", "handover"), "To withdraw a request: `/incident handoff ic none`."
    ),
    **dict.fromkeys(
        ("page", "pages", "paging", "escalation"),
        "To stop paging, acknowledge: `/incident ack`.",
    ),
    **dict.fromkeys(("subscription",), "To stop updates: `/incident unsubscribe`."),
    **dict.fromkeys(("role", "roles"), "To give up a role: `/incident role ic none`."),
    **dict.fromkeys(
        ("update", "updates", "reminder", "reminders"),
        "To hold back reminders: `/incident snooze 20m REASON`.",
    ),
    "merge": "The button *Undo* is in the answer to `merge`, for ten minutes.",
}
# Words that say no or not yet, as `fold` leaves them: alone, and before others.
NOT_YET = (
    *("no", "nope", "nah", "not", "notyet", "notnow", "notquite", "notsure", "never", "dont"),
    *("donot", "wait", "soon", "maybe"),
)
NOT_YET_BEGINS = (["not", "yet"], ["not", "now"], ["not", "quite"], ["maybe", "later"])
NOT_YET_FIRST = (["if"], ["unless"], ["almost"], ["nearly"], ["later"], ["tomorrow"], ["tonight"])
IN = (["in"], ["within"])  # followed by a duration
OPTIONS_MAX = 10  # checkboxes; Slack's limit

NAMES = {stage.value: stage for stage in MAY_FOLLOW if stage is not Stage.MERGED} | {
    "monitoring": Stage.MITIGATED
}
# The word that is meant, by the words for it.
ALSO: dict[str, str] = {
    **{name: name for name in NAMES},
    "canceled": "cancelled",
    **dict.fromkeys(("mitigate", "monitor"), "mitigated"),
    **dict.fromkeys(("resolve", "fixed"), "resolved"),
    **dict.fromkeys(("investigate",), "investigating"),
    **dict.fromkeys(("identify",), "identified"),
    **dict.fromkeys(("close",), "closed"),
    **dict.fromkeys(("cancel",), "cancelled"),
}


@feature.subcommand(
    "status",
    usage="status STAGE",
    help="Set the status: investigating, identified, mitigated, resolved or closed.",
    where={Where.OPEN, Where.RESOLVED},
    group=Group.STATUS,
    example="status identified a bad deploy",
)
def status(request: Request[SlashCommand]) -> Answer:
    word, text = split_word(request.payload.argument)
    stage = NAMES.get(ALSO.get(fold(word), ""))
    if word.endswith("?"):
        stage = None
    if fold(word) == "update":
        raise Refused("To post a status update: `/incident update`.")
    if stage is None:
        known = ", ".join(f"`{name}`" for name in NAMES if name != "monitoring")
        is_known = not word or word.endswith("?")
        which = "Which status?" if is_known else f"Unknown status {quoted(word)}."
        here = request.incident()
        if here.merged:
            raise Refused(is_over(here))
        near = "" if is_known else did_you_mean(word, ALSO, "/incident status {}")
        raise Refused(f"{which} {near}{here.id} is {here.stage}. Use one of {known}.")
    if stage is Stage.CLOSED:
        return close(request)
    _refuse_not_yet(request, text, f"status {stage}")
    return moved(request, ChangeStage(stage, unescape(text).strip()))


@feature.subcommand(
    "mitigate",
    usage="mitigate [TEXT]",
    help="The impact is over; the fix may follow.",
    group=Group.STATUS,
    example="mitigate rolled back",
)
def mitigate(request: Request[SlashCommand]) -> Answer:
    _refuse_not_yet(request, request.payload.argument, "mitigate")
    return moved(request, ChangeStage(Stage.MITIGATED, unescape(request.payload.argument).strip()))


@feature.subcommand(
    "resolve",
    usage="resolve [TEXT]",
    help="It's fixed. Muster drafts the postmortem.",
    group=Group.STATUS,
    example="resolve The pool is as large as before",
)
def resolve(request: Request[SlashCommand]) -> Answer:
    if says_nothing(request.payload.argument):
        return resolve_pressed(request)
    if request.payload.is_question or _is_not_yet(request, request.payload.argument):
        return resolve_pressed(request, unescape(request.payload.argument).strip())
    _refuse_other_things(request.payload.argument, "resolve")
    return moved(request, ChangeStage(Stage.RESOLVED, unescape(request.payload.argument).strip()))


@feature.button("resolve_open")
def resolve_pressed(request: Request, text: str = "") -> Answer:
    incident = request.open_incident()
    if incident.stage is Stage.RESOLVED:
        return Reply(f"{incident.id} is already resolved.")
    return OpenView(resolve_form(incident, clip(text, TEXT_MAX)))


def resolve_form(incident: Incident, text: str = "") -> dict[str, object]:
    example = "Rolled back the 14:02 deploy."
    how = text_input(TEXT_MAX, lines=True, placeholder=example, initial=text)
    return modal(
        "resolve",
        f"Resolve {incident.id}",
        "Resolve",
        [input_block("text", "Resolution", how, optional=True)],
        reference(incident),
    )


@feature.submission("resolve")
def resolve_submitted(request: Request[Submission]) -> Answer:
    text = request.payload.field("text").strip()
    outcome = request.handle(ChangeStage(Stage.RESOLVED, text))
    if text and not outcome.events:  # somebody else was faster; keep the text in the form
        already = f"{outcome.incident.id} is already {outcome.incident.stage}."
        return FieldErrors({"text": f"{already} To post this: /incident update."})
    incident = outcome.incident
    return form_answer(request, with_undo(f"{incident.id} is now {incident.stage}.", outcome))


@feature.subcommand(
    "close",
    usage="close",
    help="Close it once it's stable. Asks you to confirm first.",
    where=Where.RESOLVED,
    group=Group.STATUS,
)
def close(request: Request) -> Answer:
    incident = request.incident()
    if incident.stage is Stage.CLOSED:
        return Reply(f"{incident.id} is already closed.")
    if Stage.CLOSED not in MAY_FOLLOW[incident.stage]:
        request.handle(ChangeStage(Stage.CLOSED))  # raises `Refused` with the reason
    return OpenView(close_form(incident, request.services.clock.now()))


def close_form(incident: Incident, now: datetime) -> dict[str, object]:
    since = incident.reached.get(Stage.RESOLVED, incident.declared_at)
    checks: Block = {
        "type": "checkboxes",
        "options": [option(name, label) for name, label in CHECKS.items()],
    }
    return modal(
        "close",
        f"Close {incident.id}",
        "Close",
        [
            section(f"Resolved {approx(now - since)} ago. Before closing, confirm:"),
            input_block("checks", "Confirmed", checks, optional=True),
            *_tasks(incident),
        ],
        reference(incident),
    )


def _tasks(incident: Incident) -> list[Block]:
    """Checkboxes for the open tasks; unfinished ones don't prevent closing."""
    left = incident.open_tasks
    if not left:
        return []
    asked = [
        option(str(each.number), f"{each.number}. {each.text}") for each in left[:OPTIONS_MAX]
    ]
    more = f" (the first {OPTIONS_MAX} of {len(left)})" if left[OPTIONS_MAX:] else ""
    boxes: Block = {"type": "checkboxes", "options": asked}
    hint = "The others stay open. To see them: /incident task list."
    return [input_block("tasks", f"Completed tasks{more}", boxes, optional=True, hint=hint)]


@feature.button("close")
def close_pressed(request: Request) -> Answer:
    return close(request)


@feature.submission("close")
def close_submitted(request: Request[Submission]) -> Answer:
    done = tuple(int(each) for each in request.payload.checked("tasks") if each.isdecimal())
    checks = tuple(request.payload.checked("checks"))
    outcome = request.handle(ChangeStage(Stage.CLOSED, confirmed=checks, done=done))
    if (done or checks) and not outcome.events:
        incident = outcome.incident
        already = f"{incident.id} is already {incident.stage}, so nothing was saved."
        how = f" To mark a task done: `/incident task done {done[0]}`." if done else ""
        return FieldErrors({"checks": already + how})
    return None


@feature.subcommand(
    "reopen",
    usage="reopen [reason]",
    help="Reopen it in this channel.",
    where={Where.RESOLVED, Where.OVER},
    group=Group.STATUS,
    example="reopen it is back",
)
def reopen(request: Request[SlashCommand]) -> Answer:
    _refuse_not_yet(request, request.payload.argument, "reopen")
    return moved(request, Reopen(unescape(request.payload.argument).strip()))


@feature.subcommand(
    "cancel",
    usage="cancel [reason]",
    help="Cancel a false alarm.",
    group=Group.NOT_ITS_OWN,
    example="cancel a test sent the alert",
)
def cancel(request: Request[SlashCommand]) -> Answer:
    unsure = request.payload.is_question or _is_not_yet(request, request.payload.argument)
    asked = unescape(request.payload.argument).strip() if unsure else ""
    if asked or says_nothing(request.payload.argument):
        incident = request.incident()
        if Stage.CANCELLED not in MAY_FOLLOW[incident.stage]:
            return moved(request, ChangeStage(Stage.CANCELLED))  # raises `Refused` or says so
        return OpenView(cancel_form(incident, clip(asked, TEXT_MAX)))
    _refuse_other_things(request.payload.argument, "cancel")
    return moved(request, ChangeStage(Stage.CANCELLED, unescape(request.payload.argument).strip()))


def _refuse_not_yet(request: Request, words: str, command: str) -> None:
    if _is_not_yet(request, words):
        raise Refused(f"Nothing changed yet. When it's time: `/incident {command}`.")


def _is_not_yet(request: Request, words: str) -> bool:
    """Whether words after a command say that it's too early for it: `resolve not yet`, `resolve in
    10 minutes`. They don't describe what happened."""
    text = unescape(words).strip()
    begins = [fold(word) for word in text.split()[:2]]
    if fold(text) in NOT_YET or begins[:1] in NOT_YET_FIRST or begins in NOT_YET_BEGINS:
        return True
    if begins[:1] not in IN:
        return False
    try:
        read = promise(text, request.services.clock.now(), zone_of(request).zone)
    except NotATime:
        return True
    return read.at is not None or bool(read.unsure)


def _refuse_other_things(words: str, command: str) -> None:
    """Refuse a few words about something else than the incident: `cancel snooze`, `resolve task
    2`."""
    named = [each for each in map(fold, words.split()) if each not in ("the", "my", "this", "a")]
    number = next((each for each in named[1:] if each.isdecimal()), "1")
    if not named or len(named) > FEW or (how := OTHER_THINGS.get(named[0])) is None:
        return
    is_task = "{number}" in how and (len(named) == 1 or named[1].isdecimal())
    if not is_task and ("{number}" in how or command == "resolve"):
        return  # `resolve page loads again`
    end = "done" if command == "resolve" else "drop"
    raise Refused(
        f"Nothing changed. {how.format(end=end, number=number)} To {command} the incident: "
        f"`/incident {command}`."
    )


@feature.submission("cancel")
def cancel_submitted(request: Request[Submission]) -> Answer:
    reason = request.payload.field("reason").strip()
    return form_answer(request, moved(request, ChangeStage(Stage.CANCELLED, reason)))


def cancel_form(incident: Incident, reason: str = "") -> dict[str, object]:
    example = "A test sent the alert."
    why = text_input(TEXT_MAX, lines=True, placeholder=example, initial=reason)
    return modal(
        "cancel",
        f"Cancel {incident.id}",
        "Cancel incident",
        [
            section("For a false alarm. Reminders and pages stop."),
            input_block("reason", "Reason", why, optional=True),
        ],
        reference(incident),
        close="Keep open",  # "Cancel" could mean either
    )


def moved(request: Request, command: ChangeStage | Reopen) -> Reply:
    outcome = request.handle(command)
    incident = outcome.incident
    if not outcome.events:
        return Reply(f"{incident.id} is already {incident.stage}.")
    earlier = "" if isinstance(command, Reopen) else time_in(request, command.stage, command.text)
    return with_undo(f"{incident.id} is now {incident.stage}.{earlier}", outcome)
