"""How each event changes the state of an incident."""

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import assert_never

from bot.incident import milestones, pins, subscribers, tasks
from bot.incident.escalation import chain_of
from bot.incident.events import (
    CLOCK,
    Acknowledged,
    AddressChecked,
    ChannelBack,
    ChannelLost,
    ChannelOpened,
    ChannelRenamed,
    Declared,
    Delivered,
    DuplicateReported,
    Escalated,
    Failed,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    MemberJoined,
    MemberLeft,
    MergedFrom,
    MergedInto,
    MilestoneCorrected,
    Noted,
    PageAnswered,
    Paged,
    PinDeleted,
    PinEdited,
    Pinned,
    PinRead,
    Posted,
    PostmortemDrafted,
    PostmortemRequested,
    Recorded,
    Reminded,
    RoleAssigned,
    RoleEmptied,
    RoleHeldTooLong,
    SeverityChanged,
    Shown,
    Snoozed,
    Stage,
    StageChanged,
    Subscribed,
    SubscriptionConfirmed,
    SubscriptionRequested,
    TaskAdded,
    TaskAssigned,
    TaskCancelled,
    TaskDone,
    TaskOverdue,
    TaskReopened,
    Unpinned,
    Unsubscribed,
    UpdatePosted,
)
from bot.incident.incident import NOT_PRIVATE, OPEN, Incident
from bot.incident.reminders import still_unmet
from bot.paging import evolve as paging
from bot.streams import delivery

MEMBER = "member:"  # per person: what is shown of an invitation (see `effects.Invite`)

PROGRESS = (  # events that count as progress; messages alone don't
    *(Declared, StageChanged, SeverityChanged, RoleAssigned, RoleEmptied),
    *(Acknowledged, Escalated, Paged, PageAnswered),
)


def evolve(incident: Incident, recorded: Recorded) -> Incident:
    """The state after one more event."""
    history = (*incident.history, recorded) if _is_decided(recorded) else incident.history
    return replace(_follow(incident, recorded), version=recorded.seq, history=history)


def replay(id: str, history: Sequence[Recorded]) -> Incident:
    """The state after a whole history: `evolve` for each event, but the history is stored once."""
    incident = reduce(_follow, history, Incident(id))
    version = history[-1].seq if history else 0
    return replace(incident, version=version, history=tuple(filter(_is_decided, history)))


def as_of(incident: Incident, recorded: Recorded) -> Incident:
    """The state as it was decided at a moment, whatever Slack had been shown."""
    return replay(incident.id, [each for each in incident.history if each.seq <= recorded.seq])


def _is_decided(recorded: Recorded) -> bool:
    return not isinstance(recorded.event, Delivered)


def _follow(incident: Incident, recorded: Recorded) -> Incident:
    """The state after one more event, except version and history."""
    after = _happen(incident, recorded)
    return _resolved_by(after, recorded) if after.reminded and _is_decided(recorded) else after


def _resolved_by(incident: Incident, recorded: Recorded) -> Incident:
    """Store with a reminder what resolved it, because the reminder shows it."""
    if isinstance(recorded.event, Reminded):
        return incident  # a question, which ends nothing
    ended = {
        nag.seq: recorded
        for nag in incident.reminded.values()
        if nag.seq not in incident.resolved_by and not still_unmet(incident, nag)
    }
    return replace(incident, resolved_by={**incident.resolved_by, **ended}) if ended else incident


