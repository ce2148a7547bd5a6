"""A case for each message of the bot: a short story that ends with the message."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.incident.deactivation import LeaveWorkspace
from bot.incident.declaring import Declare
from bot.incident.describing import ChangeSummary, ChangeTitle
from bot.incident.duplicates import Join
from bot.incident.events import (
    CLOCK,
    ChainEnded,
    ChannelBack,
    ChannelLost,
    Failed,
    HandoffOffered,
    MergedInto,
    PostmortemDrafted,
    Stage,
)
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole, WithdrawOffer
from bot.incident.incident import Incident
from bot.incident.lifecycle import ChangeStage, Reopen
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.milestones import CorrectMilestone
from bot.incident.old_channel import RecordOldChannelBack
from bot.incident.outbound import outbound_messages
from bot.incident.policy import Playbook, Policy, Runbook
from bot.incident.roles import AssignRole, UnassignRole
from bot.incident.severity import ChangeSeverity
from bot.incident.snoozing import EndSnooze, Snooze
from bot.incident.subscriptions import ConfirmSubscription, Subscribe, Unsubscribe
from bot.incident.tasks import (
    TASK_MAX,
    AddTask,
    AssignTask,
    CancelTask,
    ChangeTask,
    FinishTask,
    ReopenTask,
)
from bot.incident.undoing import Undo
from bot.incident.unmerging import UndoAbsorbing, UndoMerge
from bot.incident.updates import PostUpdate
from bot.messages import Message, RenderContext, render_message
from bot.paging.commands import Acknowledge, EscalateNow, Page
from bot.paging.policy import Chain, Step
from bot.streams.address import Channel, Mailbox
from bot.streams.event import Command
from sandbox.blockkit import render
from tests.story import (
    ANA,
    BOB,
    CARL,
    ON_CALL,
    PAT,
    POLICY,
    SAM,
    Story,
    clock,
    declared,
    minutes,
    only,
)

MessageCase = Callable[[str], tuple[Story, str]]
"""Given what people write, a story and the kind (or the beginning of the key) of a message."""

TITLE, TEXT = "Checkout is down", "Rolled back the 09:58 deploy."

LINKED = replace(
    POLICY,
    playbooks=(
        Playbook(
            "default",
            "Incident",
            bridge="https://meet.example.org/war-room",
            runbooks=(
                Runbook("Bad deploy", "https://example.org/r/bad-deploy?a=1&b=2"),
                Runbook("R&D phone list"),
            ),
        ),
    ),
)


def runbooks(title: str, count: int) -> Policy:
    """The policy with so many runbooks without a link."""
    named = tuple(Runbook(f"{number}. {title}") for number in range(count))
    return replace(POLICY, playbooks=(Playbook("default", "Incident", runbooks=named),))


def tell(severity: str = "SEV1", policy: Policy = POLICY, **how: Any) -> Story:
    return declared(severity, policy, **how)


def undone(command: Command, *first: tuple[str, Any, str], policy: Policy | None = None) -> Story:
    """Bob did it after what happened `first`, and undoes it."""
    story = after(tell(policy=policy or only()), *first, ("10:09", command, BOB))
    done = [each.seq for each in story.incident.history if each.by == BOB]
    story.at("10:10", Undo(done[-1]), by=BOB)
    return story


def after(story: Story, *steps: tuple[str, Any, str]) -> Story:
    for when, command, by in steps:
        story.at(when, command, by=by)
    return story


def nobody_on_call(missing: int) -> Story:
    story = Story()
    story.on_call = {"secondary": [CARL]} if missing == 1 else {}
    policy = replace(POLICY, chains=(replace(POLICY.chains[0], steps=POLICY.chains[0].steps[:2]),))
    story.at("10:00", Declare(TITLE, "SEV1", policy))
    return story


def refused(key: str, reason: str, **how: Any) -> Story:
    story = Story()
    story.slack_refuses(key, reason)
    story.at("10:00", Declare(TITLE, "SEV1", POLICY, **how))
    return story


def asks_to_confirm() -> Story:
    """Bob subscribes with an address that isn't his in Slack."""
    return after(tell(), ("10:01", Subscribe("team@other.example"), BOB))


def confirms() -> Story:
    story = asks_to_confirm()
    (number,) = story.incident.subscriptions
    return after(story, ("10:10", ConfirmSubscription(number), BOB))


