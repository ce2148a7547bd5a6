"""Every message and form that the bot would produce under the operator's own policy, from the real
listeners on a temporary store. Nothing is posted in Slack.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.doctor.rehearsed_incidents import RehearsedIncidents
from bot.doctor.sample_requests import COLLEAGUE, LONG_TEXT, TEXT, all_requests, channel_of
from bot.doctor.shape import Shape, answer_shapes, message_shape
from bot.errors import Refused
from bot.incident.effects import EditMessage, PostMessage
from bot.incident.events import (
    ChainEnded,
    ChannelLost,
    ChannelOpened,
    Failed,
    PageWithdrawn,
    PostmortemDrafted,
)
from bot.incident.incident import Incident
from bot.incident.pending import pending_effects
from bot.incident.text_limits import TITLE_MAX
from bot.listeners.declare_form import DeclareForm, declare_form
from bot.listeners.request import UpdateView
from bot.messages import render_message
from bot.messages.text import clip
from bot.services import Services
from bot.streams.message import OutboundMessage

# What people type, in this order, between two checks of the messages that follow.
# OTHER_SEVERITY is a different severity from the incident's, if there is one.
SCRIPT = (
    *(
        "ack",
        "role ic",
        f"role ol <@{COLLEAGUE}>",
        "role ol none",
        f"update {TEXT}",
        f"note {TEXT}",
    ),
    *(f"snooze 20m {TEXT}", f"page <@{COLLEAGUE}> {TEXT}", f"handoff ic <@{COLLEAGUE}>"),
    *(f"task {TEXT[:200]} <@{COLLEAGUE}> 20m", "task done 1", "task list"),
    *(f"severity OTHER_SEVERITY {TEXT}", "status identified found it", "mitigate rolled back"),
    *(f"milestone mitigated 5m ago {TEXT}", f"resolve {TEXT}"),
    *(
        "close",
        "postmortem",
        "reopen it is back",
        "ack",
        "subscribe",
        "title Card payments fail",
        f"summary {TEXT}",
        f"update {TEXT}",
    ),
    *("unsubscribe", "escalate", "cancel a false alarm"),
)
STAGES = (
    "",
    "resolve it is over",
    "cancel a false alarm",
)  # what is typed to bring an incident there

# What Slack refused, what admins may have to fix, that no one answered, and a page that was a
# mistake.
FAILURES = (
    Failed("channel", "restricted_action"),
    Failed("draft", "missing_scope"),
    Failed(f"member:{COLLEAGUE}", "user_is_restricted"),
    ChannelLost("is_archived"),
    ChainEnded(datetime(2026, 1, 1, tzinfo=UTC), (f"@{COLLEAGUE}",)),
    PageWithdrawn(COLLEAGUE, 1),
    PostmortemDrafted("https://example.slack.com/files/U1/F1/postmortem.md", 99),
)


class Rehearsal:
    """Plays every kind of incident, and asks every request that is possible in its channel."""

    def __init__(self, services: Services) -> None:
        """`services`: with a store of its own."""
        services.store.level.rise(quiet=timedelta())  # no older release uses this store
        self._incidents = RehearsedIncidents(services)
        self._policy = services.policy

    def shapes(self) -> Iterator[Shape]:
        """Each message and form once, however often it occurs."""
        seen = set[str]()
        for shape in self._all():
            if shape.body not in seen:
                seen.add(shape.body)
                yield shape

    def _all(self) -> Iterator[Shape]:
        first_severity = self._policy.severities[0].id
        for severity in self._policy.severities:
            yield from self._whole_incident(severity.id, "default", private=False)
        for kind in self._policy.playbooks:
            yield from self._whole_incident(first_severity, kind.id, private=True)
        yield from self._failures(first_severity)
        yield from self._duplicates(first_severity)
        for question in self._policy.questions:
            form = declare_form(self._policy, DeclareForm(question=question.id, more={}))
            yield from answer_shapes(f"question {question.id}", UpdateView(form))
        for stage in STAGES:
            yield from self._all_requests(stage, first_severity)

    # --- messages --------------------------------------------------------------------------

    def _whole_incident(self, severity: str, kind: str, *, private: bool) -> Iterator[Shape]:
        """A whole incident, with all messages after each step."""
        incident_id = self._incidents.declare(severity, kind, private=private)
        yield from self._due_messages(incident_id)
        others = (other.id for other in self._policy.severities if other.id != severity)
        other_severity = next(others, severity)
        for line in SCRIPT:
            typed = line.replace("OTHER_SEVERITY", other_severity)
            for _ in range(2):
                self._incidents.wait(timedelta(minutes=20))
                self._incidents.tick(incident_id)
                yield from self._due_messages(incident_id)
            yield from answer_shapes(clip(typed, 40), self._incidents.type(typed, incident_id))
            yield from self._due_messages(incident_id)

    def _failures(self, severity: str) -> Iterator[Shape]:
        for failure in FAILURES:
            incident_id = self._incidents.declare(severity)
            self._incidents.record(incident_id, failure)
            yield from self._due_messages(incident_id)

    def _duplicates(self, severity: str) -> Iterator[Shape]:
        """The same incident is declared again, in a minute and later; joined, then merged."""
        first = self._incidents.declare(severity)
        for _ in range(3):
            answer = self._incidents.type(f"declare {LONG_TEXT[:TITLE_MAX]}", first)
            yield from answer_shapes("declare", answer)
            self._incidents.wait(timedelta(seconds=40))
        self._incidents.join(first)
        yield from self._due_messages(first)
        second = self._incidents.declare(severity)
        yield from answer_shapes("merge", self._incidents.type(f"merge {second}", first))
        yield from self._due_messages(first)
        yield from self._due_messages(second)

    def _due_messages(self, incident_id: str) -> Iterator[Shape]:
        """The messages that are due, until all are marked as posted."""
        while effects := pending_effects(incident := self._incidents.get(incident_id)):
            for effect in effects:
                if isinstance(effect, PostMessage | EditMessage):
                    yield self._rendered(effect.message, incident)
            self._incidents.execute(incident_id, effects)

    def _rendered(self, outbound: OutboundMessage, incident: Incident) -> Shape:
        context = self._incidents.services.render_context()
        message = render_message(incident, outbound, context)
        return message_shape(
            f"{outbound.kind} of {incident.severity_id}", message.text, message.blocks
        )

    # --- forms and replies -----------------------------------------------------------------

    def _all_requests(self, stage: str, severity: str) -> Iterator[Shape]:
        """Each subcommand without arguments and each button, for an incident at `stage`."""
        for name, listener, make_payload in all_requests():
            incident_id = self._incidents.declare(severity)
            opened = ChannelOpened(channel_of(incident_id), "incident")
            self._incidents.record(incident_id, opened)
            if stage:
                self._incidents.type(stage, incident_id)
            request = self._incidents.request(make_payload(name, incident_id))
            try:
                yield from answer_shapes(name, listener(request))
            except Refused as refusal:
                yield message_shape(name, str(refusal), [])
