"""Merging two incidents."""

import json

import pytest

from sandbox.driver import Channel
from tests.harness import Harness
from tests.harness.incident import Incident


def merge(harness: Harness, what: str, where: Channel) -> str:
    said = harness.ana.types(f"/incident merge {what}".strip(), where)
    assert said is not None
    return said.text


def private(harness: Harness, about: str) -> Incident:
    form = harness.ana.types("/incident declare")
    assert form is not None
    assert form.view is not None
    title = harness.title(about)
    assert form.view.submits(title=title, severity="SEV3", private=["private"]) is None
    harness.rests()
    record = next(each for each in harness.records() if each["title"] == title)
    incident = Incident(harness, record["id"])
    harness.declared.append(incident)
    return incident.whole()


def test_a_question_merges_nothing(harness: Harness) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3")
    said = harness.ana.types(f"/incident merge {two.id}?", one.channel)
    assert said is not None
    assert f"Nothing changed. To merge {two.id} into this incident" in said
    assert one.happened == two.happened == ["Declared"]


@pytest.mark.parametrize("spelled", ["{} {}", "{}-0{}", "{} #{}"])
def test_a_number_that_is_nearly_one_merges_nothing(harness: Harness, spelled: str) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    typed = spelled.format(*two.id.lower().split("-"))
    said = harness.ana.types(f"/incident merge {typed}", one.channel)
    assert said is not None
    assert f"Did you mean `/incident merge {two.id}`?" in said
    assert two.happened == ["Declared"]


def test_two_become_one(either: Harness) -> None:
    one = either.declares("sev3")
    two = either.declares("sev1", by=either.bob)
    either.bob.types("/incident role scribe @cleo", two.channel)
    either.bob.types("/incident task Restart the pods @dan", two.channel)
    incident_two = two.record["title"]

    either.slack.duplicates(2)
    said = merge(either, two.id.lower(), one.channel)
    either.slack.duplicates(1)
    assert f"{two.id} ({incident_two}) was merged into this incident" in said

    here = one.channel.expects(
        f"*{two.id} was merged into this incident* by @ana: {incident_two}", kind="merged"
    )
    assert "Earlier discussion: #incident-" in here
    one.channel.until(lambda c: {"bob", "cleo", "dan"} <= set(c.members), what="its people")
    one.card.shows("1. Restart the pods · @dan")
    one.expects("task", f"Task 1 of {one.id}", to=either.person("dan").dm())
    told = either.ana.types("/incident timeline", one.channel)
    assert told is not None
    assert f"Merged {two.id}: {incident_two}" in told
    rows = json.loads(either.muster("timeline", one.id, "--json").stdout)
    (row,) = [each for each in rows if each["kind"] == "merge"]
    assert two.card.ts.replace(".", "") in row["permalink"]

    there = two.channel.expects(f"*{two.id} was merged into {one.id} (#incident-", kind="merged")
    assert "* by @ana. Its responders were added there" in there
    two.channel.until(lambda c: c.topic.startswith(f"{two.id} was merged into {one.id} (<#"))
    two.card.shows("*Merged*")
    assert "button" not in json.dumps(two.card.shape)
    announced = two.expects("announcement", "*Merged*", to=either.slack.channel("incidents"))
    assert f"continues as {one.id}" in announced
    two.expects("page", "The incident is merged. Nothing to acknowledge", to=either.bob.dm())
    assert two.record["stage"] == "merged"
    assert one.happened.count("Absorbed") == two.happened.count("MergedInto") == 1
    assert f"{two.id} was already merged into {one.id}." in merge(either, two.id, one.channel)

    either.moves("3h")  # nothing of this reaches the other one
    either.rests()
    assert not two.messages("nag")
    assert "Escalated" not in two.happened[two.happened.index("MergedInto") :]
    for verb in (
        "reopen",
        "note It is back",
        "postmortem",
        "status closed",
        "task list",
        "merge INC-1",
    ):
        refused = either.bob.types(f"/incident {verb}", two.channel)
        assert refused is not None
        assert f"{two.id} was merged into {one.id}. Type it in #incident-" in refused, verb
    assert two.messages("postmortem") == []
    where = either.bob.types("/incident help", two.channel)
    assert where is not None
    assert f"{two.id} was merged into {one.id}" in where


def test_a_stranger_can_not_end_an_incident_by_merging_it(harness: Harness) -> None:
    dan = harness.person("dan")
    typo = harness.declares("sev3", by=dan)
    outage = harness.declares("sev1", by=harness.bob)
    asked = f"/incident merge {outage.id}"
    said = dan.types(asked, typo.channel)
    assert f"only people who take part in {outage.id} can do that. Join #incident-" in str(said)
    assert outage.record["stage"] == "investigating"
    dan.joins(outage.channel)
    said = dan.types(asked, typo.channel)
    assert f"was merged into this incident. Its responders were added. {typo.id} is SEV1" in str(
        said
    )
    assert typo.record["severity"] == "SEV1"
    typo.expects("page", to=harness.bob.dm())


