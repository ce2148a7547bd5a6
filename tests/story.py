"""Stories: tests of the pure core as a sequence of commands with times, and their events.

Times are in the left column. A story has no clock, no store and no Slack; it executes pending
effects as `bot.reconcile` would, unless Slack is down.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.incident.decide import decide
from bot.incident.declaring import Declare
from bot.incident.drafting import DraftPostmortem
from bot.incident.effects import (
    Bookmark,
    CheckAddress,
    EditMessage,
    Invite,
    OpenChannel,
    PinCard,
    PostMessage,
    ReadGroup,
    ReadMessage,
    RejoinChannel,
    SendMail,
    SetTopic,
)
from bot.incident.events import (
    CLOCK,
    AddressChecked,
    ChannelBack,
    ChannelLost,
    ChannelOpened,
    Escalated,
    Event,
    Failed,
    GroupRead,
    PinRead,
    Posted,
    PostmortemDrafted,
    Recorded,
    Reminded,
    Shown,
)
from bot.incident.evolve import evolve, replay
from bot.incident.incident import Incident
from bot.incident.pending import pending_effects
from bot.incident.policy import Playbook, Policy, Role, Severity
from bot.incident.slices import STORED_AS
from bot.incident.timers import Tick, next_due
from bot.paging.policy import Chain, Step
from bot.streams.actor import ByClock, parse_actor
from bot.streams.address import INCIDENT_CHANNEL, AnnouncementThread
from bot.streams.effect import Effect
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import OutboundMessage

ANA, BOB, CARL = "U0ANA", "U0BOB", "U0CARL"
PAT, SAM, BOSS = "U0PAT", "U0SAM", "U0BOSS"  # primary, secondary, and the last in the chain
ON_CALL: dict[str, Sequence[str]] = {"primary": [PAT], "secondary": [SAM]}

OWN_ADDRESSES = ("ana@example.com", "bob@example.com")  # their addresses in Slack

ROLES = (
    Role("ic", "Incident Commander", ("commander",), "*You're in command.*"),
    Role("ol", "Operations Lead", ("ops",), "*You operate.*"),
    Role("cl", "Communications Lead", ("comms",), "*You tell everybody else.*"),
    Role("scribe", "Scribe", ("notes",), "*You remember.*"),
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


SEVERITIES = (
    Severity(
        "SEV0",
        "Critical outage",
        ("P0", "critical"),
        update_every=minutes(15),
        ack_within=minutes(5),
        ack_every=minutes(5),
        commander_within=minutes(5),
        commander_every=minutes(5),
        roles=("ic", "cl", "ol", "scribe"),
        roles_within=minutes(10),
        roles_every=minutes(10),
        escalation="default",
        postmortem_within=timedelta(hours=48),
    ),
    Severity(
        "SEV1",
        "Major degradation",
        ("P1", "major"),
        update_every=minutes(30),
        ack_within=minutes(5),
        ack_every=minutes(10),
        commander_within=minutes(10),
        commander_every=minutes(10),
        roles=("ic", "ol"),
        roles_within=minutes(15),
        roles_every=minutes(15),
        escalation="default",
        postmortem_within=timedelta(hours=48),
    ),
    Severity(
        "SEV2",
        "Minor impact",
        ("P2", "minor"),
        default=True,
        update_every=minutes(120),
        ack_within=minutes(30),
        ack_every=minutes(60),
    ),
    Severity("SEV3", "Low impact", ("P3", "low")),
)

DEFAULT = Chain(
    "default",
    (
        Step(("oncall:primary",)),
        Step(("oncall:secondary",), after=minutes(5)),
        Step((f"@{BOSS}", "#leads"), after=minutes(15)),
    ),
    repeat=1,
    pause=minutes(15),
)

POLICY = Policy(SEVERITIES, ROLES, (DEFAULT,), (Playbook("default", "Incident"),), together=True)


def only(chain: Chain | None = None, **row: object) -> Policy:
    """A policy with one severity, SEV1, that has only these settings."""
    severity = replace(Severity("SEV1", "Major", default=True), **row)  # type: ignore[arg-type]
    if chain:
        severity = replace(severity, escalation=chain.id)
    return Policy((severity,), ROLES, (chain,) if chain else (), together=True)


class Story:
    """One incident, not declared yet; see `declared`.

    `by`: the default actor of `at`. `ON_CALL`: who is on call unless the story changes it.
    `groups`: who is in a user group (`@S…`), and who the `admins` are. `said`:
    the posted messages, as `kind to whom`, in order.
    """

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.incident = Incident("INC-1")
        self.records: list[Recorded] = []
        self.now = clock("10:00")
        self.on_call = dict(ON_CALL)
        self.groups: dict[str, tuple[str, ...]] = {"admins": (f"@{BOSS}",)}
        self.said: list[str] = []
        self.done: list[Effect] = []
        self._away = False
        self._archived = ""
        self._refuses: Callable[[Effect], str] = lambda _: ""

    def at(self, when: str, command: Command | None = None, by: str = ANA) -> list[Event]:
        """Give a command at `when`; without a command, only time passes. Then execute the pending
        effects. Returns the events. Raises `Refused`."""
        self.now = clock(when)
        before = len(self.incident.history)
        if command is not None:
            self._happen(decide(self.incident, command, Context(self.now, parse_actor(by))), by)
        self._attend()
        return [each.event for each in self.incident.history[before:]]

    def until(self, when: str) -> list[str]:
        """Let time pass from one due time to the next, like the clock; returns the events."""
        end, before = clock(when), len(self.incident.history)
        for _ in range(1000):
            due = next_due(self.incident)
            if due is None or due > end:
                self.now = end
                return [plainly(each) for each in self.incident.history[before:]]
            assert due > self.now or self._away, f"due again at once: {due}"
            self.now = max(due, self.now)
            self._attend()
        raise AssertionError("it never comes to rest")

    def due(self) -> str | None:
        """When the next timer is due."""
        due = next_due(self.incident)
        return f"{due:%H:%M}" if due else None

    def todo(self) -> list[str]:
        """The keys of the pending effects that aren't heavy, most urgent first."""
        return [effect.key for effect in pending_effects(self.incident) if not effect.heavy]

    def deliver(self) -> list[str]:
        """Execute all pending effects that aren't heavy; returns their keys, in order."""
        delivered: list[str] = []
        for _ in range(1000):
            wanted = [each for each in pending_effects(self.incident) if not each.heavy]
            if self._away or not wanted:
                return delivered
            self.carry_out(wanted[0])
            delivered.append(wanted[0].key)
        raise AssertionError(f"it never comes to rest: {self.todo()}")

    def carry_out(self, effect: Effect) -> None:
        """The event that `bot.reconcile` records for an effect."""
        if reason := self._refuses(effect):
            here = isinstance(effect, SetTopic | PinCard | Bookmark | Invite | ReadMessage) or (
                isinstance(effect, PostMessage | EditMessage)
                and effect.message.to == INCIDENT_CHANNEL
            )
            gone = reason in ("is_archived", "channel_not_found")
            lost = ChannelLost(reason) if here and gone else None
            self._happen([lost or Failed(effect.key, reason, effect.digest)], CLOCK)
            return
        self.done.append(effect)
        ts = f"{self.now.timestamp():.0f}.{self.incident.version:06}"
        match effect:
            case OpenChannel():
                new = "C0NEW" if self._archived else "C0INC"
                event: Event = ChannelOpened(new, "incident-2030-01-07-checkout-is-down")
            case PostMessage(message, _) if (
                message.to == INCIDENT_CHANNEL and self.incident.channel == self._archived
            ):
                event = ChannelLost("is_archived")
            case PostMessage(message, face):
                event = Posted(message.key, f"C/{message.to}", ts, face)
                self.said.append(f"{message.kind} {_where(message)}")
            case EditMessage(message, face):
                event = Shown(message.key, face)
            case SendMail(message, face):
                event = Posted(message.key, str(message.to), ts, face)
                self.said.append(f"{message.kind} {_where(message)}")
            case CheckAddress(number, _, address):
                event = AddressChecked(number, own=address in OWN_ADDRESSES)
            case ReadGroup(seq, group):
                event = GroupRead(seq, group, self.groups.get(group, ()))
            case RejoinChannel():
                event = ChannelBack(rejoined=True)
            case ReadMessage(ts):
                event = PinRead(ts, CARL, "Errors began with the deploy.")
            case DraftPostmortem(request):
                event = PostmortemDrafted(f"https://x.org/{ts}", through=int(request))
            case _:
                event = Shown(effect.key, effect.digest)
        self._happen([event], CLOCK)

    def hears(self, command: Command, when: str, by: str = ANA) -> list[str]:
        """The messages that a command causes."""
        before = len(self.said)
        self.at(when, command, by)
        return self.said[before:]

    def slack_is_away(self) -> None:
        self._away = True

    def slack_is_back(self) -> None:
        self._away = False

    def is_archived(self, channel: str) -> None:
        """Somebody archives the incident's channel once it is over; a new one would be `C0NEW`."""
        self._archived = channel

    def slack_refuses(self, key: str, reason: str = "cannot_dm_bot") -> None:
        """Permanently refuse all effects whose key begins with `key`, from now on."""
        self._refuses = lambda effect: reason if effect.key.startswith(key) else ""

    def replayed(self) -> Incident:
        return replay("INC-1", self.records)

    def _attend(self) -> None:
        for _ in range(100):
            events = decide(self.incident, Tick(self.on_call), Context(self.now, ByClock()))
            self._happen(events, CLOCK)
            delivered = self.deliver()
            if not events and not delivered:
                return
        raise AssertionError("it never comes to rest")

    def _happen(self, events: Sequence[Event], by: str) -> None:
        for event in events:
            recorded = Recorded(event, self.now, by, self.incident.version + 1)
            self.records.append(recorded)
            self.incident = evolve(self.incident, recorded)


