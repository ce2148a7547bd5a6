"""Every message and form that the bot would produce under the operator's own policy, from the real
listeners on a temporary store. Nothing is posted in Slack.
"""

import json
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from itertools import count

from bot.errors import Refused
from bot.incident.decide import decide
from bot.incident.duplicates import Join
from bot.incident.effects import EditMessage, OpenChannel, PostMessage, pending_effects
from bot.incident.escalation import Tick
from bot.incident.events import (
    CLOCK,
    ChannelLost,
    ChannelOpened,
    Event,
    Failed,
    Posted,
    PostmortemDrafted,
    Shown,
)
from bot.incident.incident import Incident
from bot.incident.lifecycle import TITLE_MAX, Declare
from bot.incident.outbound import OutboundMessage
from bot.incidents import Incidents
from bot.listeners.declare_form import DeclareForm, declare_form
from bot.listeners.feature import Listener
from bot.listeners.features import FEATURES
from bot.listeners.inbound import (
    BlockAction,
    GlobalShortcut,
    MessageShortcut,
    Received,
    SlashCommand,
)
from bot.listeners.request import Answer, HomeView, OpenView, Reply, Request, UpdateView
from bot.messages import render_message
from bot.messages.blocks import Block
from bot.messages.text import clip
from bot.services import Services
from bot.streams.actor import User
from bot.streams.record import record

ME, OTHER = "U00000001", "U00000002"
LONG = "Checkout is down & <nobody> can pay, since the deploy; " * 80
WORDS = LONG[:2900]

# What people type, in this order, between two checks of the messages that follow. OTHER is a
# different severity from the incident's, if there is one.
SCRIPT = (
    *("role ic", f"role ol <@{OTHER}>", "role ol none", f"update {WORDS}", f"note {WORDS}"),
    *(f"snooze 20m {WORDS}", f"page <@{OTHER}> {WORDS}"),
    *(f"handoff ic <@{OTHER}>", f"task {WORDS[:200]} <@{OTHER}> 20m", "task done 1", "task list"),
    *(f"severity OTHER {WORDS}", "status identified found it", "mitigate rolled back"),
    *(f"milestone mitigated 5m ago {WORDS}", f"resolve {WORDS}"),
    *("close", "postmortem", "reopen it is back", "ack", "subscribe", f"update {WORDS}"),
    *("unsubscribe", "cancel a false alarm"),
)
STAGES = ("", "resolve", "cancel")


@dataclass(slots=True)
class Hand:
    """The clock of the rehearsal, which only moves when told to."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


@dataclass(frozen=True, slots=True)
class Shape:
    """`kind`: Slack's name for `blocks.validate`, `message` or `view`. `what`: our name."""

    kind: str
    what: str
    body: str


