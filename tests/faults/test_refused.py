"""A permanent refusal by Slack is recorded, reported to someone who can act, not retried forever,
and delays nothing else.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest

from tests.faults.completeness import agrees, slug
from tests.harness import Harness, answer, until

_newcomers = count(1)


@pytest.fixture(scope="module")
def _shared() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness


@pytest.fixture
def harness(_shared: Harness) -> Iterator[Harness]:
    yield _shared
    _shared.tidy()
    _shared.check_slack()


def test_channel_creation_is_refused(harness: Harness) -> None:
    harness.slack.channel("incidents")
    since = harness.slack.calls()[-1]["seq"]
    harness.slack.fails("conversations.create", error="restricted_action")
    incident = harness.incident(harness.ana.types(f"/incident declare sev1 {harness.title()}"))
    notice = incident.expects("notice", "restricted_action", to=harness.ana.dm())
    assert "ask an admin" in notice
    page = incident.expects("page", to=harness.bob.dm())
    page.click("Acknowledge", patience=0)
    page.shows("Acknowledged by @bob")
    incident.expects("announcement", to=harness.slack.channel("incidents"))
    harness.rests()
    tried = harness.slack.calls("conversations.create", since=since)
    assert len(tried) == 2, "once for the declaration, once more when somebody acted"
    harness.moves("31m")
    harness.rests()
    assert harness.slack.calls("conversations.create", since=since) == tried
    assert len(incident.messages("notice", to=harness.ana.dm())) == 1


def test_a_refused_channel_is_retried_when_somebody_acts(harness: Harness) -> None:
    refusal = harness.slack.fails("conversations.create", error="restricted_action")
    incident = harness.incident(harness.ana.types(f"/incident declare sev1 {harness.title()}"))
    incident.expects("notice", "restricted_action", to=harness.ana.dm())
    refusal.stops()
    harness.ana.types("/incident note the admin let us", "general")
    incident.channel.expects(kind="card")


def test_a_private_incident_never_gets_a_public_channel(harness: Harness) -> None:
    title = harness.title("A key leaked")
    since = harness.slack.calls()[-1]["seq"]
    harness.slack.fails("conversations.create", error="missing_scope")
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    form.view.submits(title=title, private=["private"])
    until(lambda: harness.ana.dm().messages("notice", "missing_scope"), what="a notice")
    notice = harness.ana.dm().messages("notice", "missing_scope")[-1]
    assert "reinstall it from its manifest" in notice
    assert title not in notice
    harness.rests()
    created = harness.slack.calls("conversations.create", since=since)
    assert len(created) == 1
    assert created[0]["args"]["is_private"] in (True, "true", "True", 1, "1")
    announced = harness.slack.channel("incidents").messages()
    assert notice.payload["incident"] not in str([each.shape for each in announced])


@pytest.mark.parametrize("theirs", ["public", "private", "archived"])
def test_a_name_taken_by_others_stays_theirs(harness: Harness, theirs: str) -> None:
    """`name_taken`, even by a channel that the bot can't see."""
    title = harness.title("Taken")
    name = f"incident-{datetime.fromtimestamp(harness.slack.now(), UTC):%Y-%m-%d}-{slug(title)}"
    taken = [
        harness.bob.creates(each, private=theirs == "private") for each in (name, f"{name}-2")
    ]
    if theirs == "archived":
        for each in taken:
            harness.bob.archives(each)
    since = harness.slack.calls()[-1]["seq"]
    incident = harness.declares("sev3", title=title)
    harness.rests()
    assert incident.channel.name == f"{name}-3"
    assert len(harness.slack.calls("conversations.create", since=since)) == 3
    assert [(each.members, each.messages("card")) for each in taken] == [(["bob"], [])] * 2


