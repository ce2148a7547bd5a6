"""The Home tab: open incidents, the person's roles and tasks; updated whenever it is opened."""

import pytest

from sandbox.driver import Person, Slack, View
from tests.e2e.test_may_see import private
from tests.harness import Harness, until


def opens(person: Person, words: str) -> View:
    """Open the Home tab, and wait until it contains this text."""
    person.opens_home()
    until(lambda: _shows(person, words), what=f"{words!r} on the home tab")
    return person.home()


def _shows(person: Person, words: str) -> bool:
    calls = Slack(person.client.url).calls("views.publish")
    return any(each["args"]["user_id"] == person.id for each in calls) and words in person.home()


def test_open_incidents_and_own_roles_and_tasks_are_shown(either: Harness) -> None:
    harness, incident = either, either.declares()
    harness.ana.types("/incident role ol @dan", incident.channel)
    harness.ana.types("/incident task Restart the pods @dan", incident.channel)
    dan, eve = harness.person("dan"), harness.person("eve")
    home = opens(dan, "Your tasks")
    for words in (
        "Your incidents",
        f"*{incident.id}* SEV1 · *{incident.record['title']}*",
        "Investigating · open for ",
        "You're *Operations Lead*.",
        f"{incident.id} #{incident.channel.name} task 1. Restart the pods",
    ):
        assert words in home, (words, home.text)
    theirs = opens(eve, incident.id)
    assert "Your incidents" not in theirs
    assert "Your tasks" not in theirs

    harness.ana.types("/incident cancel a false alarm", incident.channel)
    opens(eve, "No open incidents")


def test_the_worst_is_on_top_then_who_is_on_call(harness: Harness) -> None:
    minor, worst, usual = (
        harness.declares(each, by=harness.bob) for each in ("sev3", "sev0", "sev2")
    )
    harness.bob.types("/incident role ic @cleo", minor.channel)
    home = opens(harness.cleo, minor.id)
    shown = [home.text.index(each) for each in ("Your incidents", minor.id, worst.id, usual.id)]
    assert shown == sorted(shown), home.text
    assert "*primary*" in home.text[home.text.index("On call now") :]
    theirs = opens(harness.person("eve"), minor.id).text
    assert theirs.index(worst.id) < theirs.index(usual.id) < theirs.index(minor.id)


def test_a_postmortem_is_due_until_its_incident_is_closed(harness: Harness) -> None:
    incident, usual = (harness.declares(each, by=harness.bob) for each in ("sev0", "sev2"))
    harness.bob.types("/incident severity sev2 It was less than we thought", incident.channel)
    for each in (incident, usual):
        harness.bob.types("/incident resolve Rolled back", each.channel)
    incident.channel.expects("Review it within 2d.", kind="postmortem")
    title = incident.record["title"]
    home = opens(harness.person("eve"), f"{title} · @bob · due ").text
    due = home.partition("Postmortems due")[2]
    line = next(each for each in due.splitlines() if incident.id in each)
    assert "draft" in line
    assert usual.id not in due
    harness.moves("3d")
    opens(harness.person("eve"), "*overdue by 1d")
    harness.bob.types("/incident close", incident.channel)
    form = harness.bob.view("close")
    assert form.submits(checks=["stable", "metrics", "reports"]) is None
    harness.rests()
    harness.person("eve").opens_home()
    until(lambda: incident.id not in harness.person("eve").home(), what="no postmortem due")


def test_the_link_to_a_channel_draws_it_anew(harness: Harness) -> None:
    incident = harness.declares()
    home = opens(harness.cleo, incident.id)
    other = harness.declares()
    assert other.id not in harness.cleo.home()
    before = len(harness.cleo.ephemerals())
    home.chooses("Open channel", patience=0)
    until(lambda: other.id in harness.cleo.home(), what="the other one, too")
    buttons = [each["accessory"] for each in home.shape["blocks"] if "accessory" in each]
    assert buttons[0]["url"] == f"https://acme.slack.com/archives/{incident.channel.id}"
    assert len(harness.cleo.ephemerals()) == before


@pytest.mark.transports
def test_declared_from_there_it_is_there(either: Harness) -> None:
    harness, eve, title = either, either.person("eve"), either.title()
    home = opens(eve, "Declare an incident")
    form = home.chooses("Declare an incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title="") is not None
    assert form.view.submits(title=title, severity="SEV3") is None
    until(lambda: title in eve.home(), what="it is on the home tab")
    declared = next(each for each in harness.records() if each["title"] == title)
    until(lambda: harness.slack.channel(f"incident-.*{title.split()[-1]}"), what=declared["id"])
    eve.types(
        "/incident cancel a false alarm", harness.slack.channel(f"incident-.*{title.split()[-1]}")
    )


def test_a_private_one_is_on_the_home_tab_of_its_people_alone(harness: Harness) -> None:
    incident, public = private(harness), harness.declares()
    harness.rests()
    assert ":lock:" in opens(harness.ana, incident.id)
    theirs = opens(harness.person("eve"), public.id)
    assert incident.id not in theirs.text
    assert incident.record["title"] not in str(theirs.shape)


def test_the_other_tab_draws_nothing(harness: Harness) -> None:
    before = len(harness.slack.calls("views.publish"))
    event = {"type": "app_home_opened", "user": "U0EVE", "channel": "D0EVE", "tab": "messages"}
    harness.slack.delivers("events", _event(event))
    harness.rests()
    assert len(harness.slack.calls("views.publish")) == before


def _event(event: dict[str, str]) -> dict[str, object]:
    body = {"type": "event_callback", "event_id": "Ev0HOME", "team_id": "T0ACME"}
    return {**body, "api_app_id": "A0MUSTER", "event_time": 1, "event": event}
