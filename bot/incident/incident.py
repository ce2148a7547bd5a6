"""The state of an incident: what its events add up to (see `bot.incident.evolve`)."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from bot.incident.events import MergedFrom, MergedInto, Recorded, Stage
from bot.incident.policy import Playbook, Policy, Severity
from bot.paging.state import Paging, Run
from bot.streams import delivery
from bot.streams.delivery import Deliveries

NOT_PRIVATE = "not_private"  # why there is no channel: it would have been public
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Delivery = delivery.Delivery
NO_POLICY = Policy(severities=(), roles=())

OPEN = frozenset({Stage.INVESTIGATING, Stage.IDENTIFIED, Stage.MITIGATED})
OVER = frozenset({Stage.CLOSED, Stage.CANCELLED, Stage.MERGED})


@dataclass(frozen=True, slots=True)
class Pin:
    """A message in the timeline. `holds`: who pinned it, and how (see `pins.How`). `text`: None
    until it has been read. `thread_ts`: of the message that it replies to, if any. `app`: the name
    under which an app wrote it. `channel`: the incident's when it was pinned, or an old one.
    """

    holds: tuple[tuple[str, str], ...] = ()
    author: str = ""
    text: str | None = None
    edited: bool = False
    edited_at: str = ""  # the ts of the edit that is shown
    deleted: bool = False
    thread_ts: str = ""
    app: str = ""
    channel: str = ""

    @property
    def by(self) -> tuple[str, ...]:
        """Who pinned it, in order."""
        return tuple(dict.fromkeys(user for user, _ in self.holds))

    @property
    def is_unread(self) -> bool:
        return self.text is None and not self.deleted


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `asked`: who was notified that it is theirs, by which event. `ended`: how it was
    done, or `dropped`. `overdue`: when its owner was reminded. `corrected`: by which event its
    text or due time was; 0 if they are as in the beginning.
    """

    number: int
    text: str = ""
    owner: str = ""
    due: datetime | None = None
    source: str = ""
    added_by: str = ""
    asked: Mapping[str, int] = field(default_factory=dict)
    ended: Recorded | None = None
    cancelled: bool = False
    overdue: Recorded | None = None
    corrected: int = 0

    @property
    def told(self) -> list[object]:
        """The corrected text and due time, for the facts of messages that show them. Without a
        correction, messages of older releases are up to date."""
        return [self.text, self.due] if self.corrected else []

    @property
    def is_open(self) -> bool:
        return self.ended is None

    @property
    def asks(self) -> str:
        """Who is responsible for it: its owner, or else the person who added it."""
        return self.owner or self.added_by


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of updates, and where. `address`: empty, if by direct message. `own`: whether
    it is their address in Slack, None until that was asked. `since`: the event from which on
    they are told, 0 until then. `ended`: why no more, empty while it goes on."""

    number: int
    user: str
    requested_at: datetime
    address: str = ""
    own: bool | None = None
    since: int = 0
    ended: str = ""

    @property
    def is_active(self) -> bool:
        return self.since > 0 and not self.ended


@dataclass(frozen=True, slots=True)
class StageBefore:
    """The stage before event `seq` changed it, and what goes with a stage."""

    seq: int
    stage: Stage
    reached: Mapping[Stage, datetime]
    corrected: Mapping[str, datetime]
    resolution: str
    asked_draft: int


@dataclass(frozen=True, slots=True)
class SeverityBefore:
    """The severity before event `seq` changed it, and what paging ran for it."""

    seq: int
    severity_id: str
    run: Run | None


@dataclass(frozen=True, slots=True)
class BeforeAbsorbing:
    """This incident before another one was merged into it. `raised_by`: the event that took over
    the other one's severity, 0 if none did. `let_in`: who became a member by it."""

    severity_id: str
    raised_by: int
    run: Run | None
    let_in: frozenset[str]


@dataclass(frozen=True, slots=True)
class BeforeMerge:
    """This incident before it was merged into another one."""

    stage: Stage
    reached: Mapping[Stage, datetime]
    corrected: Mapping[str, datetime]
    cadence_reset_at: datetime
    run: Run | None


