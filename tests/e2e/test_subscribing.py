"""Updates to subscribers by direct message. By e-mail: see `test_mail.py`."""

from sandbox.driver import Person
from tests.harness import Harness, Incident


def subscribes(person: Person, incident: Incident, what: str = "subscribe") -> str:
    if not incident.channel.private:
        person.joins(incident.channel)
    said = person.types(f"/incident {what}", incident.channel)
    assert said is not None
    return said.text


def declares_in_private(harness: Harness) -> Incident:
    title = harness.title("A leak")
    form = harness.ana.types("/incident declare")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity="SEV3", private=["private"]) is None
    incident = harness.found(title)
    harness.rests()
    return incident


def test_a_subscriber_gets_each_update_once_until_they_unsubscribe(either: Harness) -> None:
    incident = either.declares("sev3")
    assert "You're subscribed" in subscribes(either.cleo, incident)
    assert "already subscribed" in subscribes(either.cleo, incident)
    either.ana.types("/incident update Rolled back", incident.channel)
    told = incident.expects("subscription", "Rolled back", to=either.cleo.dm())
    assert told.payload["subject"] == incident.id
    either.ana.types("/incident resolve Fixed by the rollback", incident.channel)
    incident.expects("subscription", "resolved", to=either.cleo.dm())
    said = either.cleo.types(f"/incident unsubscribe {incident.id}", "random")
    assert said is not None
    assert said.text == f"Unsubscribed: no more updates about {incident.id}."
    either.ana.types("/incident update One more thing", incident.channel)
    incident.channel.expects("One more thing", kind="update")
    either.rests()
    assert len(incident.messages("subscription", to=either.cleo.dm())) == 2


def test_without_a_mail_server_an_address_is_refused(harness: Harness) -> None:
    incident = harness.declares("sev3")
    assert "SMTP_URL isn't set" in subscribes(
        harness.cleo, incident, "subscribe cleo@acme.example"
    )
    assert "isn't an e-mail address" in subscribes(harness.cleo, incident, "subscribe cleo@x")
    assert "SubscriptionRequested" not in incident.happened


def test_a_stranger_can_not_subscribe_to_a_private_incident(harness: Harness) -> None:
    incident = declares_in_private(harness)
    refused = harness.cleo.types(f"/incident subscribe {incident.id}", "random")
    assert refused is not None
    assert refused.text == f"{incident.id} not found."
    harness.ana.types("/incident update Contained", incident.channel)
    harness.rests()
    assert incident.messages("subscription", to=harness.cleo.dm()) == []


def test_members_who_leave_a_private_incident_get_no_more_updates(harness: Harness) -> None:
    incident = declares_in_private(harness)
    harness.ana.types("/incident role ol @cleo", incident.channel)
    harness.rests()
    assert "You're subscribed" in subscribes(harness.cleo, incident)
    harness.ana.types("/incident update Contained", incident.channel)
    incident.expects("subscription", "Contained", to=harness.cleo.dm())
    harness.cleo.leaves(incident.channel)
    harness.rests()
    harness.ana.types("/incident update The culprit is known", incident.channel)
    harness.rests()
    assert len(incident.messages("subscription", to=harness.cleo.dm())) == 1
