"""The messages that follow from events. Read it as policy: on this event, post these messages to
these places.

Each outbound message has its own key, by which it is posted once. Texts are in `bot/messages`, one
file per topic.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from bot.incident import fatigue, subscribers
from bot.incident.escalation import subject
from bot.incident.events import (
    Acknowledged,
    Declared,
    Delivered,
    DuplicateReported,
    Escalated,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    MergedFrom,
    MergedInto,
    MilestoneCorrected,
    Noted,
    PageAnswered,
    Paged,
    Pinned,
    PostmortemRequested,
    Recorded,
    Reminded,
    RoleAssigned,
    RoleEmptied,
    RoleHeldTooLong,
    SeverityChanged,
    Snoozed,
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
from bot.incident.handoffs import ending, offer_key, offer_of, to_tell
from bot.incident.incident import Incident
from bot.incident.reminders import nag_key, still_unmet
from bot.paging import outbound

INCIDENT_CHANNEL = "here"  # the incident's own channel
ANNOUNCEMENTS = "announce"  # where public incidents are announced

CARD = "card"
ANNOUNCEMENT = "announcement"
SOURCE = "declared"


# Every kind of message: each has a renderer (see `bot.messages.render`), or Muster doesn't start.
MessageKind = Literal[
    outbound.PagingKind,
    "card",
    "announcement",
    "declared",
    "briefing",
    "role",
    "handoff",
    "handover",
    "fatigue",
    "severity",
    "stage",
    "update",
    "snooze",
    "report",
    "nag",
    "milestone",
    "merged",
    "task",
    "task-change",
    "overdue",
    "postmortem",
    "notice",
    "subscription",
]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """`to`: INCIDENT_CHANNEL, ANNOUNCEMENTS, a person (`@U…`), a channel (`#name`), the thread of
    a message (`C…/ts`) or an e-mail address (`mailto:…`). `about`: the event that it is about.
    """

    key: str
    kind: MessageKind
    to: str
    about: Recorded


def outbound_messages(incident: Incident) -> Iterator[OutboundMessage]:
    """All messages so far, posted or not, in the order of their events."""
    for recorded in incident.history:
        yield from _about(recorded, incident)
    for key, to, recorded in subscribers.told(incident):
        yield OutboundMessage(key, subscribers.KIND, to, recorded)
    if incident.drafted:
        drafted = incident.drafted
        yield OutboundMessage(f"postmortem:{drafted.seq}", "postmortem", INCIDENT_CHANNEL, drafted)
    for key in ("channel", "draft"):
        if key in incident.failed:
            yield OutboundMessage(
                f"notice:{key}", "notice", _notice_recipient(incident), _first(incident)
            )
    if incident.channel_lost:
        again = f":{incident.came_back}" if incident.came_back else ""
        yield OutboundMessage(
            f"notice:lost{again}", "notice", _notice_recipient(incident), _first(incident)
        )


def still_relevant(message: OutboundMessage, incident: Incident) -> bool:
    """Whether a message that hasn't been posted yet should still be posted."""
    if message.kind == subscribers.KIND:
        return subscribers.still_relevant(incident, message.key, message.to, message.about)
    match message.about.event:
        case Escalated() | Paged() if message.kind == "page":
            paging, pages_for = incident.paging, subject(incident)
            return outbound.still_relevant(paging, pages_for, message.about, message.to)
        case Reminded():
            return still_unmet(incident, message.about)
        case TaskOverdue(number):
            task = incident.tasks[number]
            return incident.is_open and task.is_open and task.overdue == message.about
        case TaskAdded(number, owner=owner) | TaskAssigned(number, owner) if (
            message.kind == "task"
        ):
            return incident.tasks[number].is_open and incident.tasks[number].owner == owner
        case RoleAssigned(role, user):
            return message.kind != "briefing" or incident.roles.get(role) == user
        case HandoffOffered() if message.kind == "handoff":
            return ending(incident, message.about) is None
        case HandoffUnanswered():
            offered = offer_of(incident, message.about)
            return offered is not None and ending(incident, offered) is None
        case RoleHeldTooLong():
            return fatigue.still_asks(incident, message.about)
        case _:
            return True