def test_the_channel_was_archived(harness: Harness) -> None:
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    harness.rests()
    channel = incident.channel
    harness.ana.archives(channel)
    since = harness.slack.calls()[-1]["seq"]
    harness.moves("10m")  # reminders and the secondary's page are due
    notice = incident.expects("notice", "lost its channel", to=harness.ana.dm())
    assert "archived" in notice or "removed" in notice
    incident.expects("page", to=harness.cleo.dm())
    harness.rests()
    harness.moves("30m")
    incident.expects("page", to=harness.bob.dm())
    harness.rests()
    tried = [c for c in harness.slack.calls(since=since) if c["args"].get("channel") == channel.id]
    assert len(tried) <= 4, [c["method"] for c in tried]
    assert len(incident.messages("notice", to=harness.ana.dm())) == 1


def test_a_deactivated_person_is_named(harness: Harness) -> None:
    incident = harness.declares()
    harness.slack.deactivates("eve")
    since = harness.slack.calls()[-1]["seq"]
    said = harness.ana.types("/incident role ol @eve", incident.channel)
    assert said is not None
    assert said.text == "@eve is deactivated. Choose someone else."
    assert incident.record["roles"] == {}
    harness.ana.types("/incident update and on we go", incident.channel)
    incident.channel.expects("and on we go", kind="update")
    harness.rests()
    tried = [
        (c["method"], c["result"])
        for c in harness.slack.calls(since=since)
        if "U0EVE" in (c["args"].get("user"), c["args"].get("users"))
    ]
    assert len(tried) == len(set(tried)) <= 2


def test_a_refused_topic_stops_nothing(harness: Harness) -> None:
    fault = harness.slack.fails("conversations.setTopic", error="user_is_restricted")
    incident = harness.incident(harness.ana.types(f"/incident declare sev1 {harness.title()}"))
    incident.card.shows("topic (user_is_restricted)")
    incident.channel.until(lambda c: c.pins, what="pinned")
    harness.rests()
    fault.stops()
    harness.ana.types("/incident severity sev0", incident.channel)
    incident.channel.until(lambda c: c.topic.startswith("SEV0"), what="the new topic")


def test_an_undelivered_page_is_reported(harness: Harness) -> None:
    harness.slack.deactivates("bob")
    incident = harness.declares()
    line = incident.channel.expects("Paged @cleo", kind="escalation", within=15)
    harness.slack.post("/control/people/bob", {"deleted": False})
    said = incident.messages("escalation")
    assert not [each for each in said if "Paged @bob" in each], line
    assert [each for each in said if "@bob: Slack error user_disabled" in each]


@pytest.mark.parametrize("refusal", ["cannot_dm_bot", "user_not_found", "user_disabled"])
def test_an_unreachable_person_is_reported_once_to_someone_who_can_act(
    harness: Harness, refusal: str
) -> None:
    """A handoff request, a task and a page for a person to whom no DM can be opened."""
    zed = f"zed{next(_newcomers)}"  # without an open conversation
    harness.slack.post(f"/control/people/{zed}", {"real_name": "Zed Zander"})
    incident, user = harness.declares("sev3"), harness.person(zed).id
    harness.rests()
    since = harness.slack.calls()[-1]["seq"]
    harness.slack.fails("conversations.open", user=user, error=refusal)
    harness.slack.fails("chat.postMessage", channel=user, error=refusal)
    for typed in (f"handoff ol @{zed}", f"task Look into it @{zed}", f"page @{zed} come"):
        assert harness.ana.types(f"/incident {typed}", incident.channel)
        harness.rests(within=60)
    incident.expects("handover", f"Couldn't ask @{zed} to be", to=harness.ana.dm())
    incident.card.shows(f"notifying @{zed} of a task ({refusal})")
    incident.channel.expects(f"didn't reach @{zed}", kind="paged")
    gone = refusal != "cannot_dm_bot"  # a deactivated person can't do anything
    owner = "_unassigned_" if gone else f"@{zed}"
    incident.card.shows(f"Look into it · {owner}")
    harness.moves("31m")
    harness.rests(within=60)
    assert len(incident.messages("handover", to=harness.ana.dm())) == 1
    assert len([m for m in incident.messages("paged") if "didn't reach" in m]) == 1
    # no endless retries
    tried = harness.slack.calls("conversations.open", since=since)
    assert 1 <= len([c for c in tried if user in str(c["args"])]) <= 3


