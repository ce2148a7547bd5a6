"""Declaring an incident, and the messages that make it known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from bot.incident.card import CARD, CARD_KEY, DECLARED_KEY
from bot.incident.describing import fitting_title
from bot.incident.escalation import chain_of
from bot.incident.events import Declared, Event, Stage
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.incident.text_limits import fitting
from bot.paging import evolve as paging
from bot.streams.address import ANNOUNCEMENTS, INCIDENT_CHANNEL, thread
from bot.streams.effect import Urgency
from bot.streams.event import Command
from bot.streams.kind import Context, IndexChanges
from bot.streams.message import Facts, MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice


@dataclass(frozen=True, slots=True)
class Declare(Command):
    """`impact_began`: for the milestone, which is set right after the declaration. `mark`: what
    tells the incident from another one of the same number; no one can guess it."""

    title: str
    severity: str
    policy: Policy
    summary: str = ""
    playbook: str = "default"
    private: bool = False
    source: str = ""
    impact_began: datetime | None = None
    mark: str = ""


def declare(incident: Incident, command: Declare, context: Context) -> Sequence[Event]:
    assert incident.stage is Stage.NEW
    title = fitting_title(command.title)
    policy = command.policy
    playbooks = [playbook.id for playbook in policy.playbooks]
    if policy.severity(command.severity) is None or command.playbook not in playbooks:
        raise Refused("The policy changed after you opened this form. Open it again.")
    return [
        Declared(
            title,
            command.severity,
            command.policy,
            fitting(command.summary, "The summary"),
            command.playbook,
            command.private,
            command.source,
            thread=True,
            mark=command.mark,
        )
    ]


def _declared(incident: Incident, recorded: Recorded[Declared]) -> Incident:
    event, at, by = recorded.event, recorded.at, recorded.by
    declared = replace(
        incident,
        stage=Stage.INVESTIGATING,
        title=event.title,
        summary=event.summary,
        severity_id=event.severity,
        policy=event.policy,
        playbook_id=event.playbook,
        private=event.private,
        source=event.source,
        has_thread=event.thread,
        mark=event.mark,
        declarer=by,
        members=frozenset({by}),
        declared_at=at,
        opened_at=at,
        severity_at=at,
        cadence_reset_at=at,
        updated_at=at,
    )
    adopted = paging.adopt(incident.paging, event.rule)
    return replace(declared, paging=paging.begin(adopted, chain_of(declared), at))


def _announced_facts(incident: Incident, message: OutboundMessage) -> Facts:
    return (
        incident.severity_id,
        incident.stage,
        incident.commander,
        incident.channel,
        incident.corrected.get("declared"),
        *incident.told_title,
        *([incident.summary] if incident.summary_changed else []),
    )


ANNOUNCEMENT = MessageKind(
    "announcement", "announcement", facts=_announced_facts, urgency=Urgency.DECORATION
)
SOURCE = MessageKind("declared", "reply to the source message")


def _messages(incident: Incident, recorded: Recorded[Declared]) -> Iterator[OutboundMessage]:
    yield OutboundMessage(CARD_KEY, CARD, INCIDENT_CHANNEL, recorded)
    if not incident.private:
        yield OutboundMessage("announcement", ANNOUNCEMENT, ANNOUNCEMENTS, recorded)
    if incident.source and not incident.private:
        yield OutboundMessage(DECLARED_KEY, SOURCE, thread(incident.source), recorded)


def _line(incident: Incident, recorded: Recorded[Declared]) -> Line:
    event = recorded.event
    text = f"Declared {event.severity}: {event.title}"
    return Line("declared", text, CARD_KEY, quoted=event.title)


SLICE: Slice[Incident] = Slice(
    "declaring",
    events=(
        EventRule(
            Declared,
            "Declared",
            _declared,
            _messages,
            _line,
            is_progress=True,
            index=lambda _: IndexChanges(open=True),
        ),
    ),
    commands=(CommandRule(Declare, declare),),
    messages=(CARD, ANNOUNCEMENT, SOURCE),
)
