"""Where it stands: `status`, and a verb for each way from declared to closed."""

from datetime import datetime

from bot.errors import Refused
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.lifecycle import CHECKS, MAY_FOLLOW, ChangeStage, Reopen
from bot.incident.words import TEXT_MAX
from bot.listeners.ask import Answer, Ask, Invalid, Open, Words
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import SlashCommand, Submission, split_word
from bot.messages.shape import Block, field_, modal, option, section, text_input
from bot.messages.text import ago, plain, quoted

feature = Feature()

OPTIONS_MAX = 10  # of checkboxes, by Slack's rules

NAMES = {stage.value: stage for stage in MAY_FOLLOW if stage is not Stage.MERGED} | {
    "monitoring": Stage.MITIGATED
}


@feature.verb(
    "status",
    usage="status STAGE",
    help="Say where it stands: investigating, identified, mitigated, resolved, closed.",
    where={Where.OPEN, Where.RESOLVED},
)
def status(ask: Ask[SlashCommand]) -> Answer:
    word, text = split_word(ask.payload.argument)
    stage = NAMES.get(word.casefold())
    if stage is None:
        known = ", ".join(f"`{name}`" for name in NAMES if name != "monitoring")
        which = f"There is no stage {quoted(word)}." if word else "Which stage?"
        here = ask.incident()
        raise Refused(f"{which} {here.id} is {here.stage}; say one of {known}.")
    if stage is Stage.CLOSED:
        return close(ask)
    return moved(ask, ChangeStage(stage, plain(text).strip()))


@feature.verb("mitigate", usage="mitigate", help="The impact is over; the fix may follow.")
def mitigate(ask: Ask[SlashCommand]) -> Answer:
    return moved(ask, ChangeStage(Stage.MITIGATED, plain(ask.payload.argument).strip()))


@feature.verb(
    "resolve", usage="resolve [TEXT]", help="It is fixed. The postmortem draft follows at once."
)
def resolve(ask: Ask[SlashCommand]) -> Answer:
    return moved(ask, ChangeStage(Stage.RESOLVED, plain(ask.payload.argument).strip()))


@feature.button("resolve_open")
def resolve_pressed(ask: Ask) -> Answer:
    incident = ask.going_on()
    if incident.stage is Stage.RESOLVED:
        return Words(f"{incident.id} is resolved already.")
    return Open(resolve_view(incident))


def resolve_view(incident: Incident) -> dict[str, object]:
    how = text_input(TEXT_MAX, lines=True, placeholder="Rolled back the 14:02 deploy.")
    return modal(
        "resolve",
        f"Resolve {incident.id}",
        "Resolve",
        [field_("text", "What fixed it?", how, optional=True)],
        {"incident": incident.id},
    )


@feature.submission("resolve")
def resolve_submitted(ask: Ask[Submission]) -> Answer:
    text = ask.payload.field("text").strip()
    outcome = ask.handle(ChangeStage(Stage.RESOLVED, text))
    if text and not outcome.events:  # somebody was faster: what was written stays in the form
        already = f"{outcome.incident.id} is {outcome.incident.stage} already."
        return Invalid({"text": f"{already} To tell this, too: `/incident update`."})
    return None


@feature.verb(
    "close",
    usage="close",
    help="It is stable and over; asks for what that means first.",
    where=Where.RESOLVED,
)
def close(ask: Ask) -> Answer:
    incident = ask.incident()
    if incident.stage is Stage.CLOSED:
        return Words(f"{incident.id} is closed already.")
    if Stage.CLOSED not in MAY_FOLLOW[incident.stage]:
        ask.handle(ChangeStage(Stage.CLOSED))  # refuses, and says why
    return Open(close_view(incident, ask.house.clock.now()))


def close_view(incident: Incident, now: datetime) -> dict[str, object]:
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
            section(f"Resolved {ago(now - since)} ago. What do you know to be so?"),
            field_("checks", "Confirmed", checks, optional=True),
            *_tasks(incident),
        ],
        {"incident": incident.id},
    )


def _tasks(incident: Incident) -> list[Block]:
    """The open tasks, asked about; what isn't done keeps nothing from being closed."""
    left = incident.open_tasks
    if not left:
        return []
    asked = [
        option(str(each.number), f"{each.number}. {each.text}") for each in left[:OPTIONS_MAX]
    ]
    more = f" (the first {OPTIONS_MAX} of {len(left)})" if left[OPTIONS_MAX:] else ""
    boxes: Block = {"type": "checkboxes", "options": asked}
    hint = "The others stay open; /incident task list shows them."
    return [field_("tasks", f"Which tasks are done?{more}", boxes, optional=True, hint=hint)]


@feature.button("close")
def close_pressed(ask: Ask) -> Answer:
    return close(ask)


@feature.submission("close")
def close_submitted(ask: Ask[Submission]) -> Answer:
    done = tuple(int(each) for each in ask.payload.checked("tasks") if each.isdecimal())
    checks = tuple(ask.payload.checked("checks"))
    outcome = ask.handle(ChangeStage(Stage.CLOSED, confirmed=checks, done=done))
    if (done or checks) and not outcome.events:
        incident = outcome.incident
        already = f"{incident.id} is {incident.stage} already; nothing of this is noted."
        how = f" What is done: `/incident task done {done[0]}`." if done else ""
        return Invalid({"checks": already + how})
    return None


@feature.verb(
    "reopen",
    usage="reopen [reason]",
    help="It is back: go on in this channel.",
    where={Where.RESOLVED, Where.OVER},
)
def reopen(ask: Ask[SlashCommand]) -> Answer:
    return moved(ask, Reopen(plain(ask.payload.argument).strip()))


@feature.verb("cancel", usage="cancel [reason]", help="It was a false alarm.")
def cancel(ask: Ask[SlashCommand]) -> Answer:
    return moved(ask, ChangeStage(Stage.CANCELLED, plain(ask.payload.argument).strip()))


def moved(ask: Ask, command: ChangeStage | Reopen) -> Words:
    outcome = ask.handle(command)
    incident = outcome.incident
    if not outcome.events:
        return Words(f"{incident.id} is {incident.stage} already.")
    return Words(f"{incident.id} is {incident.stage} now.")
