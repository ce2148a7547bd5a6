"""Correcting the title and the summary."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_named_numbers import private_incident, types
from tests.harness import Harness, until


@pytest.fixture(scope="module")
def renaming() -> Iterator[Harness]:
    """A Muster whose channels follow the title."""

    def changed(playbooks: Path) -> None:
        for kind in ("default", "security"):
            with (playbooks / f"{kind}.yml").open("a") as file:
                file.write("\nrename_channel: true\n")

    with Harness(policy=changed) as harness:
        yield harness


def test_a_corrected_title_is_on_the_card_and_the_announcement(either: Harness) -> None:
    incident = either.declares("sev3")
    was, name = incident.record["title"], incident.channel.name
    assert (
        "*Cards fail &amp; more*"
        in types(either.ana, "title  Cards  fail & more", incident.channel).shape["text"]
    )
    incident.card.shows("SEV3 · Cards fail & more")
    incident.channel.expects("New title, by @ana: *Cards fail & more*", kind="title")
    announced = incident.expects(
        "announcement", "Cards fail & more", to=either.slack.channel("incidents")
    )
    assert was not in announced.text
    assert incident.channel.name == name
    assert incident.record["title"] == "Cards fail & more"
    told = either.muster("timeline", incident.id).stdout
    assert was in told
    assert "Title is now: Cards fail & more" in told
    said = types(either.ana, "rename Cards fail & more", incident.channel)
    assert "already" in said
    types(either.ana, "resolve it is over", incident.channel)
    assert "It was DNS" in types(either.ana, "title It was DNS", incident.channel)


def test_a_summary_is_on_the_card_and_its_form_keeps_it(harness: Harness) -> None:
    incident = harness.declares("sev3")
    types(harness.ana, "summary Cards fail\nin the EU", incident.channel)
    incident.card.shows("Cards fail")
    incident.channel.expects("New summary, by @ana", kind="summary")
    form = types(harness.ana, f"summary {incident.id}").view
    assert form is not None
    assert form.values["summary"]["summary"]["value"] == "Cards fail\nin the EU"
    assert form.submits(summary="") is None
    incident.channel.expects("@ana removed the summary", kind="summary")
    until(lambda: "in the EU" not in incident.card.text, what="the card without the summary")


def test_a_title_that_is_too_long_comes_back_in_a_form_with_the_words(harness: Harness) -> None:
    incident = harness.declares("sev3")
    long = "word " * 60
    form = types(harness.ana, f"title {long}", incident.channel).view
    assert form is not None
    assert form.values["title"]["title"]["value"] == long.strip()
    errors = form.submits()
    assert errors is not None
    assert "250 at most" in errors["title"]
    assert incident.happened == ["Declared"]
    assert form.submits(title="Shorter") is None
    assert incident.record["title"] == "Shorter"


def test_the_channel_follows_the_title_if_the_policy_says_so(renaming: Harness) -> None:
    incident = renaming.declares("sev3")
    day = re.search(r"\d{4}-\d\d-\d\d", incident.channel.name)
    assert day is not None
    types(renaming.ana, "title Card payments fail", incident.channel)
    wanted = f"incident-{day[0]}-card-payments-fail"
    until(lambda: incident.channel.name == wanted, what=f"#{wanted}")
    other = renaming.declares("sev3")
    types(renaming.ana, "title Card payments fail", other.channel)
    until(lambda: other.channel.name == f"{wanted}-2", what=f"#{wanted}-2")


def test_the_name_of_a_private_channel_stays(renaming: Harness) -> None:
    hidden = private_incident(renaming)
    channel = hidden.channel
    types(renaming.ana, "title Ada has left", channel)
    hidden.card.shows("Ada has left")
    renaming.rests()
    assert channel.name.endswith(f"-{hidden.id.lower()}")
    assert "Ada" not in renaming.slack.channel("incidents").transcript()
