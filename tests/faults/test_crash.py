"""`kill -9` in the middle of a declaration, at every one of its Slack calls.

An incident for each call, stopped there by the local Slack; then the kill. What Slack does with
the call that it has: nothing (`lost`), or it had carried it out and the answer was lost
(`applied`), or it carries it out when nobody waits any more (`late`).
"""

from itertools import product
from time import monotonic
from typing import Any

import pytest

from sandbox.driver import Channel, Fault
from tests.faults.whole import each_thing_was_said_once, is_whole, with_a_bridge
from tests.house import TEAM, House, Incident

# Every call of a declaration. HERE: in the incident's own channel, which is made by then.
HERE = "here"
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
FATES = ("lost", "applied")
LAST = (
    *("the announcement", "the page's edit", "the page"),
    *("the way to the paged", "the channel"),
)
LATE = ("the channel", "the card", "the announcement", "the page")

IN_FLIGHT = 3.5  # seconds: less than a call's time-out, so that the kill meets them all


@pytest.mark.parametrize("killed", [("bot",), ("bot", "timers", "bulk", "clock")])
def test_a_declaration_completes_once_wherever_it_was_killed(killed: tuple[str, ...]) -> None:
    with House(policy=with_a_bridge) as house:
        house.declares()  # from here on there is a way to bob, and an announcement channel
        house.rests()
        cases = sorted([*product(CALLS, FATES), *product(LATE, ["late"])], key=_order)
        incidents: list[Incident] = []
        while cases:
            began, stopped = monotonic(), []
            while cases and monotonic() < began + IN_FLIGHT:
                call, fate = cases.pop(0)
                incident, pause = _declared_and_stopped_at(house, call, fate)
                incidents.append(incident)
                stopped.append(pause)
            house.kill(*killed)
            for pause in stopped:
                pause.stops()
            house.slack.heals()
            house.start(*killed)
        house.rests(within=40)
        for incident in incidents:
            is_whole(house, incident)
        each_thing_was_said_once(house)
        house.check_slack()


def _order(case: tuple[str, str]) -> int:
    """What loses a call that other incidents make too would lose theirs: it comes last, and
    first among those what needs the others."""
    call, fate = case
    return LAST.index(call) if fate == "lost" and call in LAST else -1


def _declared_and_stopped_at(house: House, call: str, fate: str) -> tuple[Incident, Fault]:
    """An incident whose declaration waits in this very call."""
    which = dict(CALLS[call])
    where = which.pop("channel", None)
    if call == "the way to the paged":
        with house.asks_the_store() as store:
            store.hdel(f"muster:{{{TEAM}}}:places", "@U0BOB")
    if where == HERE:
        made = house.slack.fails("conversations.create", pause=True, when="after", times=1)
    elif where:
        which["channel"] = house.slack.channel(where).id
    if where != HERE:
        pause = _stop(house, fate, which)
    title = house.title("Crash")
    incident = house.incident(house.ana.types(f"/incident declare sev1 {title}"))
    if where == HERE:
        made.waiting()
        channel: Channel = house.slack.channel(f"incident-.*{title.partition(' ')[2]}$")
        pause = _stop(house, fate, {**which, "channel": channel.id})
        made.releases()
    pause.waiting()
    return incident, pause


def _stop(house: House, fate: str, which: dict[str, Any]) -> Fault:
    when = "after" if fate == "applied" else "before"
    pause = house.slack.fails(**which, pause=True, when=when, times=1)
    if fate == "lost":  # the same call meets this one next; see `_order`
        house.slack.fails(**which, reset=True, when=when, times=1)
    return pause