def declared(
    severity: str = "SEV1",
    policy: Policy = POLICY,
    *,
    private: bool = False,
    title: str = "Checkout is down",
    summary: str = "",
    source: str = "",
) -> Story:
    """An incident declared by Ana at 10:00."""
    story = Story(policy)
    story.at("10:00", Declare(title, severity, policy, summary, private=private, source=source))
    return story


def clock(when: str) -> datetime:
    """Parse a time like `10:05` or `10:05:30`; `24:00` and later are on the next day."""
    hours, *rest = map(int, when.split(":"))
    past = timedelta(hours=hours, minutes=rest[0], seconds=rest[1] if rest[1:] else 0)
    return datetime(2030, 1, 7, tzinfo=UTC) + past


def plainly(recorded: Recorded) -> str:
    """A timer's event in one line: `10:30 asks for update`, `10:05 pages @U0SAM`."""
    match recorded.event:
        case Reminded(reminder):
            what = f"asks for {reminder}"
        case Escalated(_, _, targets):
            what = f"pages {', '.join(targets) or 'nobody'}"
        case other:
            what = STORED_AS[type(other)]
    return f"{recorded.at:%H:%M} {what}"


def _where(message: OutboundMessage) -> str:
    in_thread = isinstance(message.to, AnnouncementThread)
    return "in the announcement's thread" if in_thread else str(message.to)
