"""The delivery log: what reached whom, and when."""

from sandbox.driver import Seen
from tests.harness import Harness, Incident


def asks(harness: Harness, incident: Incident, page: str = "") -> Seen:
    said = harness.ana.types(f"/incident audit {page}".strip(), incident.channel)
    assert said is not None
    return said


def test_sent_answered_and_refused_messages_are_listed(either: Harness) -> None:
    harness = either
    refused = harness.slack.fails("conversations.invite", error="user_is_restricted", user="U0DAN")
    incident = harness.declares()
    page = incident.expects("page", to=harness.bob.dm())
    page.click("Acknowledge", patience=0)
    harness.ana.types("/incident role scribe @dan", incident.channel)
    harness.rests()
    refused.stops()
    said = asks(harness, incident)
    assert f"*Delivery log for {incident.id}*" in said
    assert "page → @bob: sent, answered by @bob after" in said
    assert "card → this channel: sent" in said
    assert "announcement → announcements: sent" in said
    assert said.text.count("Slack has no read receipts") == 1


def test_late_messages_say_so_and_the_newest_is_last(harness: Harness) -> None:
    incident = harness.declares("sev2")
    harness.moves("2h")
    incident.channel.expects("Status update due", kind="nag")
    for count in range(24):
        harness.ana.types(f"/incident update Number {count}", incident.channel)
    harness.rests()
    newest = asks(harness, incident)
    assert "page 1 of 3" in newest
    assert "Older: `/incident audit 2`" in newest
    assert newest.text.count("status update → this channel: sent") == 10
    assert "Page “4” not found: there are 3, newest first." in asks(harness, incident, "4")
    older = asks(harness, incident, "3")
    assert "reminder: status update → this channel: sent" in older
    assert "answered by @ana" in older
    assert "card → this channel" in older
    assert older.text.index("card → this channel") < older.text.index("reminder: status update")


def test_a_page_that_is_not_there(harness: Harness) -> None:
    incident = harness.declares("sev3")
    for page in ("7", "0", "two", "9" * 400):
        assert "Page “" in asks(harness, incident, page)
    outside = harness.ana.types("/incident audit", "random")
    assert outside is not None
    assert "only works in an incident channel" in outside