def _about(recorded: Recorded, incident: Incident) -> Iterator[OutboundMessage]:
    seq = recorded.seq
    event = recorded.event
    assert not isinstance(event, Delivered)
    match event:
        case Declared():
            yield OutboundMessage(CARD, "card", INCIDENT_CHANNEL, recorded)
            if not incident.private:
                yield OutboundMessage(ANNOUNCEMENT, "announcement", ANNOUNCEMENTS, recorded)
            if incident.source and not incident.private:
                yield OutboundMessage(SOURCE, "declared", incident.source, recorded)
        case RoleAssigned(_, user):
            yield OutboundMessage(f"role:{seq}", "role", INCIDENT_CHANNEL, recorded)
            yield OutboundMessage(f"briefing:{seq}", "briefing", f"@{user}", recorded)
            yield from _news_of_offer(recorded, incident)
        case HandoffOffered(_, user):
            yield OutboundMessage(offer_key(recorded), "handoff", f"@{user}", recorded)
            if offer_key(recorded) in incident.failed:
                yield OutboundMessage(
                    f"handover:{seq}:refused", "handover", f"@{recorded.by}", recorded
                )
            yield from _news_of_offer(recorded, incident)
        case HandoffDeclined() | HandoffWithdrawn() | HandoffUnanswered():
            yield from _news_of_offer(recorded, incident)
        case RoleHeldTooLong(_, user):
            yield OutboundMessage(f"fatigue:{seq}", "fatigue", f"@{user}", recorded)
        case RoleEmptied():
            yield OutboundMessage(f"role:{seq}", "role", INCIDENT_CHANNEL, recorded)
        case SeverityChanged():
            yield OutboundMessage(f"severity:{seq}", "severity", INCIDENT_CHANNEL, recorded)
        case StageChanged():
            yield OutboundMessage(f"stage:{seq}", "stage", INCIDENT_CHANNEL, recorded)
        case UpdatePosted():
            yield OutboundMessage(f"update:{seq}", "update", INCIDENT_CHANNEL, recorded)
        case Snoozed():
            yield OutboundMessage(f"snooze:{seq}", "snooze", INCIDENT_CHANNEL, recorded)
        case DuplicateReported():
            yield OutboundMessage(f"report:{seq}", "report", INCIDENT_CHANNEL, recorded)
        case Acknowledged() | PageAnswered() | Escalated() | Paged():
            for each in outbound.outbound(incident.paging, subject(incident), recorded, event):
                yield OutboundMessage(each.key, each.kind, each.to or INCIDENT_CHANNEL, recorded)
        case Reminded():
            yield OutboundMessage(nag_key(recorded), "nag", INCIDENT_CHANNEL, recorded)
        case MilestoneCorrected():
            yield OutboundMessage(f"milestone:{seq}", "milestone", INCIDENT_CHANNEL, recorded)
        case TaskAdded(number, owner=owner) | TaskAssigned(number, owner):
            yield OutboundMessage(f"task-change:{seq}", "task-change", INCIDENT_CHANNEL, recorded)
            if incident.tasks[number].asked.get(owner) == seq:
                yield OutboundMessage(f"task:{number}:{owner}", "task", f"@{owner}", recorded)
        case TaskDone() | TaskCancelled() | TaskReopened():
            yield OutboundMessage(f"task-change:{seq}", "task-change", INCIDENT_CHANNEL, recorded)
        case MergedFrom() | MergedInto():
            yield OutboundMessage(f"merged:{seq}", "merged", INCIDENT_CHANNEL, recorded)
        case TaskOverdue(_, asked):
            yield OutboundMessage(f"overdue:{seq}", "overdue", f"@{asked}", recorded)
        case Noted() | Pinned() | Unpinned() | PostmortemRequested():
            pass
        case Subscribed() | SubscriptionRequested() | SubscriptionConfirmed() | Unsubscribed():
            pass  # see `subscribers.told`
        case never:
            assert_never(never)


def _news_of_offer(recorded: Recorded, incident: Incident) -> Iterator[OutboundMessage]:
    for user in to_tell(incident, recorded):
        yield OutboundMessage(f"handover:{recorded.seq}:{user}", "handover", f"@{user}", recorded)


def _notice_recipient(incident: Incident) -> str:
    return f"@{incident.commander or incident.declarer}"


def _first(incident: Incident) -> Recorded:
    return incident.history[0]
