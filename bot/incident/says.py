"""What is said about what happened. Read it as policy: when this, then these words there.

A saying is one message with a key of its own; the key is what makes it be said once.
The words are in `bot/messages`, one file per moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.incident import fatigue
from bot.incident.escalation import subject
from bot.incident.events import (
    Absorbed,
    Acknowledged,
    Declared,
    Delivered,
    Escalated,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    HeldLong,
    MergedInto,
    MilestoneCorrected,
    Noted,
    PageAnswered,
    Paged,
    Pinned,
    PostmortemAsked,
    Recorded,
    Reminded,
    ReportedToo,
    RoleEmptied,
    RoleGiven,
    SeverityChanged,
    Snoozed,
    StageChanged,
    TaskAdded,
    TaskDone,
    TaskDropped,
    TaskGiven,
    TaskOverdue,
    TaskReopened,
    Unpinned,
    UpdatePosted,
)
from bot.incident.handoffs import ending, offer_key, offer_of, to_tell
from bot.incident.incident import Incident
from bot.incident.reminders import nag_key, still_itches
from bot.paging import outbound

HERE = "here"  # the incident's own channel
ANNOUNCE = "announce"  # where public incidents are announced

CARD = "card"
ANNOUNCEMENT = "announcement"
SOURCE = "declared"


@dataclass(frozen=True, slots=True)
class Saying:
    """`to`: HERE, ANNOUNCE, a person (`@U…`), a channel (`#name`) or a message's thread
    (`C…/ts`). `about`: what happened."""

    key: str
    kind: str
    to: str
    about: Recorded


def sayings(incident: Incident) -> Iterator[Saying]:
    """Everything there was to say so far, said or not, in the order in which it happened."""
    for recorded in incident.history:
        yield from _about(recorded, incident)
    if incident.drafted:
        drafted = incident.drafted
        yield Saying(f"postmortem:{drafted.seq}", "postmortem", HERE, drafted)
    for key in ("channel", "draft"):
        if key in incident.failed:
            yield Saying(
                f"notice:{key}", "notice", _to_whoever_can_act(incident), _first(incident)
            )
    if incident.channel_lost:
        again = f":{incident.came_back}" if incident.came_back else ""
        yield Saying(
            f"notice:lost{again}", "notice", _to_whoever_can_act(incident), _first(incident)
        )


def still_true(saying: Saying, incident: Incident) -> bool:
    """Whether it is still worth saying, if it has not been said yet."""
    match saying.about.event:
        case Escalated() | Paged() if saying.kind == "page":
            paging, pages_for = incident.paging, subject(incident)
            return outbound.still_relevant(paging, pages_for, saying.about, saying.to)
        case Reminded():
            return still_itches(incident, saying.about)
        case TaskOverdue(number):
            task = incident.tasks[number]
            return incident.is_open and task.is_open and task.overdue == saying.about
        case TaskAdded(number, owner=owner) | TaskGiven(number, owner) if saying.kind == "task":
            return incident.tasks[number].is_open and incident.tasks[number].owner == owner
        case RoleGiven(role, user):
            return saying.kind != "briefing" or incident.roles.get(role) == user
        case HandoffOffered() if saying.kind == "handoff":
            return ending(incident, saying.about) is None
        case HandoffUnanswered():
            offered = offer_of(incident, saying.about)
            return offered is not None and ending(incident, offered) is None
        case HeldLong():
            return fatigue.still_asks(incident, saying.about)
        case _:
            return True


def _about(recorded: Recorded, incident: Incident) -> Iterator[Saying]:
    seq = recorded.seq
    event = recorded.event
    assert not isinstance(event, Delivered)
    match event:
        case Declared():
            yield Saying(CARD, "card", HERE, recorded)
            if not incident.private:
                yield Saying(ANNOUNCEMENT, "announcement", ANNOUNCE, recorded)
            if incident.source and not incident.private:
                yield Saying(SOURCE, "declared", incident.source, recorded)
        case RoleGiven(_, user):
            yield Saying(f"role:{seq}", "role", HERE, recorded)
            yield Saying(f"briefing:{seq}", "briefing", f"@{user}", recorded)
            yield from _news_of_offer(recorded, incident)
        case HandoffOffered(_, user):
            yield Saying(offer_key(recorded), "handoff", f"@{user}", recorded)
            if offer_key(recorded) in incident.failed:
                yield Saying(f"handover:{seq}:refused", "handover", f"@{recorded.by}", recorded)
            yield from _news_of_offer(recorded, incident)
        case HandoffDeclined() | HandoffWithdrawn() | HandoffUnanswered():
            yield from _news_of_offer(recorded, incident)
        case HeldLong(_, user):
            yield Saying(f"fatigue:{seq}", "fatigue", f"@{user}", recorded)
        case RoleEmptied():
            yield Saying(f"role:{seq}", "role", HERE, recorded)
        case SeverityChanged():
            yield Saying(f"severity:{seq}", "severity", HERE, recorded)
        case StageChanged():
            yield Saying(f"stage:{seq}", "stage", HERE, recorded)
        case UpdatePosted():
            yield Saying(f"update:{seq}", "update", HERE, recorded)
        case Snoozed():
            yield Saying(f"snooze:{seq}", "snooze", HERE, recorded)
        case ReportedToo():
            yield Saying(f"report:{seq}", "report", HERE, recorded)
        case Acknowledged() | PageAnswered() | Escalated() | Paged():
            for each in outbound.outbound(incident.paging, subject(incident), recorded, event):
                yield Saying(each.key, each.kind, each.to or HERE, recorded)
        case Reminded():
            yield Saying(nag_key(recorded), "nag", HERE, recorded)
        case MilestoneCorrected():
            yield Saying(f"milestone:{seq}", "milestone", HERE, recorded)
        case TaskAdded(number, owner=owner) | TaskGiven(number, owner):
            yield Saying(f"task-change:{seq}", "task-change", HERE, recorded)
            if incident.tasks[number].asked.get(owner) == seq:
                yield Saying(f"task:{number}:{owner}", "task", f"@{owner}", recorded)
        case TaskDone() | TaskDropped() | TaskReopened():
            yield Saying(f"task-change:{seq}", "task-change", HERE, recorded)
        case Absorbed() | MergedInto():
            yield Saying(f"merged:{seq}", "merged", HERE, recorded)
        case TaskOverdue(_, asked):
            yield Saying(f"overdue:{seq}", "overdue", f"@{asked}", recorded)
        case Noted() | Pinned() | Unpinned() | PostmortemAsked():
            pass
        case never:
            assert_never(never)


def _news_of_offer(recorded: Recorded, incident: Incident) -> Iterator[Saying]:
    for user in to_tell(incident, recorded):
        yield Saying(f"handover:{recorded.seq}:{user}", "handover", f"@{user}", recorded)


def _to_whoever_can_act(incident: Incident) -> str:
    return f"@{incident.commander or incident.declarer}"


def _first(incident: Incident) -> Recorded:
    return incident.history[0]