class Rehearsal:
    def __init__(self, services: Services) -> None:
        """`house`: the services, on a store that nobody else uses."""
        self._hand = Hand(services.clock.now())
        self._house = replace(
            services, clock=self._hand, incidents=Incidents(services.store, self._hand)
        )
        self._number = count(1)

    def shapes(self) -> Iterator[Shape]:
        """Each message and form once, however often it occurs."""
        seen = set[str]()
        for shape in self._all():
            if shape.body not in seen:
                seen.add(shape.body)
                yield shape

    def _all(self) -> Iterator[Shape]:
        policy = self._house.policy
        for severity in policy.severities:
            yield from self._told(severity.id, "default", private=False)
        for kind in policy.playbooks:
            yield from self._told(policy.severities[0].id, kind.id, private=True)
        yield from self._troubles(policy.severities[0].id)
        yield from self._together(policy.severities[0].id)
        for question in policy.questions:
            asked = UpdateView(declare_form(policy, DeclareForm(question=question.id, more={})))
            yield from _answered(f"question {question.id}", asked)
        for stage in STAGES:
            yield from self._asked(stage)

    # --- messages --------------------------------------------------------------------------

    def _told(self, severity: str, kind: str, *, private: bool) -> Iterator[Shape]:
        """A whole incident, with all messages after each step."""
        incident_id = self._declared(severity, kind, private=private)
        incident = yield from self._said(self._get(incident_id))
        ids = [each.id for each in self._house.policy.severities]
        other = next((each for each in ids if each != severity), severity)
        for line in SCRIPT:
            typed = line.replace("OTHER", other)
            for _ in range(2):
                self._hand.at += timedelta(minutes=20)
                incident = yield from self._said(self._tick(incident))
            yield from _answered(clip(typed, 40), self._type(typed, incident_id))
            incident = yield from self._said(self._get(incident_id))

    def _troubles(self, severity: str) -> Iterator[Shape]:
        """Messages about what Slack refused, and what admins may have to fix."""
        for trouble in (
            Failed("channel", "restricted_action"),
            Failed("draft", "missing_scope"),
            Failed(f"member:{OTHER}", "user_is_restricted"),
            ChannelLost("is_archived"),
            PostmortemDrafted("https://example.slack.com/files/U1/F1/postmortem.md", 99),
        ):
            incident = self._get(self._declared(severity, "default", private=False))
            yield from self._said(self._happens(incident, trouble))

    def _together(self, severity: str) -> Iterator[Shape]:
        """The same incident is declared again, in a minute and later; joined, then merged."""
        here = self._declared(severity, "default", private=False)
        for _ in range(3):
            yield from _answered("declare", self._type(f"declare {LONG[:TITLE_MAX]}", here))
            self._hand.at += timedelta(seconds=40)
        self._house.incidents.handle(here, Join(WORDS), by=User(OTHER))
        yield from self._said(self._get(here))
        other = self._declared(severity, "default", private=False)
        yield from _answered("merge", self._type(f"merge {other}", here))
        yield from self._said(self._get(here))
        yield from self._said(self._get(other))

    def _said(self, incident: Incident) -> Generator[Shape, None, Incident]:
        """The messages that are due, until all are marked as posted; the incident then."""
        while wanted := pending_effects(incident):
            happened: list[Event] = []
            for effect in wanted:
                match effect:
                    case OpenChannel():
                        happened.append(ChannelOpened(_channel(incident.id), "incident"))
                    case PostMessage(message, digest):
                        yield self._reads(message, incident)
                        happened.append(
                            Posted(message.key, "C00000001", "1700000000.000100", digest)
                        )
                    case EditMessage(message, digest):
                        yield self._reads(message, incident)
                        happened.append(Shown(message.key, digest))
                    case _:
                        happened.append(Shown(effect.key, effect.digest))
            incident = self._happens(incident, *happened)
        return incident

    def _reads(self, outbound: OutboundMessage, incident: Incident) -> Shape:
        message = render_message(incident, outbound, self._house.render_context())
        return _message(f"{outbound.kind} of {incident.severity_id}", message.text, message.blocks)

    # --- forms and replies -----------------------------------------------------------------

    def _asked(self, stage: str) -> Iterator[Shape]:
        """Each subcommand without arguments and each button, for an incident at `stage`."""
        for name, listener, asked in _everything():
            incident_id = self._declared(
                self._house.policy.severities[0].id, "default", private=False
            )
            opened = ChannelOpened(_channel(incident_id), "incident")
            self._happens(self._get(incident_id), opened)
            if stage:
                self._type(stage, incident_id)
            request = Request(self._house, asked(name, incident_id), self._intent())
            try:
                yield from _answered(name, listener(request))
            except Refused as refusal:
                yield _message(name, str(refusal), [])

    # --- actions ---------------------------------------------------------------------------

    def _declared(self, severity: str, kind: str, *, private: bool) -> str:
        number = next(self._number)
        title = f"{number} {LONG}"[:TITLE_MAX]
        source = f"C00000001/1700000000.{number:06}"  # each message declares one incident
        declare = Declare(title, severity, self._house.policy, WORDS, kind, private, source)
        outcome = self._house.incidents.declare(
            declare, by=User(ME), intent=f"declare:{number}", anyway=True
        )
        assert not isinstance(outcome, Incident)  # anyway: nothing counts as a duplicate
        self._tick(outcome.incident)
        return outcome.incident.id

    def _intent(self) -> str:
        return f"rehearsal:{next(self._number)}"

    def _type(self, typed: str, incident_id: str) -> Answer:
        command = _command(typed, incident_id)
        (listener,) = (
            verb.listener
            for each in FEATURES
            for verb in each.verbs
            if command.subcommand in verb.names
        )
        try:
            return listener(Request(self._house, command, self._intent()))
        except Refused as refusal:
            return Reply(str(refusal))

    def _get(self, incident_id: str) -> Incident:
        return self._house.incidents.get(incident_id)

    def _tick(self, incident: Incident) -> Incident:
        """Let what is due come due; everybody is on call."""
        schedules = {
            target.removeprefix("oncall:"): (OTHER,)
            for chain in incident.policy.chains
            for step in chain.steps
            for target in step.notify
        }
        due = decide(incident, Tick(schedules), self._hand.at, CLOCK)
        return self._happens(incident, *due)

    def _happens(self, incident: Incident, *events: Event) -> Incident:
        """Write it down. What follows from it is worked out here: reading hundreds of events
        again after each of them would take most of a rehearsal's time."""
        if events:
            at, after, store = self._hand.at, incident.version, self._house.store
            store.streams.append(incident.id, events, at=at, by=CLOCK, after=after)
            evolve = store.kinds.of(incident.id).evolve
            incident = reduce(evolve, record(events, at, CLOCK, after=after), incident)
        return incident


