"""Manage tasks: `/incident task Restart the pods @bob by 14:30`, and the message shortcut."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import assert_never

from bot.errors import Refused
from bot.incident.decide import is_over
from bot.incident.events import TaskAdded
from bot.incident.tasks import (
    TASK_MAX,
    AddTask,
    AssignTask,
    CancelTask,
    ChangeTask,
    FinishTask,
    ReopenTask,
    made_of,
    numbered,
    which,
)
from bot.incident.when import NotATime, find_unread, only_future
from bot.listeners.can_act import check, field_error
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.form_answer import form_answer
from bot.listeners.inbound import BlockAction, MessageShortcut, SlashCommand, Submission
from bot.listeners.mention_hints import nobody_known
from bot.listeners.request import Answer, FieldErrors, OpenView, Reply, Request
from bot.listeners.task_change import NOT_US, assign_button, assigned, called, check_owner, edited
from bot.listeners.task_form import plain, task_form
from bot.listeners.task_text import (
    HOW,
    Assign,
    Edit,
    End,
    ListTasks,
    New,
    Unclear,
    Which,
    leading_number,
    new,
    parse_task,
)
from bot.listeners.typist import TypistZone, zone_of
from bot.listeners.undo import with_undo
from bot.messages.task import listing
from bot.messages.text import clip, escape, moment
from bot.postmortem.redaction import redact
from bot.slack_message.plain import unmarked

feature = Feature()


@feature.subcommand(
    "task",
    usage="task TEXT [@user] [due]",
    help="Add a task, with owner and due time. Also: `task list`, `task done N`, `task N @user`.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.SAY,
    example="task Add an alert for the pool @dan friday",
    about=About.ASKED,
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    """Do what the words say; without words, the form asks."""
    here = zone_of(request)
    if not request.payload.argument:
        incident = request.incident()
        if incident.merged:
            raise Refused(is_over(incident))
        return OpenView(task_form(incident, New(AddTask("")), here))
    match parse_task(request.payload.argument, request.services.clock.now(), here.zone):
        case ListTasks():
            return listed(request)
        case Which(action):
            raise Refused(
                f"Which task? Use `/incident task {action} 1`. {which(request.incident())}"
            )
        case FinishTask() | CancelTask() | ReopenTask() as command:
            return ended(request, command)
        case Assign(number, to):
            return assigned(request, AssignTask(number, request.user if to == "me" else to))
        case Unclear(number, word):
            raise Refused(_whose(number, word, request))
        case Edit() as edit:
            return edited(request, edit, here)
        case New(unclear=str(unclear)) as asked if unclear:
            return OpenView(task_form(request.incident(), asked, here))
        case New() as asked:
            return added(request, asked, here)
        case never:
            assert_never(never)


@feature.button("task_done")
def pressed(request: Request[BlockAction]) -> Answer:
    said = request.payload.data
    number, _ = leading_number(str(said.get("task", "")))
    ended(request, FinishTask(number or 0))
    return None  # the message shows its outcome


@feature.message_shortcut("task_from_message")
def chosen(request: Request[MessageShortcut]) -> Answer:
    """The form filled in from the message, or the task that was made from it."""
    if request.channel_incident() is None:
        raise Refused(
            "This isn't an incident channel. "
            "Only messages in an incident channel can become tasks."
        )
    incident, source = request.incident(), request.payload.message.place_in(request.channel)
    if incident.merged:
        raise Refused(is_over(incident))
    if made := made_of(incident, source):
        return Reply(f"That's already task {made.number} of {incident.id}.")
    return OpenView(task_form(incident, asked_for(request, source), zone_of(request)))


@feature.submission("task")
def submitted(request: Request[Submission]) -> Answer:
    text, owner, until = (request.payload.field(name) for name in ("text", "user", "due"))
    if not text.strip():
        return FieldErrors({"text": "Say what to do."})
    if owner == request.services.identity.bot_user:
        return FieldErrors({"user": NOT_US})
    if owner and (why_not := field_error(request, owner)):
        return FieldErrors({"user": why_not})
    try:
        due = only_future(until, request.services.clock.now(), zone_of(request).zone)
    except NotATime as unclear:
        return FieldErrors({"due": plain(f"{unclear}.")})
    at = due.at if due else None
    if number := leading_number(request.payload.metadata.get("task", ""))[0]:
        request.handle(ChangeTask(number, text, owner, at, undated=at is None))
        return form_answer(request, Reply(f"Task {number} saved."))
    source = request.payload.metadata.get("source", "")
    outcome = request.handle(AddTask(text, owner, at, source))
    number = len(outcome.incident.tasks)
    return form_answer(request, with_undo(f"*Task {number}* added.", outcome))


def asked_for(request: Request[MessageShortcut], source: str) -> New:
    """The task that a message seems to request: its text, for the person it mentions, else for its
    author, in whose zone its times are."""
    message = request.payload.message
    sent = datetime.fromtimestamp(float(message.ts), UTC)
    found = new(redact(unmarked(message.title)).text, sent, zone_of(request, message.person).zone)
    command = found.command
    bot = request.services.identity.bot_user
    people = (command.owner, request.payload.message.person, request.user)
    able = check(request, [each for each in people if each not in ("", bot)]).able
    owner = able[0]  # at least the person who asks
    ahead = command.due and command.due > request.services.clock.now()
    due, text = command.due if ahead else None, clip(command.text, TASK_MAX)
    return replace(found, command=AddTask(text, owner, due, source))


def added(request: Request, asked: New, here: TypistZone) -> Answer:
    command = asked.command
    if len(command.text) > TASK_MAX:  # a form keeps the words
        return OpenView(task_form(request.incident(), asked, here))
    note = check_owner(command.owner, request)
    if not command.text.strip():
        raise Refused(f"Say what to do, {HOW}. {which(request.incident())}")
    outcome = request.handle(command)
    stored = outcome.events[0]
    event = stored.event
    assert isinstance(event, TaskAdded)
    whose = f"for {called(event.owner, request)}" if event.owner else "unassigned"
    due = event.due and moment(event.due, here.zone, seen=stored.at)
    how = here.how(asked.due) if asked.due else ""
    when = f", due {due}{how}" if due else _not_read(request, command, here)
    offer = assign_button(request, event.number, asked.mentioned) if asked.mentioned else None
    then = f" To assign it: `/incident task {event.number} @name`."
    then = "" if event.owner or offer else then
    text = f"*Task {event.number}* added ({whose}{when}).{then}{note}"
    return with_undo(text, outcome, *filter(None, [offer]))


def _not_read(request: Request, command: AddTask, here: TypistZone) -> str:
    """The note on a time within the text, or on one at its end that isn't clear."""
    unread = find_unread(command.text, request.services.clock.now(), here.zone)
    if not unread:
        return ""
    is_last = command.text.rstrip(" .,;:!").endswith(unread)
    how = "write a due time like" if is_last else "a due time goes at the end, like"
    return f"; “{escape(unread)}” is part of the text, {how} `by 18:00`"


