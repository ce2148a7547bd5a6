"""The events of an incident: the schema of everything Muster stores about it.

Events are facts: past tense, never edited, never removed. A new field needs a default, because
stored events are read with today's code.

The events in the first half were decided, by a person or by the clock. Those in the second half
record what Slack was shown, so that it is shown once, or what Slack reported; they appear in
`audit`, not in the timeline.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.incident.policy import Policy
from bot.paging import events as paging
from bot.paging.events import FORGETS
from bot.streams import actor, delivery, event
from bot.streams.record import Recorded as RecordedEvent

Event = event.Event
Decided = event.Decided
Delivered = event.Delivered
Recorded: TypeAlias = RecordedEvent[Event]

CLOCK = actor.CLOCK  # the author of what no person did

# Every kind of stream may have these.
Posted = delivery.Posted
Shown = delivery.Shown
Failed = delivery.Failed

# Every kind of stream that pages people may have these.
Acknowledged = paging.Acknowledged
Escalated = paging.Escalated
ChainEnded = paging.ChainEnded
PageAnswered = paging.PageAnswered
Paged = paging.Paged
PageWithdrawn = paging.PageWithdrawn


class Stage(StrEnum):
    """The stage of an incident. Mitigated: the impact is over. Resolved: it is fixed."""

    NEW = "new"  # an id was allocated, nothing is declared yet
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"  # continued as another incident


# --- decided -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declared(Decided):
    """`source`: the message that it was declared from, as `channel/ts`, if any. `rule`: the paging
    rule in force from here on (see `bot.paging.evolve.adopt`); the same below. `thread`: whether
    news go to the announcement's thread; older incidents have none. `mark`: what tells it from
    another incident that was given the same number; older ones have none.
    """

    title: str
    severity: str
    policy: Policy
    summary: str = ""
    playbook: str = "default"
    private: bool = False
    source: str = ""
    rule: int = FORGETS
    thread: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class SeverityChanged(Decided):
    severity: str
    reason: str = ""
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class TitleChanged(Decided):
    """The title was corrected."""

    title: str


@dataclass(frozen=True, slots=True)
class SummaryChanged(Decided):
    """The summary was written or corrected; an empty one was removed."""

    summary: str


@dataclass(frozen=True, slots=True)
class RoleAssigned(Decided):
    role: str
    user: str


@dataclass(frozen=True, slots=True)
class RoleEmptied(Decided):
    """`left`: the previous holder, if they left the workspace."""

    role: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class HandoffOffered(Decided):
    """`user` was offered the role. `holder`: who held it then, if anybody."""

    role: str
    user: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class HandoffDeclined(Decided):
    """The person declined the role."""

    role: str


@dataclass(frozen=True, slots=True)
class HandoffWithdrawn(Decided):
    """The offer was withdrawn. `left`: the person has left the workspace."""

    role: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class HandoffUnanswered(Decided):
    """The person hasn't responded to the offer in time."""

    role: str
    due: datetime


@dataclass(frozen=True, slots=True)
class RoleHeldTooLong(Decided):
    """`user` has held the role so long that a handover should be considered."""

    role: str
    user: str
    due: datetime


@dataclass(frozen=True, slots=True)
class UpdatePosted(Decided):
    """`next_update`: when the author promised the next one, overriding the severity's interval.
    `mentions`: the people named in the text, as (name in the text, without @; user id)."""

    text: str
    next_update: timedelta | None = None
    mentions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Snoozed(Decided):
    """Reminders are off for this long, with a reason. `reminders`: which ones; empty: those for
    updates."""

    length: timedelta
    reason: str
    reminders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SnoozeEnded(Decided):
    """The snooze was taken back; what it held off is due as if there had been none. `reminders`:
    which ones; empty: all."""

    reminders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StageChanged(Decided):
    """`unconfirmed`: what the person who closed it didn't confirm (see `lifecycle.CHECKS`)."""

    stage: Stage
    text: str = ""
    unconfirmed: tuple[str, ...] = ()
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class StageRestored(Decided):
    """The change of stage by event `undone` was a mistake; it has the stage from before again."""

    stage: Stage
    undone: int


@dataclass(frozen=True, slots=True)
class Noted(Decided):
    text: str


@dataclass(frozen=True, slots=True)
class DuplicateReported(Decided):
    """Somebody was about to declare the same incident and joined this one. `text`: what
    they saw.
    """

    text: str


@dataclass(frozen=True, slots=True)
class ResponderJoined(Decided):
    """Somebody asked to be invited to the channel."""


@dataclass(frozen=True, slots=True)
class Reminded(Decided):
    """The reminder of this name came due (see `reminders.py`)."""

    reminder: str
    due: datetime


