"""Change a task: its text, its owner, its due time."""

from bot.errors import Refused
from bot.incident.tasks import TASK_MAX, AddTask, AssignTask, ChangeTask, numbered
from bot.listeners.can_act import refuse_others
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction
from bot.listeners.request import Answer, OpenView, Reply, Request
from bot.listeners.task_form import task_form
from bot.listeners.task_text import Edit, New, leading_number
from bot.listeners.typist import TypistZone
from bot.listeners.undo import with_undo
from bot.messages.blocks import Block, button, value_of
from bot.messages.text import escape, mention, moment

feature = Feature()

NOT_US = "Muster can't own a task. Choose a person."


def edited(request: Request, asked: Edit, here: TypistZone) -> Answer:
    """Change a task as it was typed; without words, the form asks."""
    task, new = numbered(request.incident(), asked.number), asked.new
    if new is None and not asked.undated:
        now = New(AddTask(task.text, task.owner, task.due, task.source))
        return OpenView(task_form(request.incident(), now, here, task.number))
    command = new.command if new else AddTask("")
    if new and (new.unclear or len(command.text) > TASK_MAX):
        text, owner = command.text or task.text, command.owner or task.owner
        again = New(AddTask(text, owner, command.due), None, new.due_typed, new.unclear)
        return OpenView(task_form(request.incident(), again, here, task.number))
    note = check_owner(command.owner, request)
    outcome = request.handle(
        ChangeTask(task.number, command.text, command.owner, command.due, asked.undated)
    )
    after = outcome.incident.tasks[task.number]
    due = moment(after.due, here.zone, seen=request.services.clock.now()) if after.due else ""
    how = here.how(new.due) if new and new.due else ""
    facts = [f"due {due}{how}"] if due else ["no due time"]
    facts += [f"for {called(after.owner, request)}"] if after.owner else ["unassigned"]
    now_ = "now" if outcome.events else "already"
    text = f"*Task {task.number}* is {now_}: {escape(after.text)} ({', '.join(facts)}).{note}"
    only = len(outcome.events) == 1  # one button can't undo both another owner and another text
    return with_undo(text, outcome) if only else Reply(text)


@feature.button("task_assign")
def offered(request: Request[BlockAction]) -> Answer:
    """Assign it to the person who stands in its text."""
    said = request.payload.data
    number, _ = leading_number(str(said.get("task", "")))
    return assigned(request, AssignTask(number or 0, str(said.get("owner", ""))))


def assign_button(request: Request, number: int, user: str) -> Block | None:
    """The button that assigns a task to a person in its text; None for Muster itself."""
    if user == request.services.identity.bot_user:
        return None
    profile = request.services.people.ask([user])[user]
    name = f"@{profile.name}" if profile and profile.name else "them"
    value = value_of(request.incident(), task=number, owner=user)
    return button(f"Assign to {name}", "task_assign", value)


def assigned(request: Request, command: AssignTask) -> Reply:
    note = check_owner(command.owner, request)
    now = "now" if request.handle(command).events else "already"
    whose = called(command.owner, request, whose=True)
    return Reply(f"Task {command.number} is {now} {whose}.{note}")


def check_owner(owner: str, request: Request) -> str:
    """The sentences to add to the answer about the owner. Raises `Refused` if they can't act."""
    if owner == request.services.identity.bot_user:
        raise Refused(NOT_US)
    return refuse_others(request, owner) if owner else ""


def called(user: str, request: Request, *, whose: bool = False) -> str:
    if user == request.user:
        return "yours" if whose else "you"
    return f"{mention(user)}'s" if whose else mention(user)
