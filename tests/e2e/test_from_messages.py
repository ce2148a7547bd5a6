"""Message shortcuts: declaring an incident from a message, and adding one to a timeline."""

import pytest

from sandbox.driver import Channel, Message
from tests.e2e.test_may_see import private
from tests.harness import Harness


@pytest.mark.transports
def test_an_incident_is_declared_from_a_message(either: Harness) -> None:
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
    answer = either.ana.sees("Declared *")
    incident = either.incident(answer).whole()
    reply = incident.expects("declared", "from this", to=said.channel)
    assert reply.shape["thread_ts"] == said.ts
    assert "Join #" in reply
    assert len(incident.messages("declared", to=said.channel)) == 1

    again = either.bob.shortcut("declare_from_message", said)
    assert again is not None
    assert again.view is None
    assert f"@ana declared *{incident.id}* from this message" in again


def test_where_the_bot_is_not_only_the_asker_is_told(harness: Harness) -> None:
    secret = harness.ana.creates("ana-and-bob", private=True)
    said = harness.ana.says("Search is slow here", secret)
    form = harness.ana.shortcut("declare_from_message", said)
    assert form is not None
    assert form.view is not None
    assert form.view.submits(title=harness.title("Search is slow")) is None
    incident = harness.incident(harness.ana.sees("Declared *")).whole()
    harness.rests()
    assert [each.text for each in secret.messages(words="declared")] == []
    assert "Slack refused" not in incident.card.text


def test_two_who_declare_from_the_same_message_are_brought_together(harness: Harness) -> None:
    said = harness.bob.says("Both see this", talk(harness, "support"))
    forms = [each.shortcut("declare_from_message", said) for each in (harness.ana, harness.bob)]
    first, second = (form.view for form in forms if form)
    assert first is not None
    assert second is not None
    assert first.submits(title=harness.title("First")) is None
    incident = harness.incident(harness.ana.sees("Declared *")).whole()
    assert second.submits(title=harness.title("Second")) is None
    view = harness.bob.view("declared")
    assert f"@ana declared *{incident.id}* from this message" in view
    assert "anyway" not in view


def test_a_private_one_tells_nobody_else(harness: Harness) -> None:
    said = harness.bob.says("Keys leaked", talk(harness, "security"))
    form = harness.ana.shortcut("declare_from_message", said)
    assert form is not None
    assert form.view is not None
    title = harness.title("Keys leaked")
    assert form.view.submits(title=title, private=["private"]) is None
    incident = harness.incident(harness.ana.sees("Declared *")).whole()
    harness.rests()
    assert incident.messages("declared", to=said.channel) == []
    own = harness.ana.shortcut("declare_from_message", said)
    assert own is not None
    assert f"*{incident.id}* from this message" in own
    other = harness.bob.shortcut("declare_from_message", said)
    assert other is not None
    assert other.view is not None  # as if it didn't exist
    assert other.view.submits(title=harness.title("Keys leaked, too")) is None
    assert harness.incident(harness.bob.sees("Declared *")).whole().id != incident.id


def test_an_incident_declared_from_a_private_ones_message_is_private_by_default(
    harness: Harness,
) -> None:
    for incident, ticked in ((private(harness), True), (harness.declares(), False)):
        said = harness.ana.says("The vault is open", incident.channel)
        form = harness.ana.shortcut("declare_from_message", said)
        assert form is not None
        assert form.view is not None
        chosen = form.view.values["private"]["private"]["selected_options"]
        assert [each["value"] for each in chosen] == (["private"] if ticked else [])
        form.view.closes()


def test_a_message_is_added_to_the_timeline(harness: Harness) -> None:
    incident = harness.declares()
    said = harness.ana.says(
        "Looking, thanks, yes.", incident.channel
    )  # not relevant enough for a draft
    assert "Added to the timeline" in added(harness, said)
    assert "already" in added(harness, said)
    shown = harness.ana.types("/incident timeline", incident.channel)
    assert shown is not None
    assert "Looking, thanks, yes." in shown
    assert incident.happened.count("Pinned") == 1
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    assert harness.muster("postmortem", incident.id).stdout.count("Looking, thanks, yes.") == 1


def test_elsewhere_it_says_where_it_works(harness: Harness) -> None:
    said = harness.ana.says("Lunch?", "general")
    assert "Only messages in an incident channel" in added(harness, said)


def talk(harness: Harness, name: str) -> Channel:
    """A channel of Bob's that the bot is in."""
    channel = harness.bob.creates(name)
    harness.bob.invites("muster", channel)
    return channel


def added(harness: Harness, said: Message) -> str:
    answer = harness.ana.shortcut("add_to_timeline", said)
    assert answer is not None
    return answer.text


def test_a_reply_is_linked_in_its_thread(harness: Harness) -> None:
    channel = harness.declares("sev3").channel
    root = harness.ana.says("Search is slow", channel)
    harness.ana.types("Since noon: the index is corrupt", channel, thread=root)
    reply = channel.messages(words="Since noon")[-1]
    form = harness.ana.shortcut("declare_from_message", reply)
    assert form is not None
    assert form.view is not None
    summary = form.view.values["summary"]["summary"]["value"]
    assert summary.endswith(f"?thread_ts={root.ts}&cid={channel.id}")
    title = harness.title("Search is slow")
    assert form.view.submits(title=title) is None
    incident = harness.found(title).whole()
    told = incident.expects("declared", to=channel)
    assert told.shape["thread_ts"] == root.ts  # a reply to a reply isn't possible

    task = harness.ana.shortcut("task_from_message", reply)
    assert task is not None
    assert task.view is not None
    assert task.view.submits() is None
    shown = channel.expects("Since noon", kind="task-change")
    assert f"?thread_ts={root.ts}&amp;cid={channel.id}" in str(shown.shape["text"])
