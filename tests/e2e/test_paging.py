"""Who is paged, in what order, and what ends it."""

import pytest

from tests.house import House


def test_the_primary_then_the_secondary(either: House) -> None:
    incident = either.declares()
    page = incident.expects("page", incident.record["title"], to=either.bob.dm())
    assert "[Acknowledge]" in page
    assert page.text.count("needs you") == 1
    assert not incident.messages("page", to=either.slack.channel("general"))
    either.moves("5m")
    incident.expects("page", to=either.cleo.dm())
    incident.channel.until(lambda c: {"bob", "cleo"} <= set(c.members), what="both there")


@pytest.mark.transports
def test_an_acknowledgement_ends_it_and_the_page_says_so(either: House) -> None:
    incident = either.declares()
    page = incident.expects("page", to=either.bob.dm())
    page.click("Acknowledge")
    page.shows("Acknowledged by @bob")
    assert "[Acknowledge]" not in page.again()
    incident.channel.expects("@bob acknowledged", kind="ack")
    other = either.declares()
    either.moves("6m")
    other.expects("page", to=either.cleo.dm())  # the clock has been seen to
    assert not incident.messages("page", to=either.cleo.dm())


def test_ack_by_verb_and_the_second_one_is_told(house: House) -> None:
    incident = house.declares()
    page = incident.expects("page", to=house.bob.dm())
    said = house.ana.types("/incident ack", incident.channel)
    assert said is not None
    assert "nobody else is paged" in said
    page.shows("Acknowledged by @ana")
    again = house.ana.types("/incident ack", incident.channel)
    assert again is not None
    assert "acknowledged" in again
    assert "already" in again
    assert len(incident.messages("ack")) == 1


def test_nobody_is_paged_for_what_pages_nobody(house: House) -> None:
    incident = house.declares("sev2")
    house.moves("6m")
    other = house.declares()
    other.expects("page", to=house.bob.dm())
    assert not incident.messages("page", to=house.bob.dm())


def test_a_worse_severity_pages(house: House) -> None:
    incident = house.declares("sev2")
    house.ana.types("/incident severity sev0", incident.channel)
    incident.expects("page", "SEV0", to=house.bob.dm())


def test_the_chain_begins_again(house: House) -> None:
    incident = house.declares()
    incident.expects("page", to=house.bob.dm())
    house.moves("5m")
    incident.expects("page", to=house.cleo.dm())
    house.moves("15m")
    house.bob.dm().until(lambda c: len(incident.messages("page", to=c)) == 2, what="paged twice")


def test_a_button_of_an_unknown_incident_is_answered(house: House) -> None:
    incident = house.declares()
    page = incident.expects("page", to=house.bob.dm())
    said = page.click("ack", value=None)
    assert said is None or "INC" in said