def mail_refused(reason: str) -> Story:
    story = after(tell(), ("10:01", Subscribe("bob@example.com"), BOB))
    story.slack_refuses("mail:", reason)
    return after(story, ("10:05", PostUpdate(TEXT), ANA))


def given_up(text: str) -> Story:
    story = after(tell(title=TITLE), ("10:20", ChangeStage(Stage.RESOLVED), BOB))
    story._happen([Failed("draft", "missing_scope")], ANA)
    return story


def nagged(answer: Any, **row: Any) -> Story:
    return after(tell(policy=only(**row)), ("10:30", None, ANA), ("10:33", answer, BOB))


def together() -> Story:
    """An update, an acknowledgement, a commander and a role are due at 10:30."""
    policy = only(
        update_every=minutes(30),
        ack_within=minutes(30),
        ack_every=minutes(10),
        commander_within=minutes(30),
        roles=("ic", "ol", "cl"),
        roles_within=minutes(30),
    )
    return after(tell(policy=policy), ("10:30", None, ANA))


def stalled() -> Story:
    policy = only(POLICY.chains[0], stalled_after=minutes(30))
    return after(tell(policy=policy), ("10:01", Acknowledge(), CARL), ("10:31", None, ANA))


def escalated() -> Story:
    """Carl acknowledged at 10:01, there was no progress, and Bob escalated at 10:33."""
    return after(stalled(), ("10:33", EscalateNow(ON_CALL), BOB))


def policy_of(*steps: Step) -> Policy:
    """The policy with a chain of only these steps."""
    return replace(POLICY, chains=(Chain("default", steps),))


def paged(text: str, **how: Any) -> Story:
    return after(tell("SEV2", **how), ("10:09", Page((CARL,), text), BOB))


def not_reached(text: str) -> Story:
    story = tell("SEV2")
    story.slack_refuses("page:", "user_disabled")
    return after(story, ("10:09", Page((CARL,), text), BOB))


def happened(story: Story, event: Any) -> Story:
    story._happen([event], ANA)
    return story


def reopened_elsewhere() -> Story:
    """Reopened, it finds its channel archived."""
    story = tell()
    story.at("10:30", ChangeStage(Stage.CANCELLED))
    story.is_archived("C0INC")
    story.at("10:40", Reopen("It is back."))
    return story


def old_channel_back(*commands: Any) -> Story:
    """After these commands, the archived channel is unarchived."""
    story = reopened_elsewhere()
    for command in commands:
        story.at("10:50", command)
    story.at("11:00", RecordOldChannelBack("C0INC"))
    return story


def chain_ended(last: str, *, private: bool = False) -> Story:
    """Bob is told that no one answered, and `last`; a group that isn't read yet keeps the channel
    waiting."""
    missed = ("@S0LEADS: no one in it",)
    return happened(tell(private=private), ChainEnded(clock("11:10"), (f"@{BOB}", last), missed))


def give(text: str) -> tuple[str, Any, str]:
    return "10:02", AddTask(text[:TASK_MAX], BOB, clock("10:30")), ANA


def unreachable(reason: str) -> Story:
    story = after(tell(), TAKE)
    story.slack_refuses("handoff:", reason)
    return after(story, ASK)


def tired(*steps: tuple[str, Any, str], **how: Any) -> Story:
    """Bob has been commander since 10:02, and hasn't asked anyone to take over."""
    return after(offer(("10:11", WithdrawOffer("ic"), BOB), ("14:02", None, ANA), **how), *steps)


OTHER = Incident(
    "INC-7", stage=Stage.INVESTIGATING, title="Payments fail", declarer=CARL, channel="C0OTHER"
)
INTO = ("10:05", CloseAsMerged(OTHER), BOB)
INTO_PRIVATE = ("10:05", CloseAsMerged(replace(OTHER, private=True)), BOB)
RESOLVE = ChangeStage(Stage.RESOLVED)
NEWS = "announcement_update"
TAKE = ("10:02", AssignRole("ic", BOB), BOB)

ASK = ("10:10", OfferRole("ic", CARL), BOB)


