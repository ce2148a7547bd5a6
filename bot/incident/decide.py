"""The table of commands and where each one is decided."""

from datetime import datetime
from typing import assert_never

from bot.errors import Refused
from bot.incident import (
    channel,
    deactivation,
    duplicates,
    escalation,
    handoffs,
    lifecycle,
    members,
    merging,
    milestones,
    paging,
    pins,
    roles,
    snoozing,
    subscriptions,
    tasks,
    updates,
)
from bot.incident.channel import RecordChannelBack, RecordChannelLost, RecordChannelName
from bot.incident.deactivation import LeaveWorkspace
from bot.incident.duplicates import Join
from bot.incident.escalation import Tick
from bot.incident.events import Event, Stage
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole, WithdrawOffer
from bot.incident.incident import OVER, Incident
from bot.incident.lifecycle import ChangeSeverity, ChangeStage, Declare, Reopen
from bot.incident.members import RecordJoin, RecordLeave
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.milestones import CorrectMilestone
from bot.incident.pins import FollowDeletion, FollowEdit, PinMessage, UnpinMessage
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.snoozing import Snooze
from bot.incident.subscriptions import ConfirmSubscription, EndSubscription, Subscribe, Unsubscribe
from bot.incident.tasks import AddTask, AssignTask, CancelTask, FinishTask, ReopenTask
from bot.incident.timers import TIMERS
from bot.incident.updates import AddNote, PostUpdate, RequestPostmortem
from bot.paging.commands import Acknowledge, EscalateNow, Page
from bot.streams.actor import ByClock
from bot.streams.kind import Context

Command = (
    Declare
    | ChangeSeverity
    | ChangeStage
    | Reopen
    | AssignRole
    | UnassignRole
    | OfferRole
    | WithdrawOffer
    | AcceptRole
    | DeclineRole
    | LeaveWorkspace
    | PostUpdate
    | Snooze
    | AddNote
    | Join
    | Acknowledge
    | Page
    | EscalateNow
    | RequestPostmortem
    | CorrectMilestone
    | PinMessage
    | UnpinMessage
    | FollowEdit
    | FollowDeletion
    | AddTask
    | AssignTask
    | FinishTask
    | CancelTask
    | ReopenTask
    | AbsorbIncident
    | CloseAsMerged
    | RecordChannelName
    | RecordChannelLost
    | RecordChannelBack
    | RecordJoin
    | RecordLeave
    | Subscribe
    | ConfirmSubscription
    | Unsubscribe
    | EndSubscription
    | Tick
)

WHEN_OVER = (
    *(ChangeStage, Reopen, RequestPostmortem, CorrectMilestone, Join, Tick),
    *(PinMessage, UnpinMessage, FollowEdit, FollowDeletion),
    *(AddTask, AssignTask, FinishTask, CancelTask, ReopenTask),
    *(RecordChannelName, RecordChannelLost, RecordChannelBack, RecordJoin, RecordLeave),
    *(Unsubscribe, EndSubscription, LeaveWorkspace),
)


WHEN_MERGED = (
    *(PinMessage, UnpinMessage, FollowEdit, FollowDeletion, Tick),
    *(RecordChannelName, RecordChannelLost, RecordChannelBack, RecordJoin, RecordLeave),
    *(Unsubscribe, EndSubscription, LeaveWorkspace),
)


def is_over(incident: Incident) -> str:
    """The error for a command to an incident that is over; it says what is still possible."""
    if incident.merged:
        return merging.merged_notice(incident)
    return f"{incident.id} is {incident.stage}. To open it again: `/incident reopen [reason]`."


def decide(incident: Incident, command: Command, now: datetime, by: str) -> list[Event]:
    """Decide `command`, given by `by` at `now`, for `incident`.

    Returns the events that follow; an empty list if nothing changes. Raises `Refused` if the
    command isn't allowed.
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
        case AssignRole():
            return roles.assign(incident, command, by)
        case UnassignRole():
            return roles.unassign(incident, command)
        case OfferRole():
            return handoffs.offer(incident, command, by)
        case WithdrawOffer():
            return handoffs.withdraw(incident, command)
        case AcceptRole():
            return handoffs.accept(incident, command, by)
        case DeclineRole():
            return handoffs.decline(incident, command, by)
        case LeaveWorkspace():
            return deactivation.left(incident, command)
        case PostUpdate():
            return updates.post(incident, command, by)
        case Snooze():
            return snoozing.snooze(incident, command)
        case AddNote():
            return updates.note(command)
        case Join():
            return duplicates.join(incident, command)
        case Acknowledge():
            return updates.acknowledge(incident, by)
        case Page():
            return paging.page_people(incident, command)
        case EscalateNow():
            return escalation.at_once(incident, command, now)
        case RequestPostmortem():
            return updates.request_postmortem()
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
        case AssignTask():
            return tasks.assign(incident, command)
        case FinishTask():
            return tasks.finish(incident, command)
        case CancelTask():
            return tasks.cancel(incident, command)
        case ReopenTask():
            return tasks.reopen(incident, command)
        case AbsorbIncident():
            return merging.absorb(incident, command)
        case CloseAsMerged():
            return merging.close_as_merged(incident, command)
        case RecordChannelName():
            return channel.named(incident, command)
        case RecordChannelLost():
            return channel.gone(incident, command)
        case RecordChannelBack():
            return channel.back(incident)
        case RecordJoin():
            return members.joined(incident, command)
        case RecordLeave():
            return members.left(incident, command)
        case Subscribe():
            return subscriptions.subscribe(incident, command, by)
        case ConfirmSubscription():
            return subscriptions.confirm(incident, command, now)
        case Unsubscribe():
            return subscriptions.unsubscribe(incident, command, by)
        case EndSubscription():
            return subscriptions.end(incident, command)
        case Tick(on_call):
            context = Context(now, ByClock(), on_call)
            return [event for timer in TIMERS for event in timer.fire(incident, context)]
        case never:
            assert_never(never)
