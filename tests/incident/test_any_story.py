"""Properties that hold whatever people, Slack and the clock do, in any order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.errors import Refused
from bot.incident.card import CARD
from bot.incident.decide import decide
from bot.incident.declaring import Declare
from bot.incident.effects import PostMessage
from bot.incident.events import (
    CLOCK,
    Acknowledged,
    Escalated,
    Event,
    MergedFrom,
    MergedFromUndone,
    MergedInto,
    MergedIntoUndone,
    Posted,
    Recorded,
    Reminded,
    Stage,
    StageChanged,
)
from bot.incident.evolve import evolve, replay
from bot.incident.incident import OVER, Incident
from bot.incident.lifecycle import MAY_FOLLOW, MAY_REOPEN
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.nag_parts import is_asked, open_requests
from bot.incident.nags import NAG
from bot.incident.outbound import digest, outbound_messages, still_relevant
from bot.incident.paging import PAGE
from bot.incident.pending import pending_effects, pending_heavy
from bot.incident.policy import Backoff, QuietHours
from bot.incident.reminders import AT_MOST, REMINDERS
from bot.incident.slices import SLICES
from bot.incident.timeline import timeline
from bot.incident.timers import Tick, next_due
from bot.incident.unmerging import UndoAbsorbing, UndoMerge
from bot.kinds import KINDS
from bot.messages import RenderContext, render_message
from bot.store import codec
from bot.streams.actor import ByClock, User, parse_actor
from bot.streams.address import Announcements, Channel
from bot.streams.event import Command
from bot.streams.kind import Context
from tests.faults.trial_count import THOROUGH, Trials
from tests.incident.any_command import ACKNOWLEDGED, COMMANDS, OTHER, USERS, WAITS
from tests.story import ANA, PAT, SAM, Story
from tests.story import POLICY as QUICK

POLICY = replace(
    QUICK,
    backoff=Backoff(2, timedelta(hours=1)),
    severities=tuple(
        replace(
            each,
            stalled_after=timedelta(minutes=30),
            mitigated_every=timedelta(minutes=5),
            quiet_hours=QuietHours(timedelta(hours=22), timedelta(hours=7)),
        )
        for each in QUICK.severities
    ),
    roles=tuple(
        replace(each, handoff_within=timedelta(minutes=10), fatigue_after=timedelta(hours=4))
        for each in QUICK.roles
    ),
)

REFUSALS = ["", "channel", "member:", "page:", "nag:", "topic", "card", "edit:", "announcement"]
REASONS = ["cannot_dm_bot", "is_archived", "msg_too_long", "user_disabled"]


class AnyStory(RuleBasedStateMachine):
    @initialize(
        severity=st.sampled_from(["SEV0", "SEV1", "SEV2", "SEV3"]),
        private=st.booleans(),
        on_call=st.sampled_from([{}, {"primary": [PAT]}, {"primary": [PAT], "secondary": [SAM]}]),
    )
    def declare(self, severity: str, private: bool, on_call: dict[str, list[str]]) -> None:
        self.story = Story()
        self.story.on_call = dict(on_call)
        self.story._happen(
            decide(self.story.incident, Declare("R&D <down>", severity, POLICY, private=private),
                   Context(self.story.now, User(ANA))), ANA
        )  # fmt: skip
        self.voice = RenderContext(
            self.story.now, ZoneInfo("UTC"), lambda channel, ts: "https://x.org"
        )

    @rule(command=COMMANDS, by=USERS)
    def somebody_asks(self, command: Command, by: str) -> None:
        before = self.story.incident
        try:
            events = decide(before, command, Context(self.story.now, parse_actor(by)))
        except Refused:
            assert self.story.incident is before
            return
        self.story._happen(events, by)

    @rule(other=st.sampled_from([OTHER, ACKNOWLEDGED]), ends=st.booleans())
    def somebody_merges(self, other: Incident, ends: bool) -> None:
        self.somebody_asks(CloseAsMerged(other) if ends else AbsorbIncident(other), ANA)

    @rule(other=st.sampled_from([OTHER, ACKNOWLEDGED]))
    def somebody_undoes_a_merge(self, other: Incident) -> None:
        merged = replace(other, stage=Stage.MERGED, merged=MergedInto("INC-1"))
        self.somebody_asks(UndoAbsorbing(merged), ANA)
        self.somebody_asks(UndoMerge(other), ANA)

    @rule(seconds=WAITS)
    def time_passes(self, seconds: int) -> None:
        self.story.now += timedelta(seconds=seconds)

    @rule()
    def the_clock_looks(self) -> None:
        events = decide(
            self.story.incident, Tick(self.story.on_call), Context(self.story.now, ByClock())
        )
        self.story._happen(events, CLOCK)

    @rule(count=st.integers(1, 4))
    def slack_is_shown_something(self, count: int) -> None:
        for _ in range(count):
            if wanted := pending_effects(self.story.incident):
                self.story.carry_out(wanted[0])

    @rule(data=st.data())
    def slack_is_shown_something_out_of_turn(self, data: st.DataObject) -> None:
        if wanted := pending_effects(self.story.incident):
            self.story.carry_out(data.draw(st.sampled_from(wanted)))

    @rule(key=st.sampled_from(REFUSALS), reason=st.sampled_from(REASONS))
    def slack_begins_to_refuse(self, key: str, reason: str) -> None:
        self.story.slack_refuses(key or "nothing", reason)

    @rule()
    def slack_is_shown_everything(self) -> None:
        self.story.deliver()

        assert self.story.todo() == []

    @rule(chance=st.randoms(use_true_random=False))
    def slack_takes_some_and_refuses_some(self, chance: Random) -> None:
        """Whatever Slack answers, in the end nothing is left to do."""
        for _ in range(500):
            wanted = pending_effects(self.story.incident)
            if not wanted:
                break
            self.story.slack_refuses("", chance.choice(["", "", *REASONS]))
            self.story.carry_out(chance.choice(wanted))
        assert self.story.todo() == []
        self.story.slack_refuses("nothing")

    def teardown(self) -> None:
        """The stored history replays to the same state, and so does every prefix of it."""
        if not hasattr(self, "story"):
            return
        kind = KINDS.of("INC-1")
        records = self.story.records
        lines = [codec.dump(kind, each.event, each.at, each.by)[0].encode() for each in records]
        read = [
            codec.load(kind, line, seq, lambda _, __: POLICY) for seq, line in enumerate(lines, 1)
        ]
        assert read == self.story.records
        incident = Incident("INC-1")
        for number, recorded in enumerate(read, 1):
            incident = evolve(incident, recorded)
            if number % 5 == 0:
                assert incident == replay("INC-1", read[:number])
            wanted = pending_effects(incident)
            assert pending_heavy(incident) == [each for each in wanted if each.heavy]
            next_due(incident)

    @invariant()
    def each_stage_may_follow_the_one_before(self) -> None:
        before = Stage.INVESTIGATING
        for recorded in self.story.records:
            if isinstance(recorded.event, StageChanged):
                again = before in MAY_REOPEN and recorded.event.stage is Stage.INVESTIGATING
                assert again or recorded.event.stage in MAY_FOLLOW[before]
                before = recorded.event.stage

    @invariant()
    def the_history_adds_up_to_it(self) -> None:
        assert self.story.replayed() == self.story.incident

    @invariant()
    def nothing_is_said_twice(self) -> None:
        posted = [r.event.key for r in self.story.records if isinstance(r.event, Posted)]
        keys = [each.key for each in outbound_messages(self.story.incident)]

        assert len(posted) == len(set(posted))
        assert len(keys) == len(set(keys))

    @invariant()
    def what_is_wanted_is_wanted_once(self) -> None:
        keys = self.story.todo()

        assert len(keys) == len(set(keys))

    @invariant()
    def the_clock_has_nothing_to_do_twice_in_a_moment(self) -> None:
        """A due tick causes events, and after a few ticks nothing is due."""
        incident, now = self.story.incident, self.story.now
        for _ in range(20):
            due = next_due(incident)
            events = decide(incident, Tick(self.story.on_call), Context(now, ByClock()))
            assert bool(events) == (due is not None and due <= now)
            if not events:
                return
            incident = _after(incident, now, events)
        raise AssertionError("the clock goes in circles")

    @invariant()
    def what_came_due_was_due(self) -> None:
        for recorded in self.story.records:
            if isinstance(recorded.event, Reminded | Escalated):
                early = AT_MOST if isinstance(recorded.event, Reminded) else timedelta()
                assert self.story.incident.declared_at <= recorded.event.due <= recorded.at + early

    @invariant()
    def nobody_is_nagged_twice_at_once(self) -> None:
        waiting = [key for key in self.story.todo() if key.startswith("nag:")]

        assert len(waiting) <= len(REMINDERS)  # one per kind

    @invariant()
    def only_the_newest_nag_has_buttons(self) -> None:
        """In the channel, and by direct message if there is only someone who left it to ask."""
        incident = self.story.incident
        nags = [each for each in outbound_messages(incident) if each.kind is NAG]
        posted = [each for each in nags if each.key in incident.said]
        asking = {each.about.seq for each in posted if open_requests(incident, each.about)}
        assert asking <= {each.about.seq for each in posted[-1:]}

    @invariant()
    def nobody_is_paged_twice_at_once(self) -> None:
        """The chain doesn't page a person twice at once. Manual pages have their own texts, and
        all are sent."""
        wanted = (
            each for each in pending_effects(self.story.incident) if isinstance(each, PostMessage)
        )
        pages = [each.message for each in wanted if each.message.kind is PAGE]
        aims = [each.to for each in pages if isinstance(each.about.event, Escalated)]

        assert len(aims) == len(set(aims))

    @invariant()
    def who_is_on_it_stays_on_it_and_is_not_paged_by_the_chain(self) -> None:
        """Changes of severity, stage and roles, and escalations, keep the acknowledgement. People
        who took part here needn't acknowledge again when one is merged into it."""
        on_it: set[str] = set()
        here: set[str] = set()
        came: dict[int, set[str]] = {}
        for recorded in self.story.records:
            match recorded.event:
                case Acknowledged():
                    on_it.add(recorded.by)
                    here.add(recorded.by)
                case MergedFrom(on_it=people):
                    on_it |= set(people)
                    came[recorded.seq] = set(people)
                case MergedFromUndone(merged=seq):
                    on_it -= came.pop(seq) - here
                    on_it |= {each for people in came.values() for each in people}
                case MergedIntoUndone(on_it=people):
                    on_it |= set(people)
                case Escalated(_, _, targets):
                    assert not on_it & {target[1:] for target in targets}
        paging = self.story.incident.paging
        assert here <= set(paging.acknowledged_by) <= on_it <= set(paging.on_it)

    @invariant()
    def when_it_is_over_nothing_is_due(self) -> None:
        if self.story.incident.stage in (*OVER, Stage.RESOLVED):
            assert next_due(self.story.incident) is None
            assert not [key for key in self.story.todo() if key.startswith(("nag:", "page:"))]

    @invariant()
    def a_private_incident_stays_among_those_it_concerns(self) -> None:
        if self.story.incident.private:
            aims = [each.to for each in outbound_messages(self.story.incident)]
            assert not [to for to in aims if isinstance(to, Announcements | Channel)]

    @rule()
    def everything_can_be_put_into_words(self) -> None:
        incident = self.story.incident
        decided = (each.event for each in incident.history)
        elsewhere = sum(SLICES.events[type(each)].line is None for each in decided)
        nags = [each for each in incident.history if isinstance(each.event, Reminded)]
        elsewhere += sum(not is_asked(incident, each) for each in nags)
        told = len(incident.history) - elsewhere + len(incident.pins)
        assert len(timeline(incident)) == told
        for message in filter(
            lambda each: still_relevant(each, incident), outbound_messages(incident)
        ):
            text = str(render_message(incident, message, self.voice))
            assert "<!channel>" not in text
            if message.kind is not CARD:  # whose header is plain text, which isn't escaped
                assert "<down>" not in text

    @invariant()
    def the_declarer_is_in_before_anything_else(self) -> None:
        incident = self.story.incident
        if incident.channel and not incident.channel_lost:
            first = self.story.todo()[:1]
            if f"member:{incident.declarer}" in self.story.todo():
                assert first == [f"member:{incident.declarer}"]


