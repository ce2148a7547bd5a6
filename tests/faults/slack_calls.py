"""Every Slack call of a declaration, and how to make one of them fail for one incident."""

from typing import Any

from sandbox.driver import Fault
from tests.harness import TEAM, Harness, Incident

HERE = "here"  # the incident's own channel, which exists by then
CALLS: dict[str, dict[str, Any]] = {
    "the channel": {"method": "conversations.create"},
    "the declarer's invitation": {
        "method": "conversations.invite",
        "channel": HERE,
        "user": "U0ANA",
    },
    "the card": {"method": "chat.postMessage", "channel": HERE},
    "the topic": {"method": "conversations.setTopic", "channel": HERE},
    "the pin": {"method": "pins.add", "channel": HERE},
    "a look at the bookmarks": {"method": "bookmarks.list", "channel": HERE},
    "the bookmark": {"method": "bookmarks.add", "channel": HERE},
    "the invitation of the paged": {
        "method": "conversations.invite",
        "channel": HERE,
        "user": "U0BOB",
    },
    "the word about the page": {"method": "chat.postMessage", "channel": HERE, "skip": 1},
    "the announcement": {"method": "chat.postMessage", "channel": "incidents"},
    "the way to the paged": {"method": "conversations.open", "user": "U0BOB"},
    "the page": {"method": "chat.postMessage", "channel": "@bob"},
    "the page's edit": {"method": "chat.update", "channel": "@bob"},
}


def declares_with(
    harness: Harness, call: str, *hows: dict[str, Any], title: str = "Trouble"
) -> tuple[Incident, list[Fault]]:
    """Declare an incident in which `call` gets these faults, one after the other."""
    which = dict(CALLS[call])
    where = which.pop("channel", None)
    has_turns(harness)
    if call == "the way to the paged":
        _forget_the_way(harness)
    title = harness.title(title)
    if where == HERE:
        made = harness.slack.fails("conversations.create", pause=True, when="after", times=1)
        incident = harness.incident(harness.ana.types(f"/incident declare sev1 {title}"))
        made.waiting()
        channel = harness.slack.channel(f"incident-.*{title.rpartition(' ')[2]}$")
        faults = [_fault(harness, {**which, "channel": channel.id}, how) for how in hows]
        made.releases()
        return incident, faults
    if where:
        which["channel"] = harness.slack.channel(where).id
    faults = [_fault(harness, which, how) for how in hows]
    return harness.incident(harness.ana.types(f"/incident declare sev1 {title}")), faults


def _fault(harness: Harness, which: dict[str, Any], how: dict[str, Any]) -> Fault:
    return harness.slack.fails(**which, **how, times=1)


def has_turns(harness: Harness) -> None:
    """Reset the rate limits, as if no one had called Slack in the last minute; otherwise they
    would delay an attack with many incidents."""
    with harness.asks_the_store() as store:
        if books := [*store.scan_iter(f"muster:{{{TEAM}}}:turns:*", count=1000)]:
            store.delete(*books)


def _forget_the_way(harness: Harness) -> None:
    """Forget bob's direct message, which is opened only once, so that it is opened again."""
    with harness.asks_the_store() as store:
        store.hdel(f"muster:{{{TEAM}}}:places", "@U0BOB")