def offer(*steps: tuple[str, Any, str], by: str = BOB, text: str = TEXT, **how: Any) -> Story:
    """Bob is commander, has posted an update, and asks Carl to take over; then these steps."""
    policy = replace(
        POLICY,
        roles=tuple(
            replace(each, handoff_within=minutes(10), fatigue_after=timedelta(hours=4))
            for each in POLICY.roles
        ),
    )
    story = after(tell(policy=policy, **how), TAKE, ("10:05", PostUpdate(text), BOB))
    return after(story, ("10:10", OfferRole("ic", CARL), by), *steps)


def to_do(text: str) -> Iterator[tuple[str, Any, str]]:
    yield "10:11", AddTask(text[:TASK_MAX], owner=ANA), BOB
    yield "10:11", AddTask("Tell the customers"), BOB


def answered(answer: type[AcceptRole] | type[DeclineRole], **how: Any) -> Story:
    story = offer(**how)
    offered = [each.seq for each in story.records if isinstance(each.event, HandoffOffered)]
    return after(story, ("10:12", answer("ic", offered[-1]), CARL))


CASES: dict[str, MessageCase] = {
    "handoff": lambda t: (
        after(offer(text=t), *to_do(t)),
        "handoff",
    ),
    "handoff-asked-by-another": lambda t: (offer(by=ANA, text=t), "handoff"),
    "handoff-of-an-open-role": lambda t: (
        after(tell(), ("10:10", OfferRole("ol", CARL), BOB)),
        "handoff",
    ),
    "handoff-private": lambda t: (offer(text=t, private=True), "handoff"),
    "handoff-accepted": lambda t: (answered(AcceptRole), "handoff"),
    "handoff-declined": lambda t: (answered(DeclineRole), "handoff"),
    "handoff-withdrawn": lambda t: (offer(("10:12", WithdrawOffer("ic"), BOB)), "handoff"),
    "handoff-taken": lambda t: (offer(("10:12", AssignRole("ic", ANA), ANA)), "handoff"),
    "handoff-over": lambda t: (
        offer(("10:12", ChangeStage(Stage.CANCELLED), ANA)),
        "handoff",
    ),
    "handoff-merged": lambda t: (offer(("10:12", CloseAsMerged(OTHER), BOB)), "handoff"),
    "handover-offered-by-another": lambda t: (offer(by=ANA), "handover"),
    "handover-accepted": lambda t: (answered(AcceptRole), "handover"),
    "handover-accepted-private": lambda t: (answered(AcceptRole, private=True), "handover"),
    "handover-declined": lambda t: (answered(DeclineRole), "handover"),
    "handover-withdrawn": lambda t: (offer(("10:12", WithdrawOffer("ic"), ANA)), "handover"),
    "handover-offered-anew": lambda t: (
        offer(("10:12", OfferRole("ic", "U0SAM"), ANA)),
        "handover",
    ),
    "handover-taken": lambda t: (offer(("10:12", AssignRole("ic", ANA), ANA)), "handover"),
    "handover-unanswered": lambda t: (offer(("10:20", None, ANA)), "handover"),
    "handover-asked-left": lambda t: (offer(("10:12", LeaveWorkspace(CARL), CLOCK)), "handover"),
    "handover-unreachable": lambda t: (unreachable("user_disabled"), "handover"),
    "handover-unreachable-bot": lambda t: (unreachable("cannot_dm_bot"), "handover"),
    "role-accepted-asked-by-another": lambda t: (answered(AcceptRole, by=ANA), "role"),
    "role-accepted": lambda t: (answered(AcceptRole), "role"),
    "role-emptied-by-another": lambda t: (
        after(tell(), TAKE, ("10:03", UnassignRole("ic"), ANA)),
        "role",
    ),
    "role-left-the-workspace": lambda t: (
        after(tell(), TAKE, ("10:03", LeaveWorkspace(BOB), CLOCK)),
        "role",
    ),
    "fatigue": lambda t: (tired(), "fatigue"),
    "fatigue-private": lambda t: (tired(private=True), "fatigue"),
    "fatigue-offered": lambda t: (tired(("14:12", OfferRole("ic", CARL), BOB)), "fatigue"),
    "fatigue-handed-over": lambda t: (tired(("14:12", AssignRole("ic", CARL), BOB)), "fatigue"),
    "fatigue-over": lambda t: (tired(("14:12", RESOLVE, BOB)), "fatigue"),
    "card-declared": lambda t: (tell(), "card"),
    "card-summary-and-links": lambda t: (tell(policy=LINKED, summary=t), "card"),
    "card-private": lambda t: (tell(private=True), "card"),
    "card-no-updates": lambda t: (tell("SEV3"), "card"),
    "card-commanded": lambda t: (
        after(tell(), TAKE, ("10:03", AssignRole("scribe", CARL), BOB)),
        "card",
    ),
    "card-resolved": lambda t: (after(tell(), TAKE, ("10:20", RESOLVE, BOB)), "card"),
    "card-overdue": lambda t: (after(tell(), TAKE, ("10:45", None, BOB)), "card"),
    "card-drafted": lambda t: (
        happened(
            after(tell(), TAKE, ("10:20", RESOLVE, BOB)), PostmortemDrafted("https://x.org/F1", 99)
        ),
        "card",
    ),
    "card-runbooks": lambda t: (tell(policy=runbooks(t[:500], 50)), "card"),
    "card-refused": lambda t: (refused("member:U0PAT", "user_is_restricted"), "card"),
    "announcement-declared": lambda t: (tell(), "announcement"),
    "announcement-commanded": lambda t: (after(tell(), TAKE), "announcement"),
    "announcement-resolved": lambda t: (
        after(tell(), TAKE, ("10:20", RESOLVE, BOB)),
        "announcement",
    ),
    "declared": lambda t: (tell(source="C0OPS/1893492000.000100"), "declared"),
    "page": lambda t: (tell(), "page"),
    "page-private": lambda t: (tell(private=True), "page"),
    "page-acknowledged": lambda t: (after(tell(), ("10:02", Acknowledge(), BOB)), "page"),
    "page-mitigated": lambda t: (
        after(tell(), ("10:02", ChangeStage(Stage.MITIGATED), BOB)),
        "page",
    ),
    "page-channel": lambda t: (after(tell(), ("10:05", None, ANA), ("10:20", None, ANA)), "#"),
    "escalation-first": lambda t: (tell(), "escalation"),
    "unanswered": lambda t: (chain_ended("#ops"), "unanswered"),
    "unanswered-person": lambda t: (chain_ended("@S0OPS"), "unanswered"),
    "unanswered-private": lambda t: (chain_ended("@S0OPS", private=True), "unanswered"),
    "unanswered-answered": lambda t: (
        after(chain_ended("#ops"), ("11:12", Acknowledge(), BOB)),
        "unanswered",
    ),
    "escalation-second": lambda t: (after(tell(), ("10:05", None, ANA)), "escalation"),
    "escalation-one-missing": lambda t: (nobody_on_call(1), "escalation"),
    "escalation-nobody": lambda t: (nobody_on_call(2), "escalation"),
    "ack": lambda t: (after(tell(), ("10:02:31", Acknowledge(), BOB)), "ack"),
    "role-taken": lambda t: (after(tell(), TAKE), "role"),
    "role-given": lambda t: (after(tell(), ("10:02", AssignRole("ol", BOB), ANA)), "role"),
    "role-taken-over": lambda t: (
        after(tell(), TAKE, ("10:05", AssignRole("ic", ANA), ANA)),
        "role",
    ),
    "role-given-to-another": lambda t: (
        after(tell(), TAKE, ("10:05", AssignRole("ic", CARL), ANA)),
        "role",
    ),
    "role-emptied": lambda t: (
        after(tell(), ("10:02", AssignRole("ol", BOB), ANA), ("10:03", UnassignRole("ol"), BOB)),
        "role",
    ),
    "briefing-taken": lambda t: (after(tell(), TAKE), "briefing"),
    "briefing-given-private": lambda t: (
        after(tell(private=True), ("10:02", AssignRole("ol", BOB), ANA)),
        "briefing",
    ),
    "severity": lambda t: (after(tell(), ("10:04", ChangeSeverity("SEV0", t), BOB)), "severity"),
    "severity-without-reason": lambda t: (
        after(tell(), ("10:04", ChangeSeverity("SEV2"), BOB)),
        "severity",
    ),
    "stage-identified": lambda t: (
        after(tell(), ("10:04", ChangeStage(Stage.IDENTIFIED, t), BOB)),
        "stage",
    ),
    "stage-mitigated": lambda t: (
        after(tell(), ("10:31:20", ChangeStage(Stage.MITIGATED, t), BOB)),
        "stage",
    ),
    "stage-resolved": lambda t: (
        after(tell(), ("12:00", ChangeStage(Stage.RESOLVED, t), BOB)),
        "stage",
    ),
    "stage-closed-unconfirmed": lambda t: (
        after(
            tell(),
            ("12:00", RESOLVE, BOB),
            ("12:40", ChangeStage(Stage.CLOSED, confirmed=("metrics",)), BOB),
        ),
        "stage",
    ),
    "stage-cancelled": lambda t: (
        after(tell(), ("10:09", ChangeStage(Stage.CANCELLED, t), BOB)),
        "stage",
    ),
    "stage-reopened": lambda t: (
        after(tell(), ("12:00", RESOLVE, BOB), ("13:00", Reopen(t), ANA)),
        "stage",
    ),
    "severity-undone": lambda t: (undone(ChangeSeverity("SEV0", t), policy=POLICY), "severity"),
    "undone-stage": lambda t: (undone(ChangeStage(Stage.RESOLVED, t)), "undone"),
    "undone-page": lambda t: (undone(Page((CARL,), t)), "undone"),
    "page-withdrawn": lambda t: (undone(Page((CARL,), t)), "page"),
    "title": lambda t: (after(tell(), ("10:09", ChangeTitle(t[:250]), BOB)), "title"),
    "summary": lambda t: (after(tell(), ("10:09", ChangeSummary(t), BOB)), "summary"),
    "summary-removed": lambda t: (
        after(tell(), ("10:09", ChangeSummary(t), BOB), ("10:10", ChangeSummary(""), BOB)),
        "summary",
    ),
    "milestone": lambda t: (
        after(
            tell(),
            ("10:31", ChangeStage(Stage.MITIGATED), BOB),
            ("10:40", CorrectMilestone("mitigated", clock("10:12"), t), CARL),
        ),
        "milestone",
    ),
    "milestone-never-said": lambda t: (
        after(
            tell(),
            ("10:31", RESOLVE, BOB),
            ("34:40", CorrectMilestone("mitigated", clock("10:12")), CARL),
        ),
        "milestone",
    ),
    "update": lambda t: (after(tell(), ("10:09", PostUpdate(t), BOB)), "update"),
    "update-with-promise": lambda t: (
        after(tell(), ("10:09", PostUpdate(t, timedelta(hours=2)), BOB)),
        "update",
    ),
    "update-after-resolution": lambda t: (
        after(tell(), ("10:08", RESOLVE, BOB), ("10:09", PostUpdate(t), BOB)),
        "update",
    ),
    "snooze": lambda t: (after(tell(), ("10:09", Snooze(minutes(20), t), BOB)), "snooze"),
    "snooze-ended": lambda t: (
        after(
            tell(policy=only(update_every=minutes(30))),
            ("10:09", Snooze(minutes(20), t), BOB),
            ("10:10", EndSnooze(), CARL),
        ),
        "snooze",
    ),
    "card-snoozed": lambda t: (after(tell(), ("10:09", Snooze(minutes(20), t), BOB)), "card"),
    "report": lambda t: (after(tell(), ("10:04", Join(t), CARL)), "report"),
    "nag-update": lambda t: (
        after(tell(policy=only(update_every=minutes(30))), ("10:30", None, ANA)),
        "nag",
    ),
    "nag-update-late": lambda t: (
        after(tell(policy=only(update_every=minutes(30))), ("10:52", None, ANA)),
        "nag",
    ),
    "nag-update-a-day-late": lambda t: (
        after(tell(policy=only(update_every=minutes(30))), ("34:52", None, ANA)),
        "nag",
    ),
    "nag-together": lambda t: (together(), "nag"),
    "nag-together-part-answered": lambda t: (
        after(together(), ("10:33", PostUpdate(t), BOB)),
        "nag",
    ),
    "nag-replaced": lambda t: (after(together(), ("10:40", None, ANA)), "nag"),
    "nag-commander": lambda t: (
        after(tell(policy=only(commander_within=minutes(10))), ("10:10", None, ANA)),
        "nag",
    ),
    "nag-ack": lambda t: (
        after(tell(policy=only(ack_within=minutes(5))), ("10:05", None, ANA)),
        "nag",
    ),
    "nag-role": lambda t: (
        after(
            tell(policy=only(roles=("ic", "ol", "cl", "scribe"), roles_within=minutes(10))),
            ("10:10", None, ANA),
        ),
        "nag",
    ),
    "card-tasks": lambda t: (
        after(
            tell(),
            ("10:02", AddTask(t[:TASK_MAX], BOB, clock("10:30")), ANA),
            ("10:03", AddTask("Alert on the pool's size", CARL, clock("62:00")), ANA),
            ("10:04", AddTask("Write to the customers"), BOB),
            ("10:05", AddTask("Look at the graphs", BOB), BOB),
            ("10:30", None, ANA),
        ),
        "card",
    ),
    "task-told": lambda t: (after(tell(), give(t)), "task"),
    "task-told-private": lambda t: (after(tell(private=True), give(t)), "task"),
    "task-told-done": lambda t: (
        after(tell(), give(t), ("10:05", FinishTask(1), BOB)),
        "task",
    ),
    "task-told-given-on": lambda t: (
        after(tell(), give(t), ("10:05", AssignTask(1, ANA), ANA)),
        "task",
    ),
    "task-added": lambda t: (after(tell(), give(t)), "task-change"),
    "task-added-from-a-message": lambda t: (
        after(
            tell(), ("10:02", AddTask(t[:TASK_MAX], ANA, source="C0INC/1893492000.000100"), ANA)
        ),
        "task-change",
    ),
    "task-given": lambda t: (
        after(tell(), give(t), ("10:05", AssignTask(1, CARL), ANA)),
        "task-change",
    ),
    "task-left-the-workspace": lambda t: (
        after(tell(), give(t), ("10:05", LeaveWorkspace(BOB), CLOCK)),
        "task-change",
    ),
    "task-corrected": lambda t: (
        after(tell(), give("Restart"), ("10:05", ChangeTask(1, t[:250], due=clock("11:00")), ANA)),
        "task-change",
    ),
    "task-undated": lambda t: (
        after(tell(), give(t), ("10:05", ChangeTask(1, undated=True), ANA)),
        "task-change",
    ),
    "task-done": lambda t: (
        after(tell(), give(t), ("10:05", FinishTask(1), BOB)),
        "task-change",
    ),
    "task-dropped": lambda t: (
        after(tell(), give("Restart the pods"), ("10:05", CancelTask(1, t), BOB)),
        "task-change",
    ),
    "task-reopened": lambda t: (
        after(tell(), give(t), ("10:05", FinishTask(1), BOB), ("10:06", ReopenTask(1), ANA)),
        "task-change",
    ),
    "task-overdue": lambda t: (after(tell(), give(t), ("10:30", None, ANA)), "overdue"),
    "nag-update-answered": lambda t: (nagged(PostUpdate(t), update_every=minutes(30)), "nag"),
    "nag-update-snoozed": lambda t: (
        nagged(Snooze(minutes(20), t), update_every=minutes(30)),
        "nag",
    ),
    "nag-update-resolved": lambda t: (nagged(RESOLVE, update_every=minutes(30)), "nag"),
    "nag-commander-answered": lambda t: (
        nagged(AssignRole("ic", BOB), commander_within=minutes(30)),
        "nag",
    ),
    "nag-role-answered": lambda t: (
        nagged(AssignRole("ol", CARL), roles=("ol",), roles_within=minutes(30)),
        "nag",
    ),
    "nag-ack-answered": lambda t: (nagged(Acknowledge(), ack_within=minutes(30)), "nag"),
    "nag-progress-paged": lambda t: (
        nagged(Page((CARL,), t), stalled_after=minutes(30)),
        "nag",
    ),
    "nag-progress-escalated": lambda t: (
        after(stalled(), ("10:33", EscalateNow(ON_CALL), BOB)),
        "nag",
    ),
    "nag-progress": lambda t: (stalled(), "nag"),
    "nag-progress-nobody-left": lambda t: (
        after(tell(policy=only(stalled_after=minutes(30))), ("10:30", None, ANA)),
        "nag",
    ),
    "escalation-by-hand": lambda t: (
        after(stalled(), ("10:33", EscalateNow(ON_CALL), BOB)),
        "escalation",
    ),
    "escalation-no-one-else-yet": lambda t: (
        after(escalated(), ("10:48", None, ANA)),
        "escalation",
    ),
    "escalation-no-one-else": lambda t: (
        after(
            tell(policy=policy_of(Step((f"@{BOB}",)))),
            ("10:02", Acknowledge(), BOB),
            ("10:10", ChangeSeverity("SEV0"), ANA),
        ),
        "escalation",
    ),
    "page-escalated": lambda t: (escalated(), "page"),
    "page-escalated-acknowledged": lambda t: (
        after(escalated(), ("10:40", Acknowledge(), SAM)),
        "page",
    ),
    "card-escalated-acknowledged": lambda t: (
        after(escalated(), ("10:40", Acknowledge(), SAM)),
        "card",
    ),
    "page-by-hand": lambda t: (paged(t), "page"),
    "page-by-hand-private": lambda t: (paged(t, private=True), "page"),
    "page-by-hand-for-a-schedule": lambda t: (
        after(tell("SEV2"), ("10:09", Page((PAT,), t, "primary"), BOB)),
        "page",
    ),
    "page-by-hand-answered": lambda t: (after(paged(t), ("10:11", Acknowledge(), CARL)), "page"),
    "page-by-hand-over": lambda t: (after(paged(t), ("10:11", RESOLVE, BOB)), "page"),
    "paged": lambda t: (paged(t), "paged"),
    "paged-without-words": lambda t: (paged(""), "paged"),
    "paged-for-a-schedule": lambda t: (
        after(tell("SEV2"), ("10:09", Page((PAT,), t, "primary"), BOB)),
        "paged",
    ),
    "paged-not-reached": lambda t: (not_reached(t), "paged"),
    "ack-of-a-page": lambda t: (
        after(paged(t), ("10:10", Acknowledge(), BOB), ("10:11", Acknowledge(), CARL)),
        "ack",
    ),
    "merged-here": lambda t: (after(tell(), ("10:05", AbsorbIncident(OTHER), ANA)), "merged"),
    "merged-into": lambda t: (after(tell(), INTO), "merged"),
    "merged-into-private": lambda t: (after(tell(), INTO_PRIVATE), "merged"),
    "merged-here-undone": lambda t: (
        after(
            tell(),
            ("10:05", AbsorbIncident(OTHER), ANA),
            ("10:06", UndoAbsorbing(replace(OTHER, merged=MergedInto("INC-1", "C0INC"))), ANA),
        ),
        "merged",
    ),
    "merged-into-undone": lambda t: (
        after(tell(), INTO, ("10:06", UndoMerge(OTHER), BOB)),
        "merged",
    ),
    "announced-merge-undone": lambda t: (
        after(tell(), INTO, ("10:06", UndoMerge(OTHER), BOB)),
        NEWS,
    ),
    "card-merged": lambda t: (after(tell(), give(t), INTO), "card"),
    "announcement-summary": lambda t: (tell("SEV2", summary=t), "announcement"),
    "announced-update": lambda t: (after(tell(), TAKE, ("10:20", PostUpdate(t), BOB)), NEWS),
    "announced-update-lines": lambda t: (
        after(tell(), ("10:20", PostUpdate(f"What we know: {t[:2900]}\n\nImpact: none"), BOB)),
        NEWS,
    ),
    "announced-worse": lambda t: (
        after(tell("SEV2"), ("10:20", ChangeSeverity("SEV0", t), BOB)),
        NEWS,
    ),
    "announced-resolved": lambda t: (
        after(tell(), ("10:20", ChangeStage(Stage.RESOLVED, t), BOB)),
        NEWS,
    ),
    "announced-reopened": lambda t: (
        after(tell(), ("10:20", RESOLVE, BOB), ("10:40", Reopen(t), BOB)),
        NEWS,
    ),
    "announced-worse-undone": lambda t: (undone(ChangeSeverity("SEV0", t), policy=POLICY), NEWS),
    "announced-resolved-undone": lambda t: (undone(ChangeStage(Stage.RESOLVED, t)), NEWS),
    "announced-merged": lambda t: (after(tell(), INTO_PRIVATE), NEWS),
    "announcement-merged": lambda t: (after(tell(), INTO_PRIVATE), "announcement"),
    "page-merged": lambda t: (after(tell(), INTO), "page"),
    "task-told-merged": lambda t: (after(tell(), give(t), INTO), "task"),
    "postmortem": lambda t: (
        happened(
            after(tell(), TAKE, ("12:00", RESOLVE, BOB)), PostmortemDrafted("https://x.org/F1", 99)
        ),
        "postmortem",
    ),
    "postmortem-reopened": lambda t: (
        after(
            happened(
                after(tell(), TAKE, ("12:00", RESOLVE, BOB)),
                PostmortemDrafted("https://x.org/F1", 99),
            ),
            ("12:20", Reopen(t), BOB),
        ),
        "postmortem",
    ),
    "postmortem-not-required": lambda t: (
        happened(
            after(tell("SEV2"), ("12:00", RESOLVE, BOB)), PostmortemDrafted("https://x.org/F1", 99)
        ),
        "postmortem",
    ),
    "subscription-update": lambda t: (
        after(tell(), ("10:01", Subscribe(), BOB), ("10:05", PostUpdate(t), ANA)),
        "subscription",
    ),
    "subscription-update-private": lambda t: (
        after(tell(private=True), ("10:01", Subscribe(), ANA), ("10:05", PostUpdate(t), ANA)),
        "subscription",
    ),
    "subscription-resolved": lambda t: (
        after(tell(), ("10:01", Subscribe(), BOB), ("12:00", RESOLVE, ANA)),
        "subscription",
    ),
    "subscription-resolved-undone": lambda t: (
        undone(RESOLVE, ("10:01", Subscribe(), BOB)),
        "subscription",
    ),
    "subscription-merged": lambda t: (
        after(tell(), ("10:01", Subscribe(), BOB), INTO),
        "subscription",
    ),
    "subscription-merged-into-private": lambda t: (
        after(tell(), ("10:01", Subscribe(), BOB), INTO_PRIVATE),
        "subscription",
    ),
    "subscription-own-address": lambda t: (
        after(tell(), ("10:01", Subscribe("bob@example.com"), BOB)),
        "subscription",
    ),
    "subscription-to-confirm": lambda t: (asks_to_confirm(), "subscription"),
    "subscription-not-own": lambda t: (
        after(tell(private=True), ("10:01", Subscribe("team@other.example"), ANA)),
        "subscription",
    ),
    "subscription-confirmed": lambda t: (confirms(), "subscription"),
    "subscription-ended": lambda t: (
        after(
            tell(),
            ("10:01", Subscribe(), BOB),
            ("10:05", PostUpdate(t), ANA),
            ("10:06", Unsubscribe(), BOB),
        ),
        "subscription",
    ),
    "subscription-not-delivered": lambda t: (mail_refused("550 no such user"), "subscription"),
    "subscription-in-doubt": lambda t: (mail_refused("in doubt"), "subscription"),
    "notice-no-channel": lambda t: (refused("channel", "restricted_action"), "notice"),
    "notice-not-private": lambda t: (refused("channel", "not_private", private=True), "notice"),
    "notice-channel-lost": lambda t: (happened(tell(), ChannelLost("is_archived")), "notice"),
    "notice-moved": lambda t: (reopened_elsewhere(), "notice"),
    "notice-continued": lambda t: (old_channel_back(), "notice"),
    "notice-continued-over": lambda t: (old_channel_back(ChangeStage(Stage.CANCELLED)), "notice"),
    "notice-rejoined": lambda t: (happened(tell(), ChannelBack(rejoined=True)), "notice"),
    "notice-unknown-reason": lambda t: (happened(tell(), ChannelLost("ekm_denied")), "notice"),
    "notice-no-draft": lambda t: (given_up(t), "notice"),
}

NAMES = {ANA: "ana", BOB: "bob", CARL: "carl", "U0PAT": "pat", "U0SAM": "sam", "U0BOSS": "boss",
         "C0INC": "incident-2030-01-07-checkout-is-down",
         "C0NEW": "incident-2030-01-07-checkout-is-down-2",
         "C0OTHER": "incident-2030-01-07-payments-fail"}  # fmt: skip


def message(story: Story, kind: str) -> Message:
    """The newest message of this kind."""
    incident: Incident = story.incident
    found = [
        each
        for each in outbound_messages(incident)
        if (each.kind.name == kind and not isinstance(each.to, Mailbox))
        or (kind == "#" and isinstance(each.to, Channel))
    ]
    ctx = RenderContext(
        story.now, ZoneInfo("UTC"), lambda channel, ts: f"https://x.org/{channel}/{ts}"
    )
    return render_message(incident, found[-1], ctx)


def written(name: str, text: str = TEXT) -> Message:
    return message(*CASES[name](text))


def reads(shown: Message) -> list[str]:
    """The text of a message, line by line, as people see it."""
    return render(shown.text, shown.blocks, NAMES).split("\n")
