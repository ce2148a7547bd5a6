"""Paging: who is paged, in what order, and what stops it."""

import pytest

from tests.harness import Harness


def test_the_primary_then_the_secondary(either: Harness) -> None:
    incident = either.declares()
    page = incident.expects("page", incident.record["title"], to=either.bob.dm())
    assert "[Acknowledge]" in page
    assert page.text.count("You're being paged") == 1
    assert not incident.messages("page", to=either.slack.channel("general"))
    either.moves("5m")
    incident.expects("page", to=either.cleo.dm())
    incident.channel.until(lambda c: {"bob", "cleo"} <= set(c.members), what="both there")


@pytest.mark.transports
def test_an_acknowledgement_ends_it_and_the_page_says_so(either: Harness) -> None:
    incident = either.declares()
    page = incident.expects("page", to=either.bob.dm())
    page.click("Acknowledge", patience=0)
    page.shows("Acknowledged by @bob")
    assert "[Acknowledge]" not in page.again()
    incident.channel.expects("@bob acknowledged", kind="ack")
    other = either.declares()
    either.moves("6m")
    other.expects("page", to=either.cleo.dm())  # the timers up to now have fired
    assert not incident.messages("page", to=either.cleo.dm())


def test_ack_by_verb_and_the_second_one_is_told(harness: Harness) -> None:
    incident = harness.declares()
    page = incident.expects("page", to=harness.bob.dm())
    said = harness.ana.types("/incident ack", incident.channel)
    assert said is not None
    assert "Paging stopped" in said
    page.shows("Acknowledged by @ana")
    again = harness.ana.types("/incident ack", incident.channel)
    assert again is not None
    assert "acknowledged" in again
    assert "already" in again
    assert len(incident.messages("ack")) == 1


def test_nobody_is_paged_for_what_pages_nobody(harness: Harness) -> None:
    incident = harness.declares("sev2")
    harness.moves("6m")
    other = harness.declares()
    other.expects("page", to=harness.bob.dm())
    assert not incident.messages("page", to=harness.bob.dm())


def test_a_worse_severity_pages(harness: Harness) -> None:
    incident = harness.declares("sev2")
    harness.ana.types("/incident severity sev0", incident.channel)
    incident.expects("page", "SEV0", to=harness.bob.dm())


def test_the_chain_begins_again(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    harness.moves("5m")
    incident.expects("page", to=harness.cleo.dm())
    harness.moves("15m")
    harness.bob.dm().until(lambda c: len(incident.messages("page", to=c)) == 2, what="paged twice")


def test_a_button_of_an_unknown_incident_is_answered(harness: Harness) -> None:
    incident = harness.declares()
    page = incident.expects("page", to=harness.bob.dm())
    said = page.click("ack", value=None)
    assert said is None or "INC" in said