def _happen(incident: Incident, recorded: Recorded) -> Incident:
    at, by = recorded.at, recorded.by
    if by != CLOCK and _is_decided(recorded):
        incident = _try_again(incident)
    if isinstance(recorded.event, PROGRESS):
        incident = replace(incident, last_progress_at=at)
    match recorded.event:
        case Declared(title, severity, frozen, summary, playbook, private, source, rule):
            declared = replace(
                incident,
                stage=Stage.INVESTIGATING,
                title=title,
                summary=summary,
                severity_id=severity,
                policy=frozen,
                playbook_id=playbook,
                private=private,
                source=source,
                declarer=by,
                members=frozenset({by}),
                declared_at=at,
                opened_at=at,
                severity_at=at,
                cadence_reset_at=at,
                updated_at=at,
            )
            begun = paging.begin(paging.adopt(incident.paging, rule), chain_of(declared), at)
            return replace(declared, paging=begun)
        case SeverityChanged(severity):
            changed = replace(
                incident,
                severity_id=severity,
                severity_at=at,
                cadence_reset_at=at,
                next_update=None,
                snoozed=None,
            )
            return _page_by_severity(incident, changed, recorded)
        case RoleAssigned(role, user):
            given = _let_in(replace(incident, roles={**incident.roles, role: user}), user)
            return _take_part(given, recorded) if (role, user) == ("ic", by) else given
        case RoleEmptied(role):
            return replace(
                incident,
                roles={each: user for each, user in incident.roles.items() if each != role},
                emptied_at={**incident.emptied_at, role: at},
            )
        case (
            HandoffOffered()
            | HandoffDeclined()
            | HandoffWithdrawn()
            | HandoffUnanswered()
            | RoleHeldTooLong()
        ):
            return incident  # its outcome is read from the history
        case UpdatePosted(_, next_update):
            told = replace(incident, updated_at=at, next_update=next_update, snoozed=None)
            return _take_part(told, recorded)
        case Snoozed():
            return replace(incident, snoozed=recorded)
        case StageChanged(stage, text):
            return _move(incident, stage, text, recorded)
        case Acknowledged() | Escalated() | Paged() | PageAnswered():
            chain = chain_of(incident)
            follows = paging.follow(incident.paging, recorded, recorded.event, chain)
            paged = replace(incident, paging=follows)
            return (
                _let_in(paged, recorded.event.user) if isinstance(recorded.event, Paged) else paged
            )
        case Reminded(reminder):
            return replace(incident, reminded={**incident.reminded, reminder: recorded})
        case PostmortemRequested():
            return replace(incident, asked_draft=recorded.seq)
        case MilestoneCorrected(milestone, then):
            return milestones.follow(incident, milestone, then)
        case Noted():
            return incident
        case DuplicateReported():
            return _let_in(replace(incident, joined=(*incident.joined, by)), by)
        case TaskAdded(owner=owner) | TaskAssigned(_, owner) if owner:
            return _let_in(tasks.follow(incident, recorded, recorded.event), owner)
        case (
            TaskAdded()
            | TaskAssigned()
            | TaskDone()
            | TaskCancelled()
            | TaskReopened()
            | TaskOverdue()
        ):
            return tasks.follow(incident, recorded, recorded.event)
        case MergedFrom(people=people, on_it=on_it, answers=answers):
            absorbed = replace(
                incident,
                merged_from=(*incident.merged_from, recorded.event),
                paging=paging.take_over(incident.paging, recorded, on_it, answers=answers),
            )
            return reduce(_let_in, people, absorbed)
        case MergedInto():
            moved = _move(incident, Stage.MERGED, "", recorded)
            return replace(moved, merged=recorded.event)
        case ChannelOpened(channel, name):
            return replace(incident, channel=channel, channel_name=name, channel_lost="")
        case Posted() | Shown() | Failed():
            return _delivered(incident, recorded)
        case ChannelLost(reason):
            return replace(incident, channel_lost=reason)
        case ChannelBack():
            return replace(incident, channel_lost="", came_back=incident.came_back + 1)
        case ChannelRenamed(name):
            return replace(incident, channel_name=name)
        case MemberJoined(user):
            return replace(incident, members=incident.members | {user})
        case MemberLeft(user):
            gone = replace(incident, members=incident.members - {user})
            return subscribers.end_all(gone, user) if incident.private else gone
        case Pinned() | Unpinned() | PinRead() | PinEdited() | PinDeleted():
            return pins.follow(incident, recorded.event, by)
        case PostmortemDrafted():
            return replace(incident, drafted=recorded)
        case (
            Subscribed()
            | SubscriptionRequested()
            | AddressChecked()
            | SubscriptionConfirmed()
            | Unsubscribed()
        ):
            return subscribers.follow(incident, recorded, recorded.event)
        case never:
            assert_never(never)


def _delivered(incident: Incident, recorded: Recorded) -> Incident:
    """The state after a delivery; a person who was invited is in the channel."""
    event = recorded.event
    assert isinstance(event, Posted | Shown | Failed)
    after = replace(incident, deliveries=delivery.follow(incident.deliveries, recorded))
    if isinstance(event, Shown) and event.what.startswith(MEMBER):
        return replace(after, members=after.members | {event.what.removeprefix(MEMBER)})
    return after


def _let_in(incident: Incident, user: str) -> Incident:
    """Invite people again who left a private incident and now have something to do."""
    deliveries = incident.deliveries
    if incident.private and user not in incident.members:
        shown = {what: face for what, face in incident.shown.items() if what != f"{MEMBER}{user}"}
        deliveries = replace(deliveries, shown=shown)
    return replace(incident, members=incident.members | {user}, deliveries=deliveries)


def _try_again(incident: Incident) -> Incident:
    """Retry a channel that Slack refused, now that people are working on it. A channel that
    couldn't be made private is never retried.
    """
    refused = incident.failed.get("channel")
    if not incident.channel_lost and (refused is None or refused.reason == NOT_PRIVATE):
        return incident
    failed = {key: why for key, why in incident.failed.items() if key != "channel"}
    return replace(
        incident, channel_lost="", deliveries=replace(incident.deliveries, failed=failed)
    )


def _move(incident: Incident, stage: Stage, text: str, recorded: Recorded) -> Incident:
    moved = replace(
        incident,
        stage=stage,
        reached={**incident.reached, stage: recorded.at},
        corrected={each: at for each, at in incident.corrected.items() if each != stage},
    )
    if stage is Stage.RESOLVED:
        moved = replace(moved, resolution=text, asked_draft=recorded.seq)
    if Stage.MITIGATED in (incident.stage, stage):
        moved = replace(moved, cadence_reset_at=recorded.at)
    rule = getattr(recorded.event, "rule", 0)
    moved = replace(moved, paging=paging.adopt(moved.paging, rule))
    if stage not in OPEN:
        return replace(moved, paging=paging.end(moved.paging))
    if incident.is_open:
        return moved
    reopened = replace(moved, opened_at=recorded.at, next_update=None, snoozed=None)
    again = paging.reopen(reopened.paging, chain_of(reopened), recorded.at)
    return replace(reopened, paging=again)


def _take_part(incident: Incident, recorded: Recorded) -> Incident:
    """Count as acknowledged by the people who take command or post an update."""
    on_it = paging.involve(incident.paging, recorded.by, recorded.seq)
    return replace(incident, paging=on_it)


def _page_by_severity(before: Incident, after: Incident, recorded: Recorded) -> Incident:
    """Follow a severity change: a worse one pages more people, a milder one pages nobody new."""
    assert isinstance(recorded.event, SeverityChanged)
    adopted = paging.adopt(before.paging, recorded.event.rule)
    if before.is_open:
        rank = after.policy.rank
        ranks = (rank(before.severity_id), rank(after.severity_id))
        adopted = paging.change_severity(adopted, recorded, chain_of(after), ranks)
    return replace(after, paging=adopted)
