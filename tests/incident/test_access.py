"""Permissions on an incident: every command and every actor, as a table."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Refused
from bot.incident import access
from bot.incident.access import NOT_MEMBERS
from bot.incident.declaring import Declare
from bot.incident.events import Stage
from bot.incident.handoffs import AcceptRole, DeclineRole, OfferRole
from bot.incident.incident import Incident
from bot.incident.kind import INCIDENT
from bot.incident.lifecycle import ChangeStage
from bot.incident.members import may_see
from bot.incident.merging import AbsorbIncident, CloseAsMerged
from bot.incident.notes import AddNote
from bot.kinds import KINDS
from bot.streams.access import ALLOWED, NO_GRANTS, Grants, Standing, Verdict, closed, unseen
from bot.streams.actor import Actor, ByClock, Operator, Source, User
from tests.incident.any_command import OTHER, command_of
from tests.registry import commands
from tests.story import ANA, BOB, CARL, PAT, POLICY, Story, declared

NOT_THERE = "INC-1 not found."
NO_OTHER = "INC-2 not found."
NO_SOURCE = "Alert sources can't act on incidents."
NOT_ASKED = "Only the person who was asked can respond to that."
DECLARE = Declare("Checkout is down", "SEV1", POLICY)
ROOT = Path(__file__).parent.parent.parent


def private() -> Incident:
    """A private incident: Ana declared it and Bob was offered a role; Pat was paged and couldn't
    be invited."""
    story = Story()
    story.slack_refuses("member:U0PAT", "user_is_restricted")
    story.at("10:00", Declare("Checkout is down", "SEV1", POLICY, private=True))
    return story.incident


HERE = Grants(channel="C0INC")  # they act in the incident's channel
ELSEWHERE = Grants(channel="C0GENERAL")

# The actors, with their grants.
ACTORS: dict[str, tuple[Actor, Grants]] = {
    "its declarer": (User(ANA), NO_GRANTS),
    "whom it paged": (User(PAT), NO_GRANTS),
    "somebody in its channel": (User(CARL), HERE),
    "somebody elsewhere": (User(CARL), ELSEWHERE),
    "somebody in a form": (User(CARL), NO_GRANTS),
    "the operator": (Operator("ana"), NO_GRANTS),
    "the clock": (ByClock(), NO_GRANTS),
    "a source of alerts": (Source("prom"), NO_GRANTS),
}

# For each rule, who is allowed: a column for each actor above, in that order.
#                       declarer paged  here  elsewh form  operat clock source
ORDINARY_ON_PUBLIC = (*(True, True, True, True, True, True, True), False)
ORDINARY_ON_PRIVATE = (*(True, True, True, False, False, True, True), False)
BY_WHO_SEES_IT = (*(True, False, False, False, False, True, True), False)
BY_WHO_TAKES_PART = (*(True, False, True, False, False, True, True), False)
BY_WHOM_IT_ASKED = (*(False, False, False, False, False, True, True), False)
BY_ANYBODY = (*(True, True, True, True, True, True, True), False)

# Commands with their own rules; all others are ordinary.
OWN_RULES: dict[str, tuple[tuple[bool, ...], tuple[bool, ...]]] = {
    # command            on a public one      on a private one
    "Declare": (BY_ANYBODY, BY_ANYBODY),
    "AcceptRole": (BY_WHOM_IT_ASKED, BY_WHOM_IT_ASKED),
    "DeclineRole": (BY_WHOM_IT_ASKED, BY_WHOM_IT_ASKED),
    "CloseAsMerged": (BY_WHO_TAKES_PART, BY_WHO_SEES_IT),
    "ConfirmSubscription": (BY_WHOM_IT_ASKED, BY_WHOM_IT_ASKED),  # the subscriber, by the link
    "EndSubscription": (BY_WHOM_IT_ASKED, BY_WHOM_IT_ASKED),
}

PUBLIC, PRIVATE = declared().incident, private()
TABLE = {
    (name, which): dict(zip(ACTORS, row, strict=True))
    for name in commands()
    for which, row in zip(
        ("public", "private"),
        OWN_RULES.get(name, (ORDINARY_ON_PUBLIC, ORDINARY_ON_PRIVATE)),
        strict=True,
    )
}


@pytest.mark.parametrize("name", list(commands()))
@settings(max_examples=10)
@given(data=st.data())
def test_the_table_of_verdicts(name: str, data: st.DataObject) -> None:
    filled = st.just(DECLARE) if name == "Declare" else command_of(commands()[name])
    command: Any = data.draw(filled)
    for which, incident in (("public", PUBLIC), ("private", PRIVATE)):
        for who, (actor, grants) in ACTORS.items():
            verdict = INCIDENT.authorize(actor, command, incident, grants)
            assert verdict.allowed == TABLE[name, which][who], (which, who)
            assert bool(verdict.why) == (not verdict.allowed)


FOR_EVERYONE = {
    *("RecordJoin", "RecordLeave", "FollowDeletion", "FollowEdit", "RecordMessageDeleted"),
    *("RecordChannelLost", "RecordChannelBack", "RecordChannelName", "RecordOldChannelBack"),
    *("RecordAnnouncementsBack", "Unsubscribe"),
}


@pytest.mark.parametrize("name", list(commands()))
@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.MEMBER])
@settings(max_examples=5)
@given(data=st.data())
def test_guests_strangers_and_apps_only_answer_pages(
    standing: Standing, name: str, data: st.DataObject
) -> None:
    filled = st.just(DECLARE) if name == "Declare" else command_of(commands()[name])
    command: Any = data.draw(filled)
    for incident in (PUBLIC, PRIVATE):
        for who, (actor, grants) in ACTORS.items():
            if not isinstance(actor, User):
                continue
            as_one = replace(grants, standing=standing)
            allowed = INCIDENT.authorize(actor, command, incident, as_one).allowed
            if name == "Acknowledge":
                assert allowed == (actor.id == PAT), who  # who was paged
            elif name not in FOR_EVERYONE:
                assert not allowed, who
            elif grants is HERE:
                assert allowed, who


def test_the_page_on_who_may_do_what_is_up_to_date() -> None:
    from tests.incident.access_reference import page  # which reads this file's cases

    current = (ROOT / "docs/access.md").read_text() == page()
    assert current, "run: .venv/bin/python -m tests.incident.access_reference > docs/access.md"


def test_reading_is_for_everyone_in_the_channel_and_nowhere_else() -> None:
    for standing in (Standing.GUEST, Standing.STRANGER, Standing.APP):
        here, elsewhere = (replace(each, standing=standing) for each in (HERE, ELSEWHERE))
        assert access.may_act(User(CARL), PUBLIC, here).allowed
        assert access.may_act(User(CARL), PUBLIC, elsewhere).why == NOT_MEMBERS[standing]
        assert access.may_act(User(CARL), PRIVATE, elsewhere).why == NOT_THERE


@pytest.mark.parametrize(
    ("actor", "grants", "why"),
    [
        (User(CARL), ELSEWHERE, NOT_THERE),
        (User(CARL), Grants(""), NOT_THERE),
        (Source("prom"), HERE, NO_SOURCE),
    ],
)
def test_a_refusal_says_no_more_than_of_one_that_is_not_there(
    actor: Actor, grants: Grants, why: str
) -> None:
    note = AddNote("Rolling back.")
    assert access.authorize(actor, note, PRIVATE, grants) == Verdict(False, why)
    with pytest.raises(Refused) as refused:
        INCIDENT.check_allowed(actor, note, PRIVATE, grants)
    assert str(refused.value) == why


def test_an_incident_without_a_channel_is_not_acted_on_from_no_channel() -> None:
    story = Story()
    story.slack_is_away()
    story.at("10:00", Declare("Checkout is down", "SEV3", POLICY, private=True))
    assert story.incident.channel is None
    assert not access.may_act(User(CARL), story.incident, NO_GRANTS).allowed


def test_merging_needs_to_see_the_other_incident() -> None:
    other = replace(OTHER, private=True, members=frozenset({CARL}))
    absorb = AbsorbIncident(other)
    assert access.authorize(User(CARL), absorb, PUBLIC, NO_GRANTS) == ALLOWED
    assert access.authorize(User(ANA), absorb, PUBLIC, HERE) == Verdict(False, NO_OTHER)
    assert access.authorize(User(ANA), CloseAsMerged(PUBLIC), other, HERE).why == NO_OTHER


@pytest.mark.parametrize("answer", [AcceptRole, DeclineRole])
def test_an_offer_is_answered_by_whom_it_was_made_to(
    answer: type[AcceptRole] | type[DeclineRole],
) -> None:
    story = declared()
    story.at("10:01", OfferRole("ol", BOB))
    (offer,) = [each for each in story.records if type(each.event).__name__ == "HandoffOffered"]
    command = answer("ol", offer.seq)
    assert access.authorize(User(BOB), command, story.incident, NO_GRANTS) == ALLOWED
    assert access.authorize(User(CARL), command, story.incident, HERE).why == NOT_ASKED
    story.at("10:02", ChangeStage(Stage.RESOLVED))
    story.at("10:03", ChangeStage(Stage.CLOSED))
    # the command itself is refused if the incident is over
    assert access.authorize(User(CARL), command, story.incident, HERE) == ALLOWED


@pytest.mark.parametrize(
    ("who", "public", "private"),
    [
        (User(ANA), True, True),
        (User(BOB), True, False),
        (User(PAT), True, False),
        (Operator("ana"), True, True),
        (ByClock(), True, True),
        (Source("prom"), True, False),
        (Source(ANA), True, False),
    ],
)
def test_visibility(who: Actor, public: bool, private: bool) -> None:
    assert (may_see(who, PUBLIC), may_see(who, PRIVATE)) == (public, private)
    assert INCIDENT.may_see(who, PRIVATE) == private


def test_every_kind_that_is_shipped_says_who_may() -> None:
    """The default is closed, so a kind for people that forgot it would refuse everyone."""
    for kind in KINDS:
        assert kind.authorize is not closed, kind.prefix
        assert kind.may_see is not unseen, kind.prefix


def test_nothing_else_looks_at_the_members() -> None:
    """Visibility is decided in one place, so nothing else compares with `.members`."""
    decides = {"bot/incident/members.py", "bot/incident/receipts.py", "bot/incident/row.py"}
    others = (
        "bot/oncall",
        "bot/local_slack.py",
        "bot/policy",
        "bot/demo",
    )  # members of schedules and channels
    found = set()
    for path in [*(ROOT / "bot").rglob("*.py"), *(ROOT / "workers").rglob("*.py")]:
        name = str(path.relative_to(ROOT))
        if name.startswith(others):
            continue
        tree = ast.walk(ast.parse(path.read_text()))
        if any(isinstance(each, ast.Attribute) and each.attr == "members" for each in tree):
            found.add(name)
    assert found == decides
