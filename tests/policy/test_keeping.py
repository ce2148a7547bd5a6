"""Snapshots of policies stay readable forever."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incident.policy import Playbook, Policy, Role, Runbook, Severity
from bot.paging.policy import Chain, Step
from bot.policy import digest, dump, parse
from tests.policy.conftest import Playbooks

TEXTS = st.text(max_size=8)
LENGTHS = st.timedeltas(timedelta(), timedelta(days=400))
SEVERITIES = st.builds(
    Severity,
    id=TEXTS,
    title=TEXTS,
    aliases=st.lists(TEXTS, max_size=2).map(tuple),
    default=st.booleans(),
    update_every=st.none() | LENGTHS,
    mitigated_every=st.none() | st.just("same") | LENGTHS,
    ack_within=st.none() | LENGTHS,
    roles=st.lists(TEXTS, max_size=2).map(tuple),
    escalation=st.none() | TEXTS,
    postmortem_within=st.none() | LENGTHS,
)
ROLES = st.builds(Role, id=TEXTS, title=TEXTS, brief=TEXTS, fatigue_after=st.none() | LENGTHS)
STEPS = st.builds(Step, notify=st.lists(TEXTS, max_size=2).map(tuple), after=LENGTHS)
CHAINS = st.builds(
    Chain, id=TEXTS, steps=st.lists(STEPS, max_size=3).map(tuple), repeat=st.integers(0, 9)
)
RUNBOOKS = st.builds(Runbook, title=TEXTS, link=st.none() | TEXTS)
PLAYBOOKS = st.builds(
    Playbook, id=TEXTS, title=TEXTS, runbooks=st.lists(RUNBOOKS, max_size=2).map(tuple)
)
POLICIES = st.builds(
    Policy,
    severities=st.lists(SEVERITIES, max_size=2).map(tuple),
    roles=st.lists(ROLES, max_size=2).map(tuple),
    chains=st.lists(CHAINS, max_size=2).map(tuple),
    playbooks=st.lists(PLAYBOOKS, max_size=2).map(tuple),
)

# Written by the first version. Others may be added, but this one never changes.
FIRST = """{"chains":[{"id":"default","pause":900.0,"repeat":2,"steps":[{"after":0.0,\
"notify":["oncall:primary"]},{"after":300.0,"notify":["@U0123ABC","#ops"]}]}],"playbooks":\
[{"bridge":null,"id":"default","private":false,"runbooks":[{"link":null,"title":"Restart"}],\
"title":"Incident"}],"roles":[{"aliases":["lead"],"brief":"Decide.","id":"ic","title":\
"Commander"}],"severities":[{"ack_every":null,"ack_within":300.0,"aliases":["P0"],\
"commander_every":null,"commander_within":null,"default":true,"escalation":"default","id":"SEV0",\
"postmortem_within":172800.0,"roles":["ic"],"roles_every":600.0,"roles_within":600.0,"title":\
"Critical","update_every":900.0}]}"""
# Written by the current version.
NOW = (
    FIRST.replace('"bridge":null', '"bridge":null,"bridge_from":null')
    .replace('"roles":[{"aliases"', '"questions":[],"roles":[{"aliases"')
    .replace('{"chains"', '{"backoff":null,"chains"')
    .replace(',"playbooks"', ',"last_resort":[],"playbooks"')
    .replace('"commander_every"', '"backoff":null,"commander_every"')
    .replace('"roles":["ic"]', '"quiet_hours":null,"roles":["ic"]')
    .replace("900.0}]}", '900.0,"urgency":null}],"timezone":"UTC","together":false}')
    .replace('"id":"ic"', '"fatigue_after":null,"handoff_within":null,"id":"ic"')
    .replace('"postmortem_within"', '"mitigated_every":"same","postmortem_within"')
    .replace('"runbooks"', '"rename_channel":false,"runbooks"')
    .replace('"title":"Critical"', '"stalled_after":null,"title":"Critical"')
)
FIRST_POLICY = Policy(
    severities=(
        Severity(
            "SEV0",
            "Critical",
            aliases=("P0",),
            default=True,
            update_every=timedelta(minutes=15),
            ack_within=timedelta(minutes=5),
            roles=("ic",),
            roles_within=timedelta(minutes=10),
            roles_every=timedelta(minutes=10),
            escalation="default",
            postmortem_within=timedelta(hours=48),
        ),
    ),
    roles=(Role("ic", "Commander", ("lead",), "Decide."),),
    chains=(
        Chain(
            "default",
            (
                Step(("oncall:primary",)),
                Step(("@U0123ABC", "#ops"), after=timedelta(minutes=5)),
            ),
            repeat=2,
            pause=timedelta(minutes=15),
        ),
    ),
    playbooks=(Playbook("default", "Incident", runbooks=(Runbook("Restart"),)),),
)


@given(POLICIES)
def test_a_snapshot_round_trips(policy: Policy) -> None:
    assert parse(dump(policy)) == policy


def test_a_policy_from_files_is_read_back_exactly(playbooks: Playbooks) -> None:
    policy = playbooks.load().policy

    assert parse(dump(policy)) == policy


def test_the_first_versions_snapshot_stays_readable() -> None:
    assert parse(FIRST) == FIRST_POLICY


def test_a_snapshot_has_one_form() -> None:
    assert dump(FIRST_POLICY) == NOW


def test_the_same_policy_is_the_same_text_and_another_is_not(playbooks: Playbooks) -> None:
    before = dump(playbooks.load().policy)
    playbooks.change("severities.yml", "severities:", "# A comment changes nothing.\nseverities:")
    same = dump(playbooks.load().policy)
    playbooks.change("severities.yml", "15m", "16m")
    other = dump(playbooks.load().policy)

    assert digest(before) == digest(same) != digest(other)


def test_keys_of_a_newer_version_are_passed_over() -> None:
    newer = json.loads(FIRST)
    newer["working_hours"] = "09:00-17:00"
    newer["severities"][0]["colour"] = "red"
    newer["chains"][0]["steps"][0]["by"] = "phone"

    assert parse(json.dumps(newer)) == FIRST_POLICY


def test_keys_that_an_older_version_did_not_have_take_their_default() -> None:
    older = json.loads(FIRST)
    del older["playbooks"], older["severities"][0]["roles_every"], older["chains"][0]["pause"]

    policy = parse(json.dumps(older))

    assert policy.playbook("default") == Playbook("default", "Incident")
    assert policy.severities[0].roles_every is None
    assert policy.chains[0].pause == timedelta()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"severities": 1, "roles": []}', "\ud800"])
def test_an_invalid_snapshot_raises_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the words are pydantic's)
        parse(text)
