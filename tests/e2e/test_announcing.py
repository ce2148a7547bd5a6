"""The announcement: what it says, its buttons, and the news in its thread."""

from typing import Any

from sandbox.driver import Channel, Message
from tests.harness import Harness, Incident, until

NEWS = "announcement_update"


def test_it_says_what_people_outside_want_to_know_and_follows(either: Harness) -> None:
    title = either.title("Checkout is down")
    incident = declares(either, title, "SEV1", summary="Nobody in the EU can pay")
    announced = incident.expects("announcement", to=board(either))
    for words in (f"SEV1 · {title}", "Nobody in the EU can pay", "No commander yet", "@ana"):
        assert words in announced
    assert f"#{incident.channel.name}" in announced
    assert incident.id in announced
    either.bob.types("/incident role ic", incident.channel)
    announced.shows("Commander: @bob")
    either.bob.types("/incident summary Nobody in the EU or the UK can pay", incident.channel)
    announced.shows("Nobody in the EU or the UK can pay")
    either.bob.types("/incident resolve Rolled back", incident.channel)
    assert "[Join]" not in announced.shows("Resolved")


def test_join_invites_who_clicks_also_again(either: Harness) -> None:
    incident, eve = either.declares("sev2"), either.person("eve")
    announced = incident.expects("announcement", to=board(either))
    either.slack.duplicates(3)
    said = announced.click("join", as_=eve, patience=3)
    either.slack.duplicates(1)
    assert said is not None
    assert f"Adding you to #{incident.channel.name}" in said
    incident.channel.until(lambda c: "eve" in c.members, what="eve in the channel")
    assert incident.happened.count("Joined") == 1
    eve.leaves(incident.channel)
    announced.click("join", as_=eve, patience=0)
    incident.channel.until(lambda c: "eve" in c.members, what="eve in the channel again")


def test_subscribe_sends_the_updates(harness: Harness) -> None:
    incident, eve = harness.declares("sev2"), harness.person("eve")
    announced = incident.expects("announcement", to=board(harness))
    said = announced.click("subscribe", as_=eve, patience=3)
    assert said is not None
    assert f"you'll get updates about {incident.id} by direct message" in said
    harness.ana.types("/incident update Rolling back", incident.channel)
    incident.expects("subscription", "Rolling back", to=eve.dm())


def test_news_go_into_its_thread_and_an_urgent_end_into_the_channel(either: Harness) -> None:
    incident = either.declares("sev2", title=either.title("Search is slow"))
    announced = incident.expects("announcement", to=board(either))
    either.ana.types("/incident update Looking at the index", incident.channel)
    news(either, incident, "Looking at the index", thread=announced)
    either.ana.types("/incident severity sev3", incident.channel)
    either.slack.duplicates(3)
    either.ana.types("/incident severity sev0 nobody can search", incident.channel)
    either.slack.duplicates(1)
    worse = news(either, incident, "*SEV0*, was SEV3: nobody can search", thread=announced)
    assert is_broadcast(either, worse)
    either.ana.types("/incident resolve Rebuilt the index", incident.channel)
    ended = news(either, incident, "*Resolved*: Rebuilt the index", thread=announced)
    assert is_broadcast(either, ended)
    either.ana.types("/incident reopen it is back", incident.channel)
    again = news(either, incident, "*Reopened*: it is back", thread=announced)
    assert not is_broadcast(either, again)
    either.ana.types("/incident severity sev2", incident.channel)
    either.ana.types("/incident cancel only a test", incident.channel)
    calm = news(either, incident, "*Cancelled*: only a test", thread=announced)
    assert not is_broadcast(either, calm)
    either.rests()
    assert len(incident.messages(NEWS, to=board(either))) == 5
    assert len(incident.messages("announcement", to=board(either))) == 1


def test_what_is_undone_is_corrected_wherever_it_was_told(harness: Harness) -> None:
    incident = harness.declares("sev2", title=harness.title("Orders fail"))
    announced = incident.expects("announcement", to=board(harness))
    said = announced.click("subscribe", as_=harness.person("eve"), patience=3)
    assert said is not None
    for words, told, undone in (
        ("severity sev0 it is worse", "*SEV0*, was SEV2", "*SEV2* again. SEV0 was undone."),
        ("severity sev1", "*SEV1*, was SEV2", "*SEV2* again. SEV1 was undone."),
        ("resolve wrong window", "*Resolved*", "*Investigating* again. Resolved was undone."),
        ("cancel wrong window", "*Cancelled*", "*Investigating* again. Cancelled was undone."),
    ):
        answer = harness.ana.types(f"/incident {words}", incident.channel)
        assert answer is not None
        shown = is_broadcast(harness, news(harness, incident, told, thread=announced))
        answer.click("undo", patience=3)
        correction = news(harness, incident, undone, thread=announced)
        assert is_broadcast(harness, correction) == shown
    eve = harness.person("eve").dm()
    incident.expects("subscription", "investigating again", to=eve)
    incident.channel.expects("Severity is *SEV2, Minor impact* again (undone by @ana).")


def test_a_private_incident_has_no_news_outside(harness: Harness) -> None:
    title = harness.title("Keys are out")
    incident = declares(harness, title, "SEV1", private=["private"])
    harness.ana.types("/incident update Rotating them", incident.channel)
    harness.ana.types("/incident severity sev0", incident.channel)
    harness.ana.types("/incident resolve Keys rotated", incident.channel)
    harness.rests()
    assert incident.messages(NEWS, to=board(harness)) == []
    assert incident.id not in str([each.shape for each in board(harness).messages()])


def news(harness: Harness, incident: Incident, words: str, *, thread: Message) -> Message:
    """The message in the thread."""
    found = incident.expects(NEWS, words, to=board(harness))
    assert found.shape["thread_ts"] == thread.ts
    assert incident.id in found
    return found


def is_broadcast(harness: Harness, message: Message) -> bool:
    """Whether the call that posted it asked for the channel to show it, too."""
    key = message.payload["key"]
    sent = [each["args"] for each in harness.slack.calls("chat.postMessage")]
    (args,) = [each for each in sent if key in str(each.get("metadata"))]
    return args.get("reply_broadcast") in (True, "true", "1", 1)


def board(harness: Harness) -> Channel:
    return harness.slack.channel("incidents")


def declares(harness: Harness, title: str, severity: str, **values: Any) -> Incident:
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=title, severity=severity, **values) is None
    incident = harness.found(title).whole()
    until(lambda: incident.channel.name)
    return incident
