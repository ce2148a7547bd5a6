"""A number that is named is meant: by number from anywhere, and never about another incident."""

import json

import pytest

from sandbox.driver import Channel, Person, Seen
from tests.harness import Harness
from tests.harness.incident import Incident


def types(who: Person, words: str, where: Channel | str = "general") -> Seen:
    said = who.types(f"/incident {words}", where)
    assert said is not None
    assert not said.problem
    return said


def labels(said: Seen) -> list[str]:
    elements = (each for block in said.blocks for each in block.get("elements", ()))
    return [each["text"]["text"] for each in elements if each["type"] == "button"]


@pytest.mark.transports
def test_a_number_first_is_meant_from_another_incidents_channel(either: Harness) -> None:
    one, two = either.declares("sev3"), either.declares("sev3", by=either.bob)
    assert two.id in types(either.ana, f"ack *{two.id.lower()}*:", one.channel)
    assert "Acknowledged" in two.happened
    assert "Acknowledged" not in one.happened

    types(either.ana, f"severity {two.id} sev2 it grows", one.channel)
    assert two.record["severity"] == "SEV2"
    types(either.ana, f"role #{two.channel.name} ic @bob", one.channel)
    assert two.record["roles"] == {"ic": "U0BOB"}
    types(either.ana, f"resolve {two.id} rolled back", one.channel)
    assert (one.record["stage"], two.record["stage"]) == ("investigating", "resolved")
    assert f"*{two.id}" in types(either.ana, f"timeline {two.id}", one.channel)
    assert "rolled back" in types(either.ana, f"catchup {two.id}")
    assert "*Incident Commander*" in types(either.ana, f"who {two.id}", one.channel)
    types(either.ana, f"{two.id} reopen it is back")
    assert two.record["stage"] == "investigating"
    assert two.id in types(either.ana, two.id)
    assert one.happened == ["Declared"]


