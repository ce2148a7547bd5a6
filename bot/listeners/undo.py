"""The button that undoes what was just typed."""

from bot.incident.events import (
    PageWithdrawn,
    SeverityChanged,
    SnoozeEnded,
    StageRestored,
    SummaryChanged,
    TaskCancelled,
    TaskCorrected,
    TaskReopened,
    TitleChanged,
)
from bot.incident.undoing import UNDOABLE, Undo
from bot.incidents import Outcome
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction
from bot.listeners.request import Answer, Reply, Request
from bot.messages.blocks import Block, actions, button, section, value_of
from bot.messages.text import escape, join_and, mention

feature = Feature()


@feature.button("undo")
def pressed(request: Request[BlockAction]) -> Answer:
    number = request.payload.data.get("event")
    outcome = request.handle(Undo(number if isinstance(number, int) else 0))
    return Reply(f"Undone: {_now(outcome)}.", replace_original=True)


def with_undo(text: str, outcome: Outcome, *buttons: Block) -> Reply:
    """The answer to a command, with a button that undoes it, and others."""
    done = next((each for each in outcome.events if isinstance(each.event, UNDOABLE)), None)
    if done is None:
        return Reply(text, [section(text), actions(*buttons)] if buttons else None)
    value = value_of(outcome.incident, event=done.seq)
    return Reply(text, [section(text), actions(*buttons, button("Undo", "undo", value))])


def _now(outcome: Outcome) -> str:
    incident = outcome.incident
    match outcome.events[0].event if outcome.events else None:
        case StageRestored(stage):
            return f"{incident.id} is {stage} again"
        case SeverityChanged(severity):
            return f"{incident.id} is {severity} again"
        case TitleChanged(title):
            return f"{incident.id} is *{escape(title)}* again"
        case SummaryChanged():
            return f"{incident.id} has its earlier summary again"
        case TaskCancelled(number):
            return f"task {number} is cancelled"
        case TaskCorrected(number):
            return f"task {number} is as before"
        case TaskReopened(number):
            return f"task {number} is open again"
        case PageWithdrawn():
            pages = (each.event for each in outcome.events)
            people = [mention(each.user) for each in pages if isinstance(each, PageWithdrawn)]
            return f"the page to {join_and(people)} is withdrawn"
        case SnoozeEnded():
            return f"{incident.id} isn't snoozed by that any more"
        case _:
            return f"{incident.id} is as before"
