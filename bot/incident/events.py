"""What can happen to an incident. This file is the schema of everything Muster remembers.

Events are facts: past tense, never edited, never removed. A new field needs a default,
because yesterday's events are read with today's code.

The first half was decided, by a person or by the clock. The second half was delivered:
what Slack has been shown, so that it is shown once, or has told us; those are in `audit`,
not in the timeline.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, get_args

from bot.incident.policy import Policy
from bot.paging import events as paging
from bot.paging.events import FORGETS
from bot.streams import actor, delivery
from bot.streams.record import Recorded as RecordedEvent

CLOCK = actor.CLOCK  # who did it, when nobody did

# Any stream may have these.
Posted = delivery.Posted
Shown = delivery.Shown
Failed = delivery.Failed

# Any stream that pages people may have these.
Acknowledged = paging.Acknowledged
Escalated = paging.Escalated
PageAnswered = paging.PageAnswered
Paged = paging.Paged


class Stage(StrEnum):
    """Where an incident stands. Mitigated: the impact is over. Resolved: it is fixed."""

    NEW = "new"  # an id was taken, nothing is declared yet
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"  # it goes on as another incident


# --- decided -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declared:
    """`source`: the message that it was declared from, if from one, as `channel/ts`. `rule`: the
    rule of paging that it begins under (see `bot.paging.evolve.adopt`); so below."""

    title: str
    severity: str
    policy: Policy
    summary: str = ""
    playbook: str = "default"
    private: bool = False
    source: str = ""
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class SeverityChanged:
    severity: str
    reason: str = ""
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class RoleAssigned:
    role: str
    user: str


@dataclass(frozen=True, slots=True)
class RoleEmptied:
    """`left`: who held it, if they have left the workspace."""

    role: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class HandoffOffered:
    """`user` was asked to take the role. `holder`: who held it then, if anybody."""

    role: str
    user: str
    holder: str = ""


@dataclass(frozen=True, slots=True)
class HandoffDeclined:
    """Who was asked doesn't take it."""

    role: str


@dataclass(frozen=True, slots=True)
class HandoffWithdrawn:
    """Who was asked is not asked any more. `left`: they have left the workspace."""

    role: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class HandoffUnanswered:
    """Who was asked has not answered in time."""

    role: str
    due: datetime


@dataclass(frozen=True, slots=True)
class RoleHeldTooLong:
    """`user` has held the role for so long that a change is worth a thought."""

    role: str
    user: str
    due: datetime


@dataclass(frozen=True, slots=True)
class UpdatePosted:
    """`next_update`: when the author promised the next one, instead of the severity's cadence."""

    text: str
    next_update: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Snoozed:
    """No nag for an update for so long, and why."""

    length: timedelta
    reason: str


@dataclass(frozen=True, slots=True)
class StageChanged:
    """`unconfirmed`: what the person who closed it did not confirm (see `lifecycle.CHECKS`)."""

    stage: Stage
    text: str = ""
    unconfirmed: tuple[str, ...] = ()
    rule: int = FORGETS


@dataclass(frozen=True, slots=True)
class Noted:
    text: str


@dataclass(frozen=True, slots=True)
class DuplicateReported:
    """Somebody was about to declare the same, and joined instead. `text`: what they saw."""

    text: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """The reminder of this name came due (see `reminders.py`)."""

    reminder: str
    due: datetime


@dataclass(frozen=True, slots=True)
class MilestoneCorrected:
    """When it really was (see `milestones.py`). `was`: when it had been so far, if it had."""

    milestone: str
    when: datetime
    was: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pinned:
    """Somebody put the message `ts` of the incident's channel into the timeline."""

    ts: str


@dataclass(frozen=True, slots=True)
class Unpinned:
    """Whoever had pinned it took it out again."""

    ts: str


@dataclass(frozen=True, slots=True)
class TaskAdded:
    """`owner`: empty, if it is nobody's yet. `source`: the message that it was made from, if
    from one, as `channel/ts`."""

    number: int
    text: str
    owner: str = ""
    due: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class TaskAssigned:
    """`left`: whose it was, if they have left the workspace; then `owner` is nobody."""

    number: int
    owner: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class TaskDone:
    number: int


@dataclass(frozen=True, slots=True)
class TaskCancelled:
    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskReopened:
    number: int


@dataclass(frozen=True, slots=True)
class TaskOverdue:
    """Its time was up and it was not done. `asked`: whom it is."""

    number: int
    asked: str
    due: datetime


@dataclass(frozen=True, slots=True)
class MergedFrom:
    """Another incident goes on here. `people`: who worked on it. `card`: its ts in `channel`.
    `on_it`: who had acknowledged it. `answers`: it was as severe as this one, so that they have
    acknowledged this one, too."""

    incident: str
    title: str
    people: tuple[str, ...] = ()
    channel: str = ""
    card: str = ""
    on_it: tuple[str, ...] = ()
    answers: bool = False


@dataclass(frozen=True, slots=True)
class MergedInto:
    """It goes on as another incident, in its `channel`. `private`: that one is, so of it nothing
    is told here."""

    incident: str
    channel: str = ""
    private: bool = False


@dataclass(frozen=True, slots=True)
class PostmortemRequested:
    """Somebody wants a draft now, or a fresh one."""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`user` is told of every update by direct message, from now on."""

    user: str


@dataclass(frozen=True, slots=True)
class SubscriptionRequested:
    """`user` wants the updates at `address`. Its number is the subscription's from now on."""

    user: str
    address: str