def test_a_public_one_goes_on_in_a_private_one_without_a_word_of_it(harness: Harness) -> None:
    secret = private(harness, "Keys leaked to somebody")
    two = harness.declares("sev3", by=harness.bob)
    harness.bob.types("/incident task Rotate the keys @dan", two.channel)
    asked = harness.ana.types(f"/incident merge {two.id}", secret.channel)
    assert asked is not None
    assert f"Merging {two.id}" in asked
    assert "adds @bob and @dan to its channel" in asked
    harness.rests()
    assert two.record["stage"] == "investigating"
    assert "bob" not in secret.channel.members
    harness.bob.types("/incident role ol @cleo", two.channel)
    again = asked.click("merge_confirm", patience=3)
    assert again is not None
    assert "adds @bob, @cleo and @dan to its channel" in again, "the people have changed"
    assert "bob" not in secret.channel.members
    harness.slack.duplicates(2)
    done = again.click("merge_confirm", patience=3)
    harness.slack.duplicates(1)
    assert done is not None
    assert f"was merged into *{secret.id}*" in done
    secret.channel.until(lambda c: "bob" in c.members, what="its people")
    two.channel.expects("was merged into a private incident* by @ana", kind="merged")
    two.card.shows("continues as a private incident")
    harness.rests()
    announcements = harness.slack.channel("incidents")
    for place in (two.channel, announcements):
        shown = place.transcript() + place.topic
        assert "Keys leaked to somebody" not in shown
        assert f"{secret.id}." not in shown.replace(f"{secret.id} ", f"{secret.id}.")
    reopened = harness.bob.types("/incident reopen", two.channel)
    assert reopened is not None
    assert f"{two.id} was merged into a private incident." in reopened


def test_a_form_that_was_open_when_it_was_merged_says_where_it_goes_on(harness: Harness) -> None:
    """A form's errors are plain text, in which a channel is only an id, so the channel is named
    above the form."""
    one, two = harness.declares("sev3"), harness.declares("sev3")
    form = harness.ana.types("/incident update", two.channel)
    assert form is not None
    assert form.view is not None
    merge(harness, two.id, one.channel)
    assert form.view.submits(text="Rolled back, watching") is None
    said = harness.ana.view("said")
    assert f"{two.id} was merged into {one.id}. Type it in #incident-" in said
    said.closes()
    assert "Rolled back, watching" in str(harness.ana.views()[-1]), (
        "what was written is still there"
    )


def test_an_impossible_merge_is_refused_with_a_reason(harness: Harness) -> None:
    one, over = harness.declares("sev3"), harness.declares("sev3")
    secret = private(harness, "Keys leaked")
    harness.ana.types("/incident cancel a false alarm", over.channel)
    for what, why in (
        ("", "Name the incident to merge into this one, like `/incident merge INC-7`."),
        ("checkout", "“checkout” isn't an incident number."),
        (one.id, f"{one.id} can't be merged into itself."),
        (f"#{one.channel.name}", f"{one.id} can't be merged into itself."),
        ("INC-99999", "INC-99999 not found."),
        (over.id, f"{over.id} is already cancelled"),
        (secret.id, f"Merge the other way: type `/incident merge {one.id}` in the channel of"),
    ):
        assert why in merge(harness, what, one.channel), what
    harness.bob.joins(one.channel)
    hidden = harness.bob.types(f"/incident merge {secret.id}", one.channel)
    assert hidden is not None
    assert hidden.text == f"{secret.id} not found."
    elsewhere = merge(harness, one.id, harness.slack.channel("general"))
    assert "in an incident channel" in elsewhere
    assert "is cancelled. To reopen it" in merge(harness, one.id, over.channel)
    harness.ana.types("/incident resolve it is over", one.channel)
    three = harness.declares("sev3")
    assert f"{one.id} is resolved, so nothing can be merged into it" in merge(
        harness, three.id, one.channel
    )
    assert f"{one.id} is already resolved" in merge(harness, one.id, three.channel)
    assert three.record["stage"] == "investigating"
    for incident in (one, over, secret, three):
        assert not {"Absorbed", "MergedInto"} & set(incident.happened)


def test_people_who_join_the_merged_incident_are_shown_the_other(harness: Harness) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    harness.bob.types("/incident task Restart the pods", two.channel)
    merge(harness, two.id, one.channel)
    harness.rests()
    eve, place = harness.person("eve"), f"{one.id} (#{one.channel.name})"
    eve.joins(two.channel)
    offered = eve.sees(f"You joined {two.id} (SEV3, merged into {place})")
    told = offered.click("Catch me up")
    assert told is not None
    assert f"*Merged* · continues as {place}" in told
    assert "open task" not in told.text
    who = eve.types("/incident who", two.channel)
    assert who is not None
    assert f"*{two.id}* is merged into {place}" in who
    said = eve.says("and the pods", two.channel)
    refused = eve.shortcut("task_from_message", on=said)
    assert refused is not None
    assert "Type it in #incident-" in refused
    assert refused.view is None
    public = eve.types("/incident private", two.channel)
    assert public is not None
    assert "cancel" not in public.text
