"""The script of the demo: actions of people, and what must appear in Slack."""

from bot.demo.show import Show
from sandbox.driver import Channel, Message, Slack


def play(slack: Slack, show: Show) -> str:
    """Run the whole incident; returns the postmortem. Raises AssertionError if something is
    missing.
    """
    ana, bob, cleo, dan = (slack.person(name) for name in ("ana", "bob", "cleo", "dan"))
    eve = slack.person("eve")

    show.chapter("Something is broken, and Ana declares an incident")
    command = "/incident declare sev1 Checkout is down"
    show.does("ana", "#general", command)
    answer = ana.types(command, "general")
    assert answer is not None, f"no answer to {command}"
    assert "INC-1" in answer, answer
    show.answers("ana", answer.text)
    channel = slack.channel("incident-")
    channel.until(lambda c: "ana" in c.members, what="ana in the channel")
    card = channel.expects("Take command", kind="card")
    slack.channel("incidents").expects("Checkout is down", kind="announcement")
    channel.until(lambda c: [each.ts for each in c.pins] == [card.ts], what="the card pinned")
    show.seen(f"#{channel.name} is there, Ana is in it, the card is pinned, #incidents has it")
    page = bob.dm().expects("Checkout is down", kind="page")
    show.seen("Bob, on call, was paged")

    show.chapter("Roles")
    show.does("bob", _here(channel), "[Take command]")
    card.click("Take command", as_=bob)
    show.does("cleo", _here(channel), "[Take Communications Lead]")
    card.again().click("Take Communications Lead", as_=cleo)
    show.does("dan", _here(channel), "[Take Operations Lead]")
    card.again().click("Take Operations Lead", as_=dan)
    for person in (bob, cleo, dan):
        card.shows(f"@{person.name}")
        person.dm().expects("You're now", kind="briefing")
    page.shows("Acknowledged by @bob")
    show.seen(
        "the card shows all three, each got a briefing, taking command acknowledged the page"
    )

    show.chapter("They work, and forget to post an update")
    dan.types(
        "Error rate on checkout went from 0.1% to 38% at 14:02, right after deploy 4711", channel
    )
    dan.types(
        "The new pool settings cause it: connections are exhausted because of max_pool=5", channel
    )
    dan.types(
        "Old value was max_pool=50. (token for the dashboard: xoxb-1234567890-abcdefghijkl)",
        channel,
    )
    show.catch_up()
    show.does("the clock", "", "30 minutes pass")
    slack.moves("30m")
    nag = channel.expects("Status update due", kind="nag")
    assert nag.payload["reason"] == "update", nag.payload
    assert "@cleo" in nag, nag
    show.seen("Cleo was reminded of the update that was due")
    show.does("cleo", _here(channel), "[Post update]")
    nag.click("Post update", as_=cleo)
    told = "Checkout fails for 38% of customers. Cause found: a pool setting. Rolling it back."
    errors = cleo.view("update").submits(text=told, next_update="30m")
    assert errors is None, errors
    channel.expects("Rolling it back", kind="update")
    show.seen("the update is in the channel, and the next one is due in 30 minutes")

    show.chapter("It gets worse, and no one answers the first page")
    command = "/incident severity sev0 payments fail too"
    show.does("ana", _here(channel), command)
    ana.types(command, channel)
    bob.dm().expects("SEV0", kind="page")
    channel.until(lambda c: "SEV0" in c.topic, what="SEV0 in the topic")
    show.seen("severity, topic and update interval changed, and Bob was paged again")
    show.does("the clock", "", "5 minutes pass")
    slack.moves("5m")
    second = eve.dm().expects("SEV0", kind="page")
    show.seen("no one acknowledged within 5 minutes, so Eve, the secondary, was paged")
    show.does("eve", "DM @eve", "[Acknowledge]")
    second.click("Acknowledge")
    second.shows("Acknowledged by @eve")
    show.seen("Eve acknowledged, the page shows it, and paging stopped")

    show.chapter("It is mitigated, then fixed")
    dan.types("Rolled back to max_pool=50; luckily the old config was still in the cache", channel)
    show.does("bob", _here(channel), "/incident mitigate")
    bob.types("/incident mitigate", channel)
    channel.expects("Mitigated", kind="stage")
    show.does("the clock", "", "12 minutes pass")
    slack.moves("12m")
    dan.types("Error rate is back at 0.1% for ten minutes", channel)
    show.does("bob", _here(channel), "[Resolve]")
    card.again().click("Resolve incident", as_=bob)
    errors = bob.view("resolve").submits(text="Rolled the pool settings back to max_pool=50.")
    assert errors is None, errors
    channel.expects("Resolved", kind="stage")
    slack.channel("incidents").expects("Resolved", kind="announcement")
    show.seen("resolved, in the channel, on the card and in the announcement")

    show.chapter("The postmortem draft")
    link = channel.expects("Postmortem draft", kind="postmortem", within=15)
    (file,) = slack.files()
    document = str(file["content"])
    for words in ("Error rate on checkout", "## Root cause", "max_pool=5", "luckily"):
        assert words in document, f"{words!r} is not in the postmortem"
    assert "xoxb-1234567890" not in document, "the token is in the postmortem"
    show.seen("a draft from what people wrote, linked in the channel, the token masked")
    _excerpt(show, document)

    show.chapter("Every message was posted exactly once")
    _once(slack)
    assert "SEV0 · resolved" in channel.topic, channel.topic
    assert link.again().ts == link.ts
    show.seen("no message was posted twice, and Slack would have rejected none of the calls")
    return document


def _here(channel: Channel) -> str:
    return "#…" + channel.name.split("-", 4)[-1][:16]


def _excerpt(show: Show, document: str) -> None:
    lines = document.splitlines()
    start = lines.index("## Root cause")
    show.does("the draft", "", "\n".join(line for line in lines[start : start + 6] if line))


def _once(slack: Slack) -> None:
    keys = [key for one in slack.channels() for key in _keys(Channel(slack, one["id"]).messages())]
    twice = {key for key in keys if keys.count(key) > 1}
    assert keys, "the bot posted nothing"
    assert not twice, f"posted twice: {twice}"


def _keys(messages: list[Message]) -> list[str]:
    return [each.payload["key"] for each in messages if "key" in each.payload]
