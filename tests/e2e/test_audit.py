"""Whom it reached and when, as somebody reads it afterwards."""

from sandbox.driver import Seen
from tests.house import House, Incident


def asks(house: House, incident: Incident, page: str = "") -> Seen:
    said = house.ana.types(f"/incident audit {page}".strip(), incident.channel)
    assert said is not None
    return said


def test_what_was_sent_and_answered_and_what_was_refused(either: House) -> None:
    house = either
    refused = house.slack.fails("conversations.invite", error="user_is_restricted", user="U0DAN")
    incident = house.declares()
    page = incident.expects("page", to=house.bob.dm())
    page.click("Acknowledge")
    house.ana.types("/incident role scribe @dan", incident.channel)
    house.rests()
    refused.stops()
    said = asks(house, incident)
    assert f"*What {incident.id} had to tell, and whom it reached*" in said
    assert "page → @bob: sent, answered by @bob after" in said
    assert "card → here: sent" in said
    assert "announcement → everybody: sent" in said
    assert said.text.count("Slack has no read receipts") == 1


def test_what_came_late_says_so_and_the_newest_is_last(house: House) -> None:
    incident = house.declares("sev2")
    house.moves("2h")
    incident.channel.expects("no status update", kind="nag")
    for count in range(24):
        house.ana.types(f"/incident update Number {count}", incident.channel)
    house.rests()
    newest = asks(house, incident)
    assert "page 1 of 2" in newest
    assert "Older: `/incident audit 2`" in newest
    assert newest.text.count("status update → here: sent") == 20
    assert "no page “3”: there are 2, the newest is 1." in asks(house, incident, "3")
    older = asks(house, incident, "2")
    assert "asked for an update → here: sent" in older
    assert "answered by @ana" in older
    assert "card → here" in older
    assert older.text.index("card → here") < older.text.index("asked for an update")


def test_a_page_that_is_not_there(house: House) -> None:
    incident = house.declares("sev3")
    for page in ("7", "0", "two", "9" * 400):
        assert "There is no page “" in asks(house, incident, page)
    outside = house.ana.types("/incident audit", "random")
    assert outside is not None
    assert "works inside an incident's channel" in outside