@dataclass(frozen=True, slots=True)
class Incident:
    id: str
    version: int = 0
    history: tuple[Recorded, ...] = ()  # the decided events; deliveries only leave their results
    stage: Stage = Stage.NEW
    title: str = ""
    title_changed: int = 0  # by which event; 0 if it is that of the declaration
    summary: str = ""
    summary_changed: int = 0
    severity_id: str = ""
    policy: Policy = NO_POLICY
    playbook_id: str = "default"
    private: bool = False
    source: str = ""  # the message that it was declared from
    mark: str = ""  # tells it from another one that was given the same number
    has_thread: bool = False  # news go to the announcement's thread
    declarer: str = ""
    declared_at: datetime = LONG_AGO
    opened_at: datetime = LONG_AGO  # when it was declared or last reopened
    severity_at: datetime = LONG_AGO
    cadence_reset_at: datetime = LONG_AGO  # the severity, or whether there is impact, changed
    last_progress_at: datetime = LONG_AGO  # when the last decision made progress
    roles: Mapping[str, str] = field(default_factory=dict)
    emptied_at: Mapping[str, datetime] = field(default_factory=dict)
    reached: Mapping[Stage, datetime] = field(default_factory=dict)
    corrected: Mapping[str, datetime] = field(default_factory=dict)  # milestones, by name
    resolution: str = ""
    stage_before: StageBefore | None = None
    severity_before: SeverityBefore | None = None
    updated_at: datetime = LONG_AGO
    next_update: timedelta | None = None
    snoozed: Recorded | None = None  # until the next update
    snoozes: Mapping[str, Recorded] = field(default_factory=dict)  # of other reminders, by name
    paging: Paging = field(default_factory=Paging)  # who is paged and who has acknowledged
    reminded: Mapping[str, Recorded] = field(default_factory=dict)
    reminded_times: Mapping[str, int] = field(default_factory=dict)  # in a row, by name
    led_by: Mapping[int, int] = field(default_factory=dict)  # reminders in another one's message
    nags_posted: Mapping[int, int] = field(default_factory=dict)  # event of each message's receipt
    newest_nag: int = 0  # the last of them
    nags_away: Mapping[int, frozenset[str]] = field(default_factory=dict)  # who wasn't asked in it
    resolved_by: Mapping[int, Recorded] = field(
        default_factory=dict
    )  # what ended it, by a reminder's seq
    asked_draft: int = 0
    drafted: Recorded | None = None
    channel: str | None = None
    channel_name: str = ""
    channel_lost: str = ""
    lost_at: datetime = LONG_AGO  # when the channel was lost
    rejoined_at: datetime = LONG_AGO  # when the bot last joined it again by itself
    old_channels: tuple[str, ...] = ()  # archived before it was reopened
    old_channels_back: frozenset[str] = frozenset()  # those that can be used again
    came_back: int = 0  # how often the bot came back into the channel
    gone: Mapping[str, int] = field(default_factory=dict)  # who left a private one, by which event
    joined: tuple[str, ...] = ()  # people who were about to declare the same incident
    members: frozenset[str] = frozenset()  # members who haven't left, if private
    left: frozenset[str] = frozenset()  # people with a job here who left the public channel
    pins: Mapping[str, Pin] = field(default_factory=dict)  # by ts
    tasks: Mapping[int, Task] = field(default_factory=dict)  # by number
    subscriptions: Mapping[int, Subscription] = field(default_factory=dict)  # by number
    merged: MergedInto | None = None
    before_merge: BeforeMerge | None = None
    apart_at: datetime = LONG_AGO  # when its merge was last undone
    merged_from: tuple[MergedFrom, ...] = ()
    absorbing: Mapping[int, BeforeAbsorbing] = field(default_factory=dict)  # by the merge's event
    times_lost: Mapping[str, int] = field(default_factory=dict)  # deleted messages, by key
    deliveries: Deliveries = field(default_factory=Deliveries)

    @property
    def said(self) -> Mapping[str, Delivery]:
        """The messages that are in Slack, by key."""
        return self.deliveries.said

    @property
    def shown(self) -> Mapping[str, str]:
        """The digest of each thing that Slack shows."""
        return self.deliveries.shown

    @property
    def failed(self) -> Mapping[str, Delivery]:
        """The effects that Slack refused for good, by key."""
        return self.deliveries.failed

    @property
    def severity(self) -> Severity:
        found = self.policy.severity(self.severity_id)
        assert found is not None, self.severity_id  # frozen with the incident
        return found

    @property
    def playbook(self) -> Playbook:
        return self.policy.playbook(self.playbook_id)

    @property
    def bridge(self) -> str | None:
        """The address of the video call; None if there is none for this severity."""
        least = self.policy.severity(self.playbook.bridge_from or "")
        if least and self.policy.rank(self.severity_id) > self.policy.rank(least.id):
            return None
        return self.playbook.bridge

    @property
    def acknowledged_at(self) -> datetime | None:
        """When it was first acknowledged; None if it wasn't."""
        return self.paging.acknowledged_at

    @property
    def acknowledged_by(self) -> str:
        """Who acknowledged first; empty if no one has. For all of them, see `paging`."""
        return next(iter(self.paging.acknowledged_by), "")

    @property
    def commander(self) -> str | None:
        return self.roles.get("ic")

    @property
    def told_title(self) -> list[str]:
        """The corrected title, for the facts of messages that show it outside of the channel: not
        that of a private incident. Without a correction, messages of older releases are up to
        date."""
        return [self.title] if self.title_changed and not self.private else []

    @property
    def has_channel(self) -> bool:
        """Whether it has a channel in which the bot can act."""
        return self.channel is not None and not self.channel_lost

    @property
    def is_open(self) -> bool:
        return self.stage in OPEN

    @property
    def is_over(self) -> bool:
        return self.stage in OVER

    @property
    def open_tasks(self) -> list[Task]:
        return [each for each in self.tasks.values() if each.is_open]

    def role_title(self, role_id: str) -> str:
        return next((each.title for each in self.policy.roles if each.id == role_id), role_id)


def place_of(history: Sequence[Recorded], seq: int) -> int:
    """Where the event of this number is, or would be, in a history."""
    return bisect_left(history, seq, key=attrgetter("seq"))