@dataclass(frozen=True, slots=True)
class SubscriptionConfirmed:
    """Who reads mail at the address of `subscription` has agreed to it."""

    subscription: int


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """`left`: they have left the workspace. Else whoever gets the updates wants no more."""

    subscription: int
    left: bool = False


# --- delivered -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class ChannelLost:
    """The bot can't speak in the incident's channel any more (archived, removed from it)."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChannelBack:
    """The bot can speak there again: somebody has invited it."""


@dataclass(frozen=True, slots=True)
class ChannelRenamed:
    name: str


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """Somebody is in the channel of a private incident, and so may see it (`members.py`)."""

    user: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    user: str


@dataclass(frozen=True, slots=True)
class PinRead:
    """What the pinned message says. `edited_at`: the ts of its newest edit, if any; so below."""

    ts: str
    author: str
    text: str
    edited_at: str = ""


@dataclass(frozen=True, slots=True)
class PinEdited:
    """What it says since its author changed it."""

    ts: str
    author: str
    text: str
    edited_at: str = ""


@dataclass(frozen=True, slots=True)
class PinDeleted:
    ts: str


@dataclass(frozen=True, slots=True)
class PostmortemDrafted:
    """A postmortem draft lies at `link`; it answers everything asked up to event `through`."""

    link: str
    through: int


@dataclass(frozen=True, slots=True)
class AddressChecked:
    """Whether the address of `subscription` is the one that its owner has in Slack."""

    subscription: int
    own: bool


Decided = (
    Declared
    | SeverityChanged
    | RoleAssigned
    | RoleEmptied
    | HandoffOffered
    | HandoffDeclined
    | HandoffWithdrawn
    | HandoffUnanswered
    | RoleHeldTooLong
    | UpdatePosted
    | Snoozed
    | StageChanged
    | Noted
    | DuplicateReported
    | Acknowledged
    | Escalated
    | Paged
    | PageAnswered
    | Reminded
    | MilestoneCorrected
    | Pinned
    | Unpinned
    | TaskAdded
    | TaskAssigned
    | TaskDone
    | TaskCancelled
    | TaskReopened
    | TaskOverdue
    | MergedFrom
    | MergedInto
    | PostmortemRequested
    | Subscribed
    | SubscriptionRequested
    | SubscriptionConfirmed
    | Unsubscribed
)
Delivered = (
    ChannelOpened
    | Posted
    | Shown
    | Failed
    | ChannelLost
    | ChannelBack
    | ChannelRenamed
    | MemberJoined
    | MemberLeft
    | PinRead
    | PinEdited
    | PinDeleted
    | PostmortemDrafted
    | AddressChecked
)
Event = Decided | Delivered

# The name that each event is stored under. A stored name stays for ever; the class may be
# called something better.
EVENTS: Mapping[str, type[Event]] = {
    "Declared": Declared,
    "SeverityChanged": SeverityChanged,
    "RoleGiven": RoleAssigned,
    "RoleEmptied": RoleEmptied,
    "HandoffOffered": HandoffOffered,
    "HandoffDeclined": HandoffDeclined,
    "HandoffWithdrawn": HandoffWithdrawn,
    "HandoffUnanswered": HandoffUnanswered,
    "HeldLong": RoleHeldTooLong,
    "UpdatePosted": UpdatePosted,
    "Snoozed": Snoozed,
    "StageChanged": StageChanged,
    "Noted": Noted,
    "ReportedToo": DuplicateReported,
    "Acknowledged": Acknowledged,
    "Escalated": Escalated,
    "Paged": Paged,
    "PageAnswered": PageAnswered,
    "Reminded": Reminded,
    "MilestoneCorrected": MilestoneCorrected,
    "Pinned": Pinned,
    "Unpinned": Unpinned,
    "TaskAdded": TaskAdded,
    "TaskGiven": TaskAssigned,
    "TaskDone": TaskDone,
    "TaskDropped": TaskCancelled,
    "TaskReopened": TaskReopened,
    "TaskOverdue": TaskOverdue,
    "Absorbed": MergedFrom,
    "MergedInto": MergedInto,
    "PostmortemAsked": PostmortemRequested,
    "Subscribed": Subscribed,
    "SubscriptionRequested": SubscriptionRequested,
    "SubscriptionConfirmed": SubscriptionConfirmed,
    "Unsubscribed": Unsubscribed,
    "ChannelOpened": ChannelOpened,
    "Posted": Posted,
    "Shown": Shown,
    "Failed": Failed,
    "ChannelLost": ChannelLost,
    "ChannelBack": ChannelBack,
    "ChannelRenamed": ChannelRenamed,
    "MemberJoined": MemberJoined,
    "MemberLeft": MemberLeft,
    "PinRead": PinRead,
    "PinEdited": PinEdited,
    "PinDeleted": PinDeleted,
    "Drafted": PostmortemDrafted,
    "AddressChecked": AddressChecked,
}
STORED_AS: Mapping[type[Event], str] = {kind: name for name, kind in EVENTS.items()}
if STORED_AS.keys() != {*get_args(Decided), *get_args(Delivered)}:
    raise TypeError("EVENTS: each event needs one stored name")

Recorded: TypeAlias = RecordedEvent[Event]