@dataclass(frozen=True, slots=True)
class MilestoneCorrected(Decided):
    """The corrected time of a milestone (see `milestones.py`). `was`: the time so far, if any."""

    milestone: str
    when: datetime
    was: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pinned(Decided):
    """Somebody added the message `ts` of the incident's channel to the timeline. `how`: see
    `pins.How`. `channel`: an old one of the incident, if it's there.
    """

    ts: str
    how: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Unpinned(Decided):
    """The person who had pinned it removed it; Slack's own pin may be removed by anybody."""

    ts: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class TaskAdded(Decided):
    """`owner`: empty if unassigned. `source`: the message that it was made from, as `channel/ts`,
    if any.
    """

    number: int
    text: str
    owner: str = ""
    due: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class TaskAssigned(Decided):
    """An empty `owner` unassigns it. `left`: the previous owner, if they left the workspace."""

    number: int
    owner: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class TaskDone(Decided):
    number: int


@dataclass(frozen=True, slots=True)
class TaskCancelled(Decided):
    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskReopened(Decided):
    number: int


@dataclass(frozen=True, slots=True)
class TaskCorrected(Decided):
    """The task has this text and this due time now; at least one of them is another."""

    number: int
    text: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskOverdue(Decided):
    """The task was due and not done. `asked`: its owner."""

    number: int
    asked: str
    due: datetime


@dataclass(frozen=True, slots=True)
class MergedFrom(Decided):
    """Another incident was merged into this one. `people`: who worked on it. `card`: the ts of its
    card in `channel`. `on_it`: who had acknowledged it. `answers`: it was at least as severe, so
    they have acknowledged this one, too.
    """

    incident: str
    title: str
    people: tuple[str, ...] = ()
    channel: str = ""
    card: str = ""
    on_it: tuple[str, ...] = ()
    answers: bool = False


@dataclass(frozen=True, slots=True)
class MergedInto(Decided):
    """The incident continues as another one, in its `channel`. `private`: the other one is
    private, so nothing about it is shown here.
    """

    incident: str
    channel: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class MergedFromUndone(Decided):
    """The merge by event `merged` was a mistake: `incident` goes on by itself. `lowered`: the
    severity that came with it was undone right before.
    """

    incident: str
    merged: int
    lowered: bool = False


@dataclass(frozen=True, slots=True)
class MergedIntoUndone(Decided):
    """The merge by event `merged` was a mistake: this incident goes on by itself. `on_it`: who
    acknowledged the other one meanwhile.
    """

    merged: int
    on_it: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostmortemRequested(Decided):
    """Somebody requested a draft, or a new one."""


@dataclass(frozen=True, slots=True)
class Subscribed(Decided):
    """`user` is told of every update by direct message, from now on."""

    user: str


@dataclass(frozen=True, slots=True)
class SubscriptionRequested(Decided):
    """`user` wants the updates at `address`. Its number is the subscription's from now on."""

    user: str
    address: str


@dataclass(frozen=True, slots=True)
class SubscriptionConfirmed(Decided):
    """Who reads mail at the address of `subscription` has agreed to it."""

    subscription: int


@dataclass(frozen=True, slots=True)
class Unsubscribed(Decided):
    """`left`: they have left the workspace. Else the subscriber wants no more."""

    subscription: int
    left: bool = False


# --- delivered -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChannelOpened(Delivered):
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class GroupRead(Delivered):
    """Who is in the `group` that event `seq` pages or tells: people (`@U…`) and channels
    (`#name`), none of which may have been told yet."""

    seq: int
    group: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelLost(Delivered):
    """The bot can't post in the incident's channel any more (archived, or removed from it)."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChannelBack(Delivered):
    """The bot can post there again: somebody invited it, or it `rejoined` by itself."""

    rejoined: bool = False


@dataclass(frozen=True, slots=True)
class OldChannelBack(Delivered):
    """`channel`, which the incident left because it was archived, can be used again."""

    channel: str


@dataclass(frozen=True, slots=True)
class ChannelRenamed(Delivered):
    name: str


@dataclass(frozen=True, slots=True)
class MemberJoined(Delivered):
    """Somebody is in the channel of a private incident, and so may see it (`members.py`)."""

    user: str


@dataclass(frozen=True, slots=True)
class MemberLeft(Delivered):
    user: str


@dataclass(frozen=True, slots=True)
class PinRead(Delivered):
    """The text of the pinned message. `edited_at`: the ts of its latest edit, if any; the same
    below. `thread_ts`: of the message that it replies to, if any. `app`: the name under which an
    app wrote it.
    """

    ts: str
    author: str
    text: str
    edited_at: str = ""
    thread_ts: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class PinEdited(Delivered):
    """The text since its author edited it."""

    ts: str
    author: str
    text: str
    edited_at: str = ""


@dataclass(frozen=True, slots=True)
class PinDeleted(Delivered):
    ts: str


@dataclass(frozen=True, slots=True)
class PostmortemDrafted(Delivered):
    """A postmortem draft is at `link`. It covers every request up to event `through`."""

    link: str
    through: int


@dataclass(frozen=True, slots=True)
class AddressChecked(Delivered):
    """Whether the address of `subscription` is the one that its owner has in Slack."""

    subscription: int
    own: bool
