"""Paging manually: a person, the people on call, or the next in line."""

import pytest

from tests.e2e.test_may_see import private
from tests.harness import Harness, until


def test_who_can_be_paged_is_paged_beside_who_cannot(harness: Harness) -> None:
    incident = harness.declares("sev3")
    harness.slack.groups("S0NONE", "nobody-left")
    for whom in ("@muster and @bob", "@bob, @muster", "@nobody-left and @bob"):
        said = harness.ana.types(f"/incident page {whom} the database", incident.channel)
        assert said is not None
        assert "Paging @bob" in said
        assert ("Muster can't be paged." in said) == ("@muster" in whom)
        harness.moves("1s")
    assert incident.happened.count("Paged") == 3


def test_a_person_is_paged_with_words_and_answers(either: Harness) -> None:
    incident = either.declares("sev2")
    either.slack.duplicates(3)
    typed = "/incident page @dan R&D: the database won't come up"
    said = either.ana.types(typed, incident.channel)
    either.slack.duplicates(1)
    assert said is not None
    assert "Paging @dan" in said
    dan = either.person("dan").dm()
    page = incident.expects("page", "R&D: the database won't come up", to=dan)
    assert "You're being paged for a SEV2" in page
    assert "Paged by @ana" in page
    told = incident.channel.expects("@ana paged @dan", kind="paged")
    assert "R&D: the database won't come up" in told
    incident.channel.until(lambda c: "dan" in c.members, what="dan is there")
    either.ana.types("/incident ack", incident.channel)
    incident.channel.expects("@ana acknowledged", kind="ack")
    assert "[Acknowledge]" in page.again()  # it was for dan only

    page.click("Acknowledge", patience=0)
    assert "[Acknowledge]" not in page.shows("You acknowledged")
    incident.channel.expects("@dan acknowledged the page, too", kind="ack")
    assert len(incident.messages("page", to=dan)) == 1
    assert incident.happened == ["Declared", "Paged", "Acknowledged", "PageAnswered"]


def test_paging_a_schedule_does_not_stop_the_chain(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    said = harness.ana.types("/incident page Secondary we need two", incident.channel)
    assert said is not None
    assert "Paging @cleo" in said
    incident.expects("page", "on call for secondary", to=harness.cleo.dm())
    harness.moves("5m")
    until(lambda: len(incident.messages("page", to=harness.cleo.dm())) == 2, what="the chain, too")
    harness.cleo.types("/incident ack", incident.channel)
    incident.channel.expects("@cleo acknowledged", kind="ack")


def test_oneself_is_paged_to_see_whether_it_works(harness: Harness) -> None:
    incident = harness.declares("sev2")
    harness.ana.types("/incident page me is my phone on?", incident.channel)
    incident.expects("page", "is my phone on?", to=harness.ana.dm())


def test_a_page_for_a_private_incident_reveals_nothing(harness: Harness) -> None:
    incident = private(harness)
    said = harness.ana.types("/incident page @eve rotate the keys", incident.channel)
    assert said is not None
    assert "What you wrote stays in the channel." in said
    page = incident.expects("page", "a private incident", to=harness.person("eve").dm())
    assert "rotate" not in page
    assert incident.record["title"] not in page
    incident.channel.expects("rotate the keys", kind="paged")
    page.click("Acknowledge", patience=0)
    incident.channel.expects("@eve acknowledged", kind="ack")


def test_paging_a_deactivated_person_is_reported(harness: Harness) -> None:
    incident = harness.declares("sev2")
    harness.ana.types("/incident page @dan are you there?", incident.channel)
    page = incident.expects("page", "are you there?", to=harness.person("dan").dm())
    dm = page.channel.info()["id"]
    harness.slack.fails("chat.postMessage", error="user_disabled", channel=dm)
    harness.ana.types("/incident page @dan hello", incident.channel)
    told = incident.channel.expects("didn't reach @dan (deactivated account)", kind="paged")
    assert "Page someone else: `/incident page @name`." in told


@pytest.mark.parametrize(
    ("typed", "answered"),
    [
        ("tertiary help", "Unknown schedule “tertiary”. Use `@name`, `primary`, `secondary`"),
        ("@nobody help", "Slack doesn't know “@nobody”"),
        ("@muster help", "Muster can't be paged"),
    ],
)
def test_an_impossible_page_is_refused_with_a_reason(
    harness: Harness, typed: str, answered: str
) -> None:
    incident = next(iter(harness.declared), None) or harness.declares("sev2")
    said = harness.ana.types(f"/incident page {typed}", incident.channel)
    assert said is not None
    assert answered in said
    assert not incident.messages("paged")


def test_escalate_pages_the_next_in_the_chain_now(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    said = harness.ana.types("/incident escalate", incident.channel)
    assert said is not None
    assert "Escalated: paged @cleo" in said
    incident.expects("page", "You're being paged", to=harness.cleo.dm())
    incident.channel.expects("@ana escalated. Paged @cleo", kind="escalation")
    harness.ana.types("/incident resolve it is over", incident.channel)
    over = harness.ana.types("/incident escalate", incident.channel)
    assert over is not None
    assert "is resolved, so no one is paged" in over
    none = harness.ana.types("/incident escalate", harness.declares("sev3").channel)
    assert none is not None
    assert "no escalation chain" in none


def test_without_progress_escalation_is_suggested_and_pages_the_next(either: Harness) -> None:
    incident = either.declares()
    page = incident.expects("page", to=either.bob.dm())
    page.click("Acknowledge", patience=0)
    incident.channel.expects("@bob acknowledged", kind="ack")
    either.moves("31m")

    nag = incident.channel.expects("No progress for ", kind="nag")
    assert "progress" in nag.reasons
    assert "Next: secondary on call" in nag
    said = nag.click("Escalate", as_=either.ana, patience=2)
    assert said is not None
    assert "Escalated: paged @cleo" in said
    more = incident.expects("page", "You're being paged", to=either.cleo.dm())
    assert "[Escalate]" not in nag.shows("@ana escalated at")
    incident.channel.expects("@ana escalated. Paged @cleo", kind="escalation")
    assert "[Acknowledge]" not in page.again()
    more.click("Acknowledge", patience=0)
    incident.channel.expects("@cleo acknowledged", kind="ack")
