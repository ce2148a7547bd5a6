"""Two people do the same thing, or opposite things, at the same moment, on different bots."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from sandbox.driver import Seen
from tests.faults.completeness import (
    agrees,
    each_thing_was_said_once,
    every_draft_is_written,
    known_of,
)
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident

ROUNDS = 20 if THOROUGH else 2
PATIENCE = 10  # seconds for an answer, on a busy machine


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """A harness with two bots that get requests in turn. At the end Slack must show the current
    state."""
    with Harness("http", also=("bot-2",)) as harness:
        yield harness
        harness.rests(within=60)
        every_draft_is_written(harness)
        harness.rests(within=60)
        for incident in harness.declared:
            agrees(harness, incident)
        each_thing_was_said_once(harness)
        harness.check_slack()


def test_the_second_of_two_equal_declarations_is_asked_about_the_duplicate(
    harness: Harness, trials: Trials
) -> None:
    for _ in range(ROUNDS):
        title = harness.title()
        seen = _at_once(
            partial(harness.ana.types, f"/incident declare sev2 {title}"),
            partial(harness.bob.types, f"/incident declare sev1 {title.upper()}"),
        )
        asked = [each for each in seen if "Not declared yet" in each]
        declared = [each for each in seen if each not in asked]
        assert len(asked) == len(declared) == 1
        incident = harness.incident(declared[0]).whole()
        assert incident.id in asked[0]
        assert "Declare anyway" in asked[0]
        again = harness.person(asked[0].actor.name).types(f"/incident declare {title}")
        assert again is not None
        assert f"#{incident.channel.name}" in again, "nothing says where to join"
    trials.add(ROUNDS)


def test_one_of_two_people_who_take_a_role_gets_it(harness: Harness, trials: Trials) -> None:
    for incident in _open(harness, "sev2"):
        card = incident.card
        seen = _at_once(
            partial(card.click, "role_take", as_=harness.ana, patience=PATIENCE),
            partial(card.click, "role_take", as_=harness.bob, patience=PATIENCE),
        )
        holder = harness.person(incident.record["roles"]["ic"]).name
        assert incident.happened.count("RoleGiven") == 1
        for words in (
            "You're now Incident Commander",
            f"@{holder} is already Incident Commander",
        ):
            assert len([each for each in seen if words in each]) == 1, seen
        trials.add()


def test_the_last_of_two_people_who_assign_themselves_holds_the_role(
    harness: Harness, trials: Trials
) -> None:
    for incident in _open(harness, "sev2"):
        _at_once(*(_types(harness, who, incident, "role ic") for who in ("ana", "bob")))
        assert incident.happened.count("RoleGiven") == 2
        trials.add()


def test_both_updates_are_posted(harness: Harness, trials: Trials) -> None:
    for incident in _open(harness, "sev2"):
        _at_once(*(_types(harness, who, incident, f"update {who} says") for who in ("ana", "bob")))
        for who in ("ana", "bob"):
            incident.channel.expects(f"{who} says", kind="update")
        assert incident.happened.count("UpdatePosted") == 2
        trials.add()


def test_an_update_and_a_resolution_both_count(harness: Harness, trials: Trials) -> None:
    for incident in _open(harness, "sev2"):
        _at_once(
            _types(harness, "ana", incident, "resolve It is over"),
            _types(harness, "bob", incident, "update Almost there"),
        )
        incident.channel.expects("Almost there", kind="update")
        assert incident.record["stage"] == "resolved"
        trials.add()


def test_one_of_two_resolutions_counts(harness: Harness, trials: Trials) -> None:
    for incident in _open(harness, "sev2"):
        seen = _at_once(*(_types(harness, who, incident, "resolve so") for who in ("ana", "bob")))
        assert sorted(each.text.splitlines()[0] for each in seen) == [
            f"{incident.id} is already resolved.",
            f"{incident.id} is now resolved.",
        ]
        trials.add()


def test_one_of_two_acknowledgements_counts(harness: Harness, trials: Trials) -> None:
    for incident in _open(harness, "sev1"):
        page = incident.expects("page", to=harness.bob.dm())
        seen = _at_once(
            partial(page.click, "Acknowledge", patience=PATIENCE),
            _types(harness, "ana", incident, "ack"),
        )
        assert incident.happened.count("Acknowledged") == 1
        assert len([each for each in seen if "Paging stopped" in each]) == 1
        assert len([each for each in seen if f"already acknowledged {incident.id}" in each]) == 1
        trials.add()


def test_an_offer_is_either_accepted_or_withdrawn(harness: Harness, trials: Trials) -> None:
    dan = harness.person("dan")
    for incident in _open(harness, "sev2"):
        harness.ana.types("/incident role ic", incident.channel)
        harness.ana.types("/incident handoff ic @dan", incident.channel)
        offer = incident.expects("handoff", to=dan.dm())
        seen = _at_once(
            partial(offer.click, "handoff_accept", patience=PATIENCE),
            _types(harness, "ana", incident, "handoff ic none"),
        )
        (accepted,) = (each for each in seen if each.actor.name == "dan")
        (taken_back,) = (each for each in seen if each.actor.name == "ana")
        if incident.record["roles"] == {"ic": dan.id}:
            assert "You're now Incident Commander" in accepted
            assert "There's no handoff request" in taken_back
            offer.shows("You accepted")
        else:
            assert "already been answered or withdrawn" in accepted
            assert "Withdrew the handoff request to @dan" in taken_back
            offer.shows("@ana withdrew")
            assert "HandoffWithdrawn" in incident.happened
        trials.add()


def test_an_offer_has_one_answer(harness: Harness, trials: Trials) -> None:
    """One person clicks on two devices."""
    dan = harness.person("dan")
    for incident in _open(harness, "sev2"):
        harness.ana.types("/incident handoff ic @dan", incident.channel)
        offer = incident.expects("handoff", to=dan.dm())
        seen = _at_once(
            partial(offer.click, "handoff_accept", patience=PATIENCE),
            partial(offer.click, "handoff_decline", patience=PATIENCE),
        )
        assert len([each for each in seen if "already been answered or withdrawn" in each]) == 1
        happened = incident.happened
        assert happened.count("RoleGiven") + happened.count("HandoffDeclined") == 1
        trials.add()


def test_a_task_is_either_done_or_cancelled(harness: Harness, trials: Trials) -> None:
    for incident in _open(harness, "sev2"):
        harness.ana.types("/incident task Restart the pods @dan", incident.channel)
        task = incident.expects("task", to=harness.person("dan").dm())
        seen = _at_once(
            partial(task.click, "task_done"), _types(harness, "bob", incident, "task drop 1")
        )
        happened = incident.happened
        assert happened.count("TaskDone") + happened.count("TaskDropped") == 1
        done = "TaskDone" in happened
        task.shows("Done by @dan." if done else "Dropped by @bob.")
        answer = seen[-1]  # bob's; dan may see the catch-up offer, because he was just invited
        assert ("Task 1 is already done (by @dan" if done else "Task 1 is now dropped.") in answer
        trials.add()


def test_two_incidents_merged_into_each_other_become_one(harness: Harness, trials: Trials) -> None:
    for one in _open(harness, "sev2"):
        two = harness.declares("sev2", by=harness.bob)
        seen = _at_once(
            _types(harness, "ana", one, f"merge {two.id}"),
            _types(harness, "bob", two, f"merge {one.id}"),
        )
        assert len([each for each in seen if "was merged into this incident" in each]) == 1
        assert len([each for each in seen if "was merged into INC" in each]) == 1
        ended, left = sorted((one, two), key=lambda each: each.record["stage"] != "merged")
        assert ended.happened[1:] == ["MergedInto"]
        assert left.happened[1:] == ["Absorbed"]
        assert left.record["stage"] == "investigating"
        trials.add()


def test_an_incident_is_merged_before_it_is_resolved_or_not_at_all(
    harness: Harness, trials: Trials
) -> None:
    for one in _open(harness, "sev2"):
        two = harness.declares("sev2", by=harness.bob)
        _at_once(
            _types(harness, "ana", one, f"merge {two.id}"),
            _types(harness, "bob", two, "resolve It is over"),
        )
        stage = two.record["stage"]
        assert stage in ("merged", "resolved")
        assert one.happened.count("Absorbed") == (stage == "merged")
        assert two.happened.count("MergedInto") == (stage == "merged")
        assert two.happened.count("StageChanged") == (stage == "resolved")
        trials.add()


def test_a_snooze_and_an_update_both_count_and_the_last_sets_the_pace(
    harness: Harness, trials: Trials
) -> None:
    for incident in _open(harness, "sev1"):
        _at_once(
            _types(harness, "ana", incident, "snooze 4h the vendor sleeps"),
            _types(harness, "bob", incident, "update They called back"),
        )
        assert incident.happened.count("Snoozed") == incident.happened.count("UpdatePosted") == 1
        last = next(
            each for each in reversed(incident.happened) if each in ("Snoozed", "UpdatePosted")
        )
        snoozed = known_of(harness, incident).snoozed
        assert (snoozed is not None) == (last == "Snoozed")
        incident.channel.expects("the vendor sleeps", kind="snooze")
        incident.channel.expects("They called back", kind="update")
        trials.add()


def _open(harness: Harness, severity: str) -> Iterator[Incident]:
    """Declare incidents, each with ana and bob as members, after the summary was offered."""
    for _ in range(ROUNDS):
        incident = harness.declares(severity)
        harness.bob.joins(incident.channel)
        harness.bob.sees(f"You joined {incident.id}")
        yield incident


def _types(
    harness: Harness, who: str, incident: Incident, words: str
) -> Callable[[], Seen | None]:
    return partial(harness.person(who).types, f"/incident {words}", incident.channel)


def _at_once(*acts: Callable[[], Seen | None]) -> list[Seen]:
    """Act concurrently; returns what each of them saw."""
    with ThreadPoolExecutor(len(acts)) as threads:
        seen = [done.result() for done in [threads.submit(act) for act in acts]]
    return [each for each in seen if each is not None]
