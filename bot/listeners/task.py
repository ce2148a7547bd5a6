"""What is left to do: `/incident task Restart the pods @bob by 14:30`, and a message's menu."""

from datetime import UTC, datetime, tzinfo
from typing import assert_never

from bot.errors import Refused
from bot.incident.deadlines import EXAMPLES, NotADeadline, split
from bot.incident.decide import is_over
from bot.incident.events import TaskAdded
from bot.incident.incident import Incident
from bot.incident.tasks import (
    TASK_MAX,
    AddTask,
    DropTask,
    FinishTask,
    GiveTask,
    ReopenTask,
    made_of,
    numbered,
    which,
)
from bot.listeners.ask import Answer, Ask, Invalid, Open, Words
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import BlockAction, MessageShortcut, SlashCommand, Submission
from bot.listeners.names import nobody_known
from bot.listeners.task_text import (
    HOW,
    End,
    Give,
    ListTasks,
    Unclear,
    Which,
    leading_number,
    new,
    read,
)
from bot.messages.shape import Block, field_, modal, text_input
from bot.messages.task import listing
from bot.messages.text import clip, escape, mention, moment, plain

feature = Feature()

NOT_US = "Muster does no tasks: choose somebody who can act."


@feature.verb(
    "task",
    usage="task TEXT [@user] [due]",
    help="Something to do, for whom, until when; `task list`, `task done N`, `task N @user`.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    match read(ask.payload.argument, ask.house.clock.now(), ask.house.zone):
        case ListTasks():
            return listed(ask)
        case Which(verb):
            raise Refused(f"Which task? Say `/incident task {verb} 1`; {which(ask.incident())}")
        case FinishTask() | DropTask() | ReopenTask() as command:
            return ended(ask, command)
        case Give(number, to):
            return given(ask, GiveTask(number, ask.user if to == "me" else to))
        case Unclear(number, word):
            raise Refused(_whose(number, word, ask))
        case AddTask() as command:
            return added(ask, command)
        case never:
            assert_never(never)


@feature.button("task_done")
def pressed(ask: Ask[BlockAction]) -> Answer:
    said = ask.payload.data
    number, _ = leading_number(str(said.get("task", "")))
    ended(ask, FinishTask(number or 0))
    return None  # the message shows what became of it


@feature.message_shortcut("task_from_message")
def chosen(ask: Ask[MessageShortcut]) -> Answer:
    """The form, with what the message says; or the task that was made of it."""
    if ask.of_the_channel() is None:
        raise Refused(
            "Only a message in an incident's channel can be made a task; "
            "this channel is no incident's."
        )
    incident, source = ask.incident(), f"{ask.channel}/{ask.payload.message.ts}"
    if incident.merged:
        raise Refused(is_over(incident))
    if made := made_of(incident, source):
        return Words(f"That is task {made.number} of {incident.id} already.")
    return Open(view(incident, asked_for(ask, source), ask.house.zone))


@feature.submission("task")
def submitted(ask: Ask[Submission]) -> Answer:
    text, owner, until = (ask.payload.field(name) for name in ("text", "user", "due"))
    if not text.strip():
        return Invalid({"text": "Say what is to be done."})
    if owner == ask.house.identity.bot_user:
        return Invalid({"user": NOT_US})
    try:
        rest, due = split(until, ask.house.clock.now(), ask.house.zone)
    except NotADeadline as unclear:
        return Invalid({"due": _bare(f"{unclear}.")})
    if rest:
        return Invalid({"due": _bare(f"That is no time; write {EXAMPLES}.")})
    ask.handle(AddTask(text, owner, due, ask.payload.metadata.get("source", "")))
    return None


def view(incident: Incident, command: AddTask, zone: tzinfo) -> dict[str, object]:
    until = f"{command.due.astimezone(zone):%Y-%m-%d %H:%M}" if command.due else ""
    people: Block = {"type": "users_select", "initial_user": command.owner}
    due = text_input(60, initial=until, placeholder="30m, 14:30, tomorrow, 2026-11-24")
    text = text_input(TASK_MAX, initial=clip(command.text, TASK_MAX))
    return modal(
        "task",
        f"A task of {incident.id}",
        "Add",
        [
            field_("text", "What is to be done?", text),
            field_("user", "By whom?", people, optional=True),
            field_("due", "Until when?", due, optional=True),
        ],
        {"incident": incident.id, "source": command.source},
    )


def asked_for(ask: Ask[MessageShortcut], source: str) -> AddTask:
    """What a message seems to ask for: of whom it names, else of whoever wrote it."""
    written = datetime.fromtimestamp(float(ask.payload.message.ts), UTC)
    text = ask.payload.message.text.partition("\n")[0]
    try:
        command = new(text, written, ask.house.zone)
    except NotADeadline:
        command = AddTask(plain(text))
    bot = ask.house.identity.bot_user
    people = (command.owner, ask.payload.message.user or "", ask.user)
    owner = next(each for each in people if each not in ("", bot))
    ahead = command.due and command.due > ask.house.clock.now()
    due = command.due if ahead else None
    return AddTask(command.text, owner, due, source)


def added(ask: Ask, command: AddTask) -> Words:
    _can_act(command.owner, ask)
    if not command.text.strip():
        raise Refused(f"Say what is to be done, {HOW}. {which(ask.incident())}")
    written = ask.handle(command).events[0]
    event = written.event
    assert isinstance(event, TaskAdded)
    whose = f"for {_called(event.owner, ask)}" if event.owner else "nobody's yet"
    due = event.due and moment(event.due, ask.house.zone, seen=written.at)
    when = f"due {due}" if due else "without a due date"
    then = "" if event.owner else f" `/incident task {event.number} @name` gives it to somebody."
    return Words(f"*Task {event.number}* is on the list, {whose}, {when}.{then}")


def given(ask: Ask, command: GiveTask) -> Words:
    _can_act(command.owner, ask)
    already = "" if ask.handle(command).events else " already"
    return Words(
        f"Task {command.number} is {_called(command.owner, ask, whose=True)} now{already}."
    )


def ended(ask: Ask, command: End) -> Words:
    outcome = ask.handle(command)
    task = outcome.incident.tasks[command.number]
    if not task.ended:
        again = "again" if outcome.events else "already"
        return Words(f"Task {task.number} is open {again}.")
    how = "dropped" if task.dropped else "done"
    if outcome.events:
        return Words(f"Task {task.number} is {how}.")
    return Words(
        f"Task {task.number} is {how} already: {_called(task.ended.by, ask)} said so "
        f"at {_at(task.ended.at, ask)}."
    )


def _whose(number: int, word: str, ask: Ask) -> str:
    """What to say instead of `/incident task 1`, and of `/incident task 1 bob`."""
    task = numbered(ask.incident(), number)
    if not word:
        return (
            f"What of task {number} ({escape(task.text)})? `/incident task {number} @name` gives "
            f"it to somebody, `/incident task done {number}` says that it is done."
        )
    if word.casefold() in ("none", "nobody"):
        return (
            f"Somebody has to do task {number} ({escape(task.text)}): name them, or say why not: "
            f"`/incident task drop {number} [reason]`."
        )
    return nobody_known(word, f"/incident task {number} {{}}")


def _can_act(owner: str, ask: Ask) -> None:
    if owner == ask.house.identity.bot_user:
        raise Refused(NOT_US)


def listed(ask: Ask) -> Words:
    incident, voice = ask.incident(), ask.house.voice()
    if incident.merged:
        raise Refused(is_over(incident))
    if not incident.tasks:
        return Words(which(incident))
    shown = listing(incident, voice)
    return Words(shown.text, shown.blocks)


def _called(user: str, ask: Ask, *, whose: bool = False) -> str:
    if user == ask.user:
        return "yours" if whose else "you"
    return f"{mention(user)}'s" if whose else mention(user)


def _at(at: datetime, ask: Ask) -> str:
    return moment(at, ask.house.zone, seen=ask.house.clock.now())


def _bare(text: str) -> str:
    """For under an input, where Slack shows no code."""
    return text.replace("`", "")
