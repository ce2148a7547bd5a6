"""Paging more people doesn't change who has acknowledged."""

from tests.harness import Harness


def test_the_commander_stays_on_it_while_more_people_are_asked(either: Harness) -> None:
    incident = either.declares()
    page = incident.expects("page", to=either.bob.dm())
    page.click("Acknowledge", patience=0)
    incident.channel.expects("@bob acknowledged", kind="ack")
    either.bob.types("/incident role ic", incident.channel)
    incident.channel.expects("@bob", kind="role")
    either.moves("31m")

    nag = incident.channel.expects("No progress for ", kind="nag")
    nag.click("Escalate", as_=either.ana, patience=2)
    more = incident.expects("page", "acknowledged by @bob", to=either.cleo.dm())
    assert "[Acknowledge]" in more
    card = incident.channel.expects("", kind="card")
    assert "acknowledged by @bob" in card.again()
    assert "Acknowledged by @bob" in page.again()
    said = either.bob.types("/incident ack", incident.channel)
    assert said is not None
    assert "already on" in said
    either.moves("6m")
    either.rests()
    assert not [each for each in incident.messages("nag") if "No one has acknowledged" in each]
    assert "[Acknowledge]" in more.again()

    more.click("Acknowledge", patience=0)
    incident.channel.expects("@cleo acknowledged", kind="ack")
    card.shows("acknowledged by @bob and @cleo")
    assert "Acknowledged by @bob" in page.again()
    more.shows("Acknowledged by @cleo")
    assert len(incident.messages("page", to=either.bob.dm())) == 1


def test_a_severity_raised_and_lowered_leaves_it_as_it_was(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm()).click("Acknowledge", patience=0)
    incident.channel.expects("@bob acknowledged", kind="ack")
    harness.ana.types("/incident severity sev0", incident.channel)
    more = incident.expects("page", "You're being paged for a SEV0", to=harness.cleo.dm())
    incident.channel.expects("@bob: already on it", kind="escalation")
    harness.ana.types("/incident severity sev1", incident.channel)
    more.shows("Acknowledged by @bob")
    assert "[Acknowledge]" not in more.again()
    harness.moves("21m")
    other = harness.declares()
    other.expects("page", to=harness.bob.dm())  # the timers up to now have fired
    assert "acknowledged by @bob" in incident.channel.expects("", kind="card").again()
    assert len(incident.messages("page", to=harness.bob.dm())) == 1
    assert not [each for each in incident.messages("nag") if "No one has acknowledged" in each]


def test_posting_an_update_acknowledges(harness: Harness) -> None:
    incident = harness.declares()
    page = incident.expects("page", to=harness.bob.dm())
    harness.ana.types("/incident update Rolling back.", incident.channel)
    incident.channel.expects("Acknowledged (", kind="update")
    page.shows("Acknowledged by @ana")
    harness.moves("6m")
    other = harness.declares()
    other.expects("page", to=harness.bob.dm())  # the timers up to now have fired
    assert not incident.messages("page", to=harness.cleo.dm())
