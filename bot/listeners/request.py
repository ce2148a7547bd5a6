"""What a listener gets, and what it may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from typing_extensions import TypeVar

from bot.errors import Refused
from bot.incident.decide import Command, is_over
from bot.incident.incident import Incident
from bot.incident.members import RecordJoin, may_answer, may_see
from bot.incidents import Outcome
from bot.listeners.inbound import EventCallback, Received
from bot.messages.blocks import Block
from bot.messages.text import clip, escape
from bot.services import Services
from bot.store import Quarantined


@dataclass(frozen=True, slots=True)
class Reply:
    """Said to the asker alone. `instead`: in place of the message whose button was clicked."""

    text: str
    blocks: list[Block] | None = None
    replace_original: bool = False


@dataclass(frozen=True, slots=True)
class OpenView:
    """A modal to open."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UpdateView:
    """A modal to show instead of the one the person is looking at."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class CloseView:
    """The form closes; the words are said where the person came from."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What is wrong, by input: shown under it, in the modal that stays open."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HomeView:
    """What the asker sees on the app's home tab from now on."""

    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """What a select offers, each with its value and its label; at most 100 are shown."""

    options: Sequence[tuple[str, str]]


Answer = Reply | OpenView | UpdateView | CloseView | FieldErrors | HomeView | Options | None


P_co = TypeVar("P_co", bound=Received, covariant=True, default=Received)


@dataclass(slots=True)
class Request(Generic[P_co]):
    """What a listener gets: what Slack sent, and what there is to act with.

    A listener says which kind of request it takes: `Ask[SlashCommand]`, `Ask[Submission]`; plain
    `Request` if it only needs what all have. `intent`: one thing that the person meant to do,
    however often it is delivered. `touched`: the incidents to attend to afterwards.
    `resumed`: the incident that is no longer set aside. `named`: the incident that the words
    name, if they name one; that is the one that is meant then.
    """

    services: Services
    payload: P_co
    intent: str
    to_reconcile: set[str] = field(default_factory=set)
    resumed: Quarantined | None = None
    named: str = ""

    @property
    def user(self) -> str:
        """Who asks; the clock, if nobody did."""
        return self.payload.user

    @property
    def channel(self) -> str:
        """Where they are; empty in a form."""
        return self.payload.channel or ""

    def incident_id(self) -> str:
        """The id of the incident that is meant. Raises `Refused` outside of one."""
        found = (
            self.named
            or self.payload.named_incident
            or (self.services.store.find(self.channel) if self.channel else None)
        )
        found = found or self._without_channel()
        if not found:
            raise Refused(
                "That works inside an incident's channel: go there and type it again, "
                "or declare one with `/incident declare TITLE`."
            )
        return found

    def _without_channel(self) -> str | None:
        """The asker's own incident that Slack gave no channel: it can be meant anywhere."""
        found = self.services.store.without_channel(self.user)
        incident = self.services.incidents.get(found) if found else None
        meant = incident is not None and incident.channel is None and not incident.is_over
        return found if meant else None

    def incident(self) -> Incident:
        incident = self.services.incidents.get(self.incident_id())
        if not incident.history:
            raise Refused(unknown(incident.id))
        return incident if may_see(incident, self.user) else self._private(incident)

    def _private(self, incident: Incident) -> Incident:
        """For somebody who isn't known to be in on it: who acts in its channel is, and to
        others it isn't there."""
        if self.channel != incident.channel:
            if not may_answer(incident, self.user):
                raise Refused(unknown(incident.id))
        elif not isinstance(self.payload, EventCallback):
            here = RecordJoin(self.user)
            return self.services.incidents.handle(incident.id, here, by=self.user).incident
        return incident

    def channel_incident(self) -> Incident | None:
        """The incident in whose channel something happened; most channels are no incident's."""
        found = self.services.store.find(self.channel) if self.channel else None
        return self.services.incidents.get(found) if found else None

    def open_incident(self) -> Incident:
        """The incident, for a form about it. Raises `Refused` if it is over."""
        incident = self.incident()
        if incident.is_over:
            raise Refused(is_over(incident))
        return incident

    def handle(self, command: Command) -> Outcome:
        """Hand a command to the one door."""
        incident_id = self.incident().id
        quarantined = self.services.store.quarantined(incident_id)
        outcome = self.services.incidents.handle(
            incident_id, command, by=self.user, intent=self.intent
        )
        self.to_reconcile.add(incident_id)
        self.resumed = quarantined if outcome.events else None
        return outcome


def unknown(incident_id: str) -> str:
    """What is said of an incident that isn't there, and of one that isn't for this person."""
    return f"There is no {escape(clip(incident_id, 40))}; it may belong to another Muster."
