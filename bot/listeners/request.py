"""Requests and answers: the input and output of listeners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from bot.errors import Refused
from bot.incident import access
from bot.incident.access import NOT_MEMBERS, may_act
from bot.incident.decide import is_over
from bot.incident.incident import Incident
from bot.incident.members import RecordJoin, may_see
from bot.incidents import Outcome
from bot.listeners.inbound import EventCallback, Received
from bot.messages.blocks import Block
from bot.messages.text import clip, escape, format_duration
from bot.services import Services
from bot.store import Quarantined
from bot.streams.access import Grants, Limit, Standing
from bot.streams.actor import CLOCK, Actor, ByClock, User
from bot.streams.event import Command

if TYPE_CHECKING:
    from bot.listeners.feature import Subcommand


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that only the person sees. `instead`: replace the message whose button was
    clicked."""

    text: str
    blocks: list[Block] | None = None
    replace_original: bool = False


@dataclass(frozen=True, slots=True)
class OpenView:
    """A modal to open."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UpdateView:
    """A modal that replaces the current one."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CloseView:
    """Close the form, and show the text where the person opened it."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Errors by input, shown in the form, which stays open."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HomeView:
    """The person's new Home tab."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a select, as values and labels; at most 100 are shown."""

    options: Sequence[tuple[str, str]]


Answer = Reply | OpenView | UpdateView | CloseView | FieldErrors | HomeView | Options | None


P_co = TypeVar("P_co", bound=Received, covariant=True, default=Received)


@dataclass(slots=True)
class Request(Generic[P_co]):
    """A request from Slack, and the services to handle it with.

    A listener declares the kind of request it takes: `Request[SlashCommand]`,
    `Request[Submission]`; plain `Request` if it only needs the common fields. `intent`: the key of
    one action, the same for each delivery. `to_reconcile`: the incidents to reconcile afterwards.
    `resumed`: the incident released from quarantine. `named`: the incident named in the text, if
    any. `subcommands`: all of them by name, for buttons that stand for typed words. `handled`: the
    incidents that this request changed, as they were before. `declared`: the one it declared.
    """

    services: Services
    payload: P_co
    intent: str
    to_reconcile: set[str] = field(default_factory=set)
    resumed: Quarantined | None = None
    named: str = ""
    subcommands: Mapping[str, "Subcommand"] = field(default_factory=dict)
    handled: dict[str, Incident] = field(default_factory=dict)
    declared: str = ""
    _standing: Standing | None = None

    @property
    def user(self) -> str:
        """The person who acted; the clock if there is none."""
        return self.payload.user

    @property
    def actor(self) -> Actor:
        """The actor for commands."""
        return ByClock() if self.user == CLOCK else User(self.user)

    @property
    def grants(self) -> Grants:
        """The facts that Slack vouches for: the channel they act in, and as whom."""
        return Grants(self.channel, standing=self.standing)

    @property
    def standing(self) -> Standing:
        """As whom they act: who they are in our workspace, and whom the policy treats alike."""
        if self._standing is None:
            services = self.services
            known = isinstance(self.actor, User)
            asked = services.people.standing(self.user) if known else Standing.MEMBER
            self._standing = services.open_to.treats(asked)
        return self._standing

    def spend(self, what: str, things: Sequence[str], limit: Limit) -> None:
        """Count what this person asks for. Raises `Refused` if it is too much in a short time."""
        limits, within = self.services.store.person_limits, limit.within
        if not limits.spend(what, self.user, things, most=limit.most, within=within):
            raise Refused(
                f"That's too much at once: {limit.most} {what} in {format_duration(within)} is "
                "the limit for one person (`access.yml`). Nothing was done. Wait a little, or ask "
                "someone else."
            )

    def require_member(self) -> None:
        """Raise `Refused` for guests, strangers and apps."""
        if self.standing is not Standing.MEMBER:
            raise Refused(NOT_MEMBERS[self.standing])

    @property
    def channel(self) -> str:
        """The channel; empty in a form."""
        return self.payload.channel or ""

    def incident_id(self) -> str:
        """The id of the incident that the request is about. Raises `Refused` if there is none."""
        found = (
            self.named
            or self.payload.named_incident
            or (self.services.store.streams.find(self.channel) if self.channel else None)
        )
        found = found or self._without_channel()
        if not found:
            raise Refused(
                "That only works in an incident channel or with the incident's number, like "
                "`/incident ack INC-7`. To declare an incident: `/incident declare TITLE`."
            )
        return found

    def _without_channel(self) -> str | None:
        """The person's own incident without a channel, which they can act on anywhere."""
        found = self.services.store.documents.without_channel(self.user)
        incident = self.services.incidents.get(found) if found else None
        meant = incident is not None and incident.channel is None and not incident.is_over
        return found if meant else None

    def incident(self) -> Incident:
        incident = self.services.incidents.get(self.incident_id())
        if not incident.history:
            raise Refused(unknown(incident.id))
        # what an event causes is checked at the door: our own joining is one
        is_event = isinstance(self.payload, EventCallback)
        grants = Grants(self.channel) if is_event else self.grants
        verdict = may_act(self.actor, incident, grants)
        if not verdict.allowed:
            raise Refused(verdict.why)
        return incident if may_see(self.actor, incident) else self._private(incident)

    def _private(self, incident: Incident) -> Incident:
        """Record that a person who acts in the channel is a member; not if Slack says that they
        aren't in it, whatever the request claims. Raises `Refused`."""
        if self.channel != incident.channel or isinstance(self.payload, EventCallback):
            return incident
        if self.services.people.is_in(self.channel, self.user) is False:
            raise Refused(unknown(incident.id))
        here = RecordJoin(self.user)
        return self.services.incidents.handle(
            incident.id, here, by=self.actor, grants=self.grants
        ).incident

    def channel_incident(self) -> Incident | None:
        """The incident that is named, or else that of this channel, if any."""
        here = self.services.store.streams.find(self.channel) if self.channel else None
        found = self.named or here
        return self.services.incidents.get(found) if found else None

    def open_incident(self) -> Incident:
        """The incident for a form. Raises `Refused` if it is over."""
        incident = self.incident()
        if incident.is_over:
            raise Refused(is_over(incident))
        return incident

    def handle(self, command: Command) -> Outcome:
        """Pass a command to `Incidents`."""
        before = self.incident()
        quarantined = self.services.store.quarantine.quarantined(before.id)
        outcome = self.services.incidents.handle(
            before.id, command, by=self.actor, intent=self.intent, grants=self.grants
        )
        self.to_reconcile.add(before.id)
        self.resumed = quarantined if outcome.events else None
        if outcome.events:
            self.handled.setdefault(before.id, before)
        return outcome


def unknown(incident_id: str) -> str:
    """The reply for an incident that doesn't exist or isn't visible to the person."""
    return access.unknown(escape(clip(incident_id, 40)))
