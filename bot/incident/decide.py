"""Every command there is, and where it is decided."""

from datetime import datetime
from typing import assert_never

from bot.errors import Refused
from bot.incident import (
    channel,
    escalation,
    handoffs,
    joining,
    leaving,
    lifecycle,
    members,
    merging,
    milestones,
    paging,
    pins,
    roles,
    snoozing,
    tasks,
    updates,
)
from bot.incident.channel import ChannelIsBack, ChannelIsGone, ChannelIsNamed
from bot.incident.escalation import Tick
from bot.incident.events import Event, Stage
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole, WithdrawOffer
from bot.incident.incident import OVER, Incident
from bot.incident.joining import Join
from bot.incident.leaving import LeaveWorkspace
from bot.incident.lifecycle import ChangeSeverity, ChangeStage, Declare, Reopen
from bot.incident.members import SomebodyJoined, SomebodyLeft
from bot.incident.merging import EndIn, TakeIn
from bot.incident.milestones import CorrectMilestone
from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.incident.roles import EmptyRole, GiveRole
from bot.incident.snoozing import Snooze
from bot.incident.tasks import AddTask, DropTask, FinishTask, GiveTask, ReopenTask
from bot.incident.timers import TIMERS
from bot.incident.updates import AskPostmortem, Note, PostUpdate
from bot.paging.commands import Acknowledge, EscalateNow, Page
from bot.streams.actor import ByClock
from bot.streams.kind import Context

Command = (
    Declare
    | ChangeSeverity
    | ChangeStage
    | Reopen
    | GiveRole
    | EmptyRole
    | OfferRole
    | WithdrawOffer
    | AcceptRole
    | DeclineRole
    | LeaveWorkspace
    | PostUpdate
    | Snooze
    | Note
    | Join
    | Acknowledge
    | Page
    | EscalateNow
    | AskPostmortem
    | CorrectMilestone
    | PinMessage
    | UnpinMessage
    | FollowEdit
    | FollowDeletion
    | AddTask
    | GiveTask
    | FinishTask
    | DropTask
    | ReopenTask
    | TakeIn
    | EndIn
    | ChannelIsNamed
    | ChannelIsGone
    | ChannelIsBack
    | SomebodyJoined
    | SomebodyLeft
    | Tick
)

WHEN_OVER = (
    *(ChangeStage, Reopen, AskPostmortem, CorrectMilestone, Join, Tick),
    *(PinMessage, UnpinMessage, FollowEdit, FollowDeletion),
    *(AddTask, GiveTask, FinishTask, DropTask, ReopenTask),
    *(ChannelIsNamed, ChannelIsGone, ChannelIsBack, SomebodyJoined, SomebodyLeft),
)


WHEN_MERGED = (
    *(PinMessage, UnpinMessage, FollowEdit, FollowDeletion, Tick),
    *(ChannelIsNamed, ChannelIsGone, ChannelIsBack, SomebodyJoined, SomebodyLeft),
)


def is_over(incident: Incident) -> str:
    """Why nothing more can be asked of it, and what can."""
    if incident.merged:
        return merging.went_on(incident)
    return f"{incident.id} is {incident.stage}. To open it again: `/incident reopen [reason]`."


def decide(incident: Incident, command: Command, now: datetime, by: str) -> list[Event]:
    """What happens when `by` asks `command` of `incident` at `now`.

    No news is an empty list. Raises `Refused` for what may not be; nothing happens then.
    """
    return escalation.under_rule(incident, _decide(incident, command, now, by))


def _decide(incident: Incident, command: Command, now: datetime, by: str) -> list[Event]:
    may_be = WHEN_MERGED if incident.merged else WHEN_OVER
    if incident.stage in OVER and not isinstance(command, may_be):
        raise Refused(is_over(incident))
    match command:
        case Declare():
            assert incident.stage is Stage.NEW
            return lifecycle.declare(command)
        case ChangeSeverity():
            return lifecycle.change_severity(incident, command)
        case ChangeStage():
            return lifecycle.change_stage(incident, command)
        case Reopen():
            return lifecycle.reopen(incident, command)
        case GiveRole():
            return roles.give(incident, command, by)
        case EmptyRole():
            return roles.empty(incident, command)
        case OfferRole():
            return handoffs.offer(incident, command, by)
        case WithdrawOffer():
            return handoffs.withdraw(incident, command)
        case AcceptRole():
            return handoffs.accept(incident, command, by)
        case DeclineRole():
            return handoffs.decline(incident, command, by)
        case LeaveWorkspace():
            return leaving.left(incident, command)
        case PostUpdate():
            return updates.post(incident, command, by)
        case Snooze():
            return snoozing.snooze(incident, command)
        case Note():
            return updates.note(command)
        case Join():
            return joining.join(incident, command)
        case Acknowledge():
            return updates.acknowledge(incident, by)
        case Page():
            return paging.page(incident, command)
        case EscalateNow():
            return escalation.at_once(incident, command, now)
        case AskPostmortem():
            return updates.ask_postmortem()
        case CorrectMilestone():
            return milestones.correct(incident, command, now)
        case PinMessage():
            return pins.pin(incident, command, by)
        case UnpinMessage():
            return pins.unpin(incident, command, by)
        case FollowEdit():
            return pins.edited(incident, command)
        case FollowDeletion():
            return pins.deleted(incident, command)
        case AddTask():
            return tasks.add(incident, command)
        case GiveTask():
            return tasks.give(incident, command)
        case FinishTask():
            return tasks.finish(incident, command)
        case DropTask():
            return tasks.drop(incident, command)
        case ReopenTask():
            return tasks.reopen(incident, command)
        case TakeIn():
            return merging.take_in(incident, command)
        case EndIn():
            return merging.end_in(incident, command)
        case ChannelIsNamed():
            return channel.named(incident, command)
        case ChannelIsGone():
            return channel.gone(incident, command)
        case ChannelIsBack():
            return channel.back(incident)
        case SomebodyJoined():
            return members.joined(incident, command)
        case SomebodyLeft():
            return members.left(incident, command)
        case Tick(on_call):
            context = Context(now, ByClock(), on_call)
            return [event for timer in TIMERS for event in timer.fire(incident, context)]
        case never:
            assert_never(never)