def _answered(what: str, answer: Answer) -> Iterator[Shape]:
    match answer:
        case OpenView(view) | UpdateView(view) | HomeView(view):
            shown = {key: each for key, each in view.items() if each is not None}
            yield Shape("view", f"form of `{what}`", json.dumps(shown))
        case Reply(text, blocks):
            yield _message(f"answer to `{what}`", text, blocks or [])


def _message(what: str, text: str, blocks: list[Block]) -> Shape:
    return Shape("message", what, json.dumps({"text": text, "blocks": blocks}))


def _everything() -> Iterator[tuple[str, Listener, Callable[[str, str], Received]]]:
    """Every request that is possible in an incident's channel, and the payload that Slack
    sends.
    """
    for each in FEATURES:
        yield from ((verb.names[0], verb.listener, _command) for verb in each.verbs)
    for each in FEATURES:
        yield from ((name, listener, _click) for name, listener in each.buttons.items())
    for each in FEATURES:
        yield from ((name, listener, _shortcut) for name, listener in each.shortcuts.items())
    for each in FEATURES:
        for name, listener in each.message_shortcuts.items():
            yield name, listener, _message_shortcut


def _command(typed: str, incident_id: str) -> SlashCommand:
    return SlashCommand(
        command="/incident", user_id=ME, channel_id=_channel(incident_id), text=typed
    )


def _click(action_id: str, incident_id: str) -> BlockAction:
    value = json.dumps({"incident": incident_id, "role": "ic"})
    clicked = {"type": "button", "action_id": action_id, "value": value}
    return BlockAction.model_validate(
        {**_done("block_actions", incident_id), "actions": [clicked]}
    )


def _shortcut(callback_id: str, incident_id: str) -> GlobalShortcut:
    return GlobalShortcut.model_validate(
        {**_done("shortcut", incident_id), "callback_id": callback_id}
    )


def _message_shortcut(callback_id: str, incident_id: str) -> MessageShortcut:
    message = {"ts": "1700000000.000200", "text": WORDS, "user": OTHER}
    return MessageShortcut.model_validate(
        {
            **_done("message_action", incident_id),
            "callback_id": callback_id,
            "message": message,
        }
    )


def _done(kind: str, incident_id: str) -> dict[str, object]:
    return {"type": kind, "user": {"id": ME}, "channel": {"id": _channel(incident_id)}}


def _channel(incident_id: str) -> str:
    return f"C{incident_id.removeprefix('INC-'):0>8}"
