"""The form of a task, new or to be changed."""

from bot.incident.incident import Incident
from bot.incident.tasks import TASK_MAX
from bot.incident.text_limits import TEXT_MAX
from bot.incident.when import written
from bot.listeners.task_text import New
from bot.listeners.typist import TypistZone
from bot.messages.blocks import Block, input_block, modal, reference, text_input

DUE_MAX = 60  # characters


def task_form(
    incident: Incident, asked: New, here: TypistZone, number: int = 0
) -> dict[str, object]:
    """The form, with all that was understood; what wasn't stands in its field, and why below.
    `number`: of the task to change; 0 for a new one."""
    command = asked.command
    until = written(command.due, here.zone) if command.due else asked.due_typed
    hint = plain(f"{asked.unclear}. Times are in {here.label()}.".removeprefix(". "))
    people: Block = {"type": "users_select"}
    if command.owner:
        people["initial_user"] = command.owner
    due = text_input(DUE_MAX, initial=until, placeholder="30m, 14:30, tomorrow, 2026-11-24")
    size = len(command.text)
    text = text_input(TEXT_MAX if size > TASK_MAX else TASK_MAX, initial=command.text)
    long = f"This has {size:,} characters; at most {TASK_MAX} fit." if size > TASK_MAX else ""
    kept = {"task": str(number)} if number else {"source": command.source}
    return modal(
        "task",
        f"Task {number} of {incident.id}" if number else f"New task for {incident.id}",
        "Save" if number else "Add task",
        [
            input_block("text", "Task", text, hint=long),
            input_block("user", "Owner", people, optional=True),
            input_block("due", "Due", due, optional=True, hint=hint),
        ],
        reference(incident, **kept),
    )


def plain(text: str) -> str:
    """For field errors, which can't show code."""
    return text.replace("`", "")