def test_what_a_command_cannot_use_is_refused(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for command in ("ack", "timeline", "catchup", "postmortem", "who", "close"):
        said = types(harness.ana, f"{command} banana", incident.channel)
        assert "“banana” isn't an incident number" in said
        assert f"/incident {command} INC-7" in said
        assert "INC-99998" in types(harness.ana, f"{command} INC-99998", incident.channel)
        said = types(harness.ana, f"{command} {incident.id} banana", incident.channel)
        wrong = "“banana” isn't" if command == "timeline" else "can't use “banana”"
        assert wrong in said
    assert incident.happened == ["Declared"]


@pytest.mark.parametrize("spelled", ["{} {}", "#{1}", "{}-0{}", "{} #{}", "icn-{1}"])
def test_a_number_that_is_nearly_one_is_asked_about(harness: Harness, spelled: str) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    typed = spelled.format(*two.id.lower().split("-"))
    said = types(harness.ana, f"ack {typed}", one.channel)
    assert labels(said) == [f"Use {two.id}"]
    assert (one.happened, two.happened) == (["Declared"], ["Declared"])
    done = said.click("use_named")
    assert done is not None
    assert f"You acknowledged {two.id}" in done
    assert (one.happened, two.happened[1:]) == (["Declared"], ["Acknowledged"])


def test_free_text_in_another_incidents_channel_asks_which_is_meant(harness: Harness) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    said = types(harness.ana, f"note {two.id} began first", one.channel)
    assert labels(said) == [f"Use {two.id}", f"Use {one.id}"]
    assert (one.happened, two.happened) == (["Declared"], ["Declared"])
    said.click("use_here")
    assert f"{two.id} began first" in harness.muster("timeline", one.id).stdout
    assert two.happened == ["Declared"]

    said = types(harness.ana, f"update {two.id} it is the pool", one.channel)
    done = said.click("use_named")
    assert done is not None
    assert two.id in done
    two.channel.expects("it is the pool", kind="update")
    assert "UpdatePosted" not in one.happened
    types(harness.ana, f"note {two.id} from elsewhere")
    assert "from elsewhere" in harness.muster("timeline", two.id).stdout
    types(harness.ana, f"note {one.id} here", one.channel)
    assert harness.muster("timeline", one.id).stdout.rstrip().endswith("here")


def test_a_number_at_the_end_of_few_words_is_asked_about(harness: Harness) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    said = types(harness.ana, f"severity sev2 {two.id}", one.channel)
    assert labels(said) == [f"Use {two.id}", f"Use {one.id}"]
    said.click("use_named")
    assert (one.record["severity"], two.record["severity"]) == ("SEV3", "SEV2")


@pytest.mark.parametrize(
    ("typed", "happens"),
    [
        ("page @bob {} needs you", "Paged"),
        ("severity sev1 {} it grows there", "SeverityChanged"),
        ("role ic {} @bob", "RoleGiven"),
        ("task done {} 1", "TaskDone"),
    ],
)
def test_a_number_in_the_second_place_is_asked_about(
    harness: Harness, typed: str, happens: str
) -> None:
    one, two = harness.declares("sev3"), harness.declares("sev3", by=harness.bob)
    types(harness.bob, "task Restart the pods", two.channel)
    said = types(harness.ana, typed.format(two.id), one.channel)
    assert labels(said) == [f"Use {two.id}", f"Use {one.id}"]
    assert (one.happened, two.happened) == (["Declared"], ["Declared", "TaskAdded"])
    said.click("use_named")
    assert one.happened == ["Declared"]
    assert happens in two.happened


def test_a_card_shown_elsewhere_links_the_channel(harness: Harness) -> None:
    one = harness.declares("sev3")
    link = f"In <#{one.channel.id}>"
    assert link in json.dumps(types(harness.ana, one.id).blocks)
    assert link not in json.dumps(types(harness.ana, one.id, one.channel).blocks)


def test_a_number_before_what_is_no_command(harness: Harness) -> None:
    one = harness.declares("sev3")
    number = one.id.removeprefix("INC-")
    assert "Unknown command `restart`" in types(harness.ana, f"{one.id} restart", one.channel)
    assert "Unknown command `is`" in types(harness.ana, f"{one.id} is back")
    said = types(harness.ana, f"inc {number} ack", one.channel)
    assert f"Did you mean `/incident {one.id} ack`?" in said
    assert one.happened == ["Declared"]


def test_a_private_incident_answers_like_none(harness: Harness) -> None:
    one = harness.declares("sev3", by=harness.bob)
    hidden = private_incident(harness)
    for command in (
        "ack {}", "timeline {}", "catchup {}", "who {}", "resolve {} x", "severity {} sev1",
        "task {} list", "audit {}", "private {}", "{}", "{} close", "subscribe {}",
        "note {} x", "update {} x", "merge {}", "page {} @bob", "postmortem {}", "role {} ic",
    ):  # fmt: skip
        for where in (one.channel, "general"):
            there = types(harness.bob, command.format(hidden.id), where)
            missing = types(harness.bob, command.format("INC-99998"), where)
            assert hidden.id in there.text or (command, where) == ("merge {}", "general")
            assert there.text.replace(hidden.id, "INC-99998") == missing.text, command
            same = json.dumps(labels(there)).replace(hidden.id, "INC-99998")
            assert same == json.dumps(labels(missing))
    assert "PrivateTitle" not in json.dumps([each.shape for each in harness.bob.ephemerals()])


def private_incident(harness: Harness) -> Incident:
    form = harness.ana.types("/incident declare private PrivateTitle")
    assert form is not None
    assert form.view is not None
    before = {row["id"] for row in harness.records()}
    assert form.view.submits() is None
    (made,) = [row["id"] for row in harness.records() if row["id"] not in before]
    incident = Incident(harness, made)
    harness.declared.append(incident)
    return incident