class Faces(RuleBasedStateMachine):
    """A message is edited exactly when its content has changed."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.story.at("10:00", Declare("Checkout is down", "SEV1", POLICY))
        self.voice = RenderContext(
            self.story.now, ZoneInfo("UTC"), lambda channel, ts: "https://x.org"
        )
        self.before = self._drawn()

    @rule(command=COMMANDS, by=USERS)
    def somebody_asks(self, command: Command, by: str) -> None:
        try:
            context = Context(self.story.now, parse_actor(by))
            self.story._happen(decide(self.story.incident, command, context), by)
        except Refused:
            return

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.story.now += timedelta(minutes=minutes)
        self.story._attend()

    @rule(key=st.sampled_from(["topic", "member:", "page:", "bookmark:"]))
    def slack_begins_to_refuse(self, key: str) -> None:
        self.story.slack_refuses(key)

    @invariant()
    def faces_change_when_what_is_shown_does(self) -> None:
        now = self._drawn()
        for key in self.before.keys() & now.keys():
            (face_before, shown_before), (face_now, shown_now) = self.before[key], now[key]
            assert (face_before == face_now) == (shown_before == shown_now), key
        self.before = now

    def _drawn(self) -> dict[str, tuple[str, str]]:
        """All messages that are edited when they change; those without a digest stay as posted."""
        incident = self.story.incident
        return {
            message.key: (drawn, str(render_message(incident, message, self.voice)))
            for message in outbound_messages(incident)
            if message.key in incident.said and (drawn := digest(message, incident))
        }


def _after(incident: Incident, now: datetime, events: Sequence[Event]) -> Incident:
    for event in events:
        incident = evolve(incident, Recorded(event, now, CLOCK, incident.version + 1))
    return incident


def test_any_story(trials: Trials) -> None:
    _tried(AnyStory, trials, examples=2000 if THOROUGH else 60, steps=30)


def test_faces(trials: Trials) -> None:
    _tried(Faces, trials, examples=400 if THOROUGH else 40, steps=20)


def _tried(
    machine: type[RuleBasedStateMachine], trials: Trials, *, examples: int, steps: int
) -> None:
    limits = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(machine, settings=limits)
    trials.add(examples, f"stories of up to {steps} steps")
