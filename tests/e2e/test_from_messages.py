"""An incident from a message, and a message into a timeline: the shortcuts on a message."""

import pytest

from sandbox.driver import Channel, Message
from tests.e2e.test_may_see import private
from tests.house import House


@pytest.mark.transports
def test_an_incident_is_declared_from_a_message(either: House) -> None:
    title = either.title("Search is slow")
    said = either.bob.says(f"{title}\nIt began at 14:02.", talk(either, "ops"))
    form = either.ana.shortcut("declare_from_message", said)
    assert form is not None
    assert form.view is not None
    assert form.view.callback_id == "declare"
    values = form.view.values
    assert values["title"]["title"]["value"] == title
    summary = values["summary"]["summary"]["value"]
    assert "It began at 14:02." in summary
    assert said.ts.replace(".", "") in summary
    either.slack.duplicates(2)
    assert form.view.submits() is None
    either.slack.duplicates(1)
    answer = either.ana.sees("is declared")
    incident = either.incident(answer).whole()
    reply = incident.expects("declared", "from this", to=said.channel)
    assert reply.shape["thread_ts"] == said.ts
    assert "is handled in" in reply
    assert len(incident.messages("declared", to=said.channel)) == 1

    again = either.bob.shortcut("declare_from_message", said)
    assert again is not None
    assert again.view is None
    assert f"@ana declared *{incident.id}* from this message" in again


def test_where_the_bot_is_not_only_the_asker_is_told(house: House) -> None:
    secret = house.ana.creates("ana-and-bob", private=True)
    said = house.ana.says("Search is slow here", secret)
    form = house.ana.shortcut("declare_from_message", said)
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=house.title("Search is slow")) is None
    incident = house.incident(house.ana.sees("is declared")).whole()
    house.rests()
    assert [each.text for each in secret.messages(words="declared")] == []
    assert "Slack refused" not in incident.card.text


def test_two_who_declare_from_the_same_message_are_brought_together(house: House) -> None:
    said = house.bob.says("Both see this", talk(house, "support"))
    forms = [each.shortcut("declare_from_message", said) for each in (house.ana, house.bob)]
    first, second = (form.view for form in forms if form)
    assert first is not None
    assert second is not None
    assert first.submits(title=house.title("First")) is None
    incident = house.incident(house.ana.sees("is declared")).whole()
    assert second.submits(title=house.title("Second")) is None
    view = house.bob.view("declared")
    assert f"@ana declared *{incident.id}* from this message" in view
    assert "anyway" not in view


def test_a_private_one_tells_nobody_else(house: House) -> None:
    said = house.bob.says("Keys leaked", talk(house, "security"))
    form = house.ana.shortcut("declare_from_message", said)
    assert form is not None
    assert form.view is not None
    title = house.title("Keys leaked")
    assert form.view.submits(title=title, private=["private"]) is None
    incident = house.incident(house.ana.sees("is declared")).whole()
    house.rests()
    assert incident.messages("declared", to=said.channel) == []
    own = house.ana.shortcut("declare_from_message", said)
    assert own is not None
    assert f"*{incident.id}* from this message" in own
    other = house.bob.shortcut("declare_from_message", said)
    assert other is not None
    assert other.view is not None  # as if there were none
    assert other.view.submits(title=house.title("Keys leaked, too")) is None
    assert house.incident(house.bob.sees("is declared")).whole().id != incident.id


def test_what_was_written_in_a_private_incident_stays_private_unless_said_otherwise(
    house: House,
) -> None:
    for incident, ticked in ((private(house), True), (house.declares(), False)):
        said = house.ana.says("The vault is open", incident.channel)
        form = house.ana.shortcut("declare_from_message", said)
        assert form is not None
        assert form.view is not None
        chosen = form.view.values["private"]["private"]["selected_options"]
        assert [each["value"] for each in chosen] == (["private"] if ticked else [])
        form.view.closes()


def test_a_message_is_added_to_the_timeline(house: House) -> None:
    incident = house.declares()
    said = house.ana.says("Looking, thanks, yes.", incident.channel)  # nobody would draft that
    assert "is in the timeline" in added(house, said)
    assert "already" in added(house, said)
    shown = house.ana.types("/incident timeline", incident.channel)
    assert shown is not None
    assert "Looking, thanks, yes." in shown
    assert incident.happened.count("Pinned") == 1
    house.ana.types("/incident resolve", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    assert house.muster("postmortem", incident.id).stdout.count("Looking, thanks, yes.") == 1


def test_elsewhere_it_says_where_it_works(house: House) -> None:
    said = house.ana.says("Lunch?", "general")
    assert "Only a message in an incident's channel" in added(house, said)


def talk(house: House, name: str) -> Channel:
    """A channel of Bob's that the bot is in."""
    channel = house.bob.creates(name)
    house.bob.invites("muster", channel)
    return channel


def added(house: House, said: Message) -> str:
    answer = house.ana.shortcut("add_to_timeline", said)
    assert answer is not None
    return answer.text