def ended(request: Request, command: End) -> Reply:
    outcome = request.handle(command)
    task = outcome.incident.tasks[command.number]
    if not task.ended:
        again = "open again" if outcome.events else "already open"
        return Reply(f"Task {task.number} is {again}.")
    how = "dropped" if task.cancelled else "done"
    if outcome.events:
        return with_undo(f"Task {task.number} is now {how}.", outcome)
    return Reply(
        f"Task {task.number} is already {how} (by {called(task.ended.by, request)} "
        f"at {_at(task.ended.at, request)})."
    )


def _whose(number: int, word: str, request: Request) -> str:
    """The reply to `/incident task 1`, and to `/incident task 1 bob`."""
    task = numbered(request.incident(), number)
    if not word:
        return (
            f"Task {number}: {escape(task.text)}. To assign it: `/incident task {number} @name`. "
            f"To move its due time: `/incident task {number} by friday`. To change its text: "
            f"`/incident task edit {number}`. To mark it done: `/incident task done {number}`."
        )
    if word.casefold() in ("none", "nobody"):
        return (
            f"Task {number} ({escape(task.text)}) needs an owner. Name someone, or drop it: "
            f"`/incident task drop {number} [reason]`."
        )
    return nobody_known(word, f"/incident task {number} {{}}")


def listed(request: Request) -> Reply:
    incident, ctx = request.incident(), request.services.render_context()
    if incident.merged:
        raise Refused(is_over(incident))
    if not incident.tasks:
        return Reply(which(incident))
    shown = listing(incident, ctx)
    return Reply(shown.text, shown.blocks)


def _at(at: datetime, request: Request) -> str:
    return moment(at, zone_of(request).zone, seen=request.services.clock.now())