def test_a_failing_channel_lookup_delays_nothing_else(harness: Harness) -> None:
    harness.slack.fails("conversations.open", status=503, times=2)
    incident = harness.declares("sev2")
    harness.ana.types("/incident role ol @dan", incident.channel)
    incident.channel.expects("@dan is now Operations Lead", kind="role", within=2)
    incident.channel.until(lambda c: c.pins, within=2, what="the card pinned")
    incident.expects("briefing", to=harness.person("dan").dm(), within=15)


@pytest.mark.parametrize("refusal", ["msg_too_long", "invalid_blocks", "restricted_action"])
def test_a_message_that_slack_refuses_is_named_on_the_card(harness: Harness, refusal: str) -> None:
    incident = harness.declares("sev2")
    harness.rests()
    since = harness.slack.calls()[-1]["seq"]
    harness.slack.fails("chat.postMessage", channel=incident.channel.id, error=refusal, times=1)
    harness.ana.types("/incident update nobody will read this", incident.channel)
    incident.card.shows(f"posting the update message ({refusal})")
    harness.ana.types("/incident update but this", incident.channel)
    incident.channel.expects("but this", kind="update")
    harness.rests()
    harness.moves("1h")
    harness.rests()
    tried = [
        c
        for c in harness.slack.calls("chat.postMessage", since=since)
        if "nobody will read" in str(c) and c["args"]["channel"] == incident.channel.id
    ]
    assert len(tried) == 1


@pytest.mark.parametrize("refusal", ["channel_not_found", "is_archived", "not_in_channel"])
def test_a_lost_announcement_channel_is_looked_up_once_more(
    harness: Harness, refusal: str
) -> None:
    announcements = harness.slack.channel("incidents")
    moved = harness.slack.fails(
        "chat.postMessage", channel=announcements.id, error=refusal, times=1
    )
    incident = harness.declares()
    moved.met()
    incident.expects("announcement", to=announcements)
    gone = harness.slack.fails("chat.postMessage", channel=announcements.id, error=refusal)
    since = harness.slack.calls()[-1]["seq"]
    unheard = harness.declares()
    unheard.card.shows(f"announcing it ({refusal})")
    harness.rests()
    harness.moves("31m")
    harness.rests()
    gone.stops()
    tried = harness.slack.calls("chat.postMessage", since=since)
    there = [c for c in tried if c["args"]["channel"] == announcements.id]
    assert 2 <= len(there) <= 3  # and once more when something happens much later


def test_everyone_is_already_a_member(harness: Harness) -> None:
    fault = harness.slack.fails("conversations.invite", error="already_in_channel", when="after")
    incident = harness.declares()
    incident.expects("page", to=harness.bob.dm())
    harness.rests()
    fault.stops()
    assert "Slack refused" not in incident.card
    assert {"ana", "bob"} <= set(incident.channel.members)


def test_a_revoked_token_is_reported_to_operators_and_everything_is_caught_up(
    harness: Harness,
) -> None:
    incident = harness.declares()
    harness.rests()
    since = harness.slack.calls()[-1]["seq"]
    revoked = harness.slack.fails(error="token_revoked")
    # an update would acknowledge it
    assert harness.ana.types("/incident role scribe @dan", incident.channel) is not None
    until(lambda: answer(f"{harness.url}/readyz") == (503, "missing: slack\n"), what="it says so")
    harness.slack.moves("6m")
    revoked.met()
    tried = Counter(each["method"] for each in harness.slack.calls(since=since))
    assert max(tried.values()) < 20, tried
    revoked.stops()
    until(lambda: answer(f"{harness.url}/readyz")[0] == 200, within=15, what="ready again")
    incident.channel.expects("Scribe", kind="role", within=30)
    incident.expects("page", to=harness.cleo.dm(), within=30)
    harness.rests(within=60)
    agrees(harness, incident)
