"""A private incident with a full history, in which most calls failed at first."""

from collections.abc import Callable
from functools import partial
from typing import Any

from bot.incident.incident import Incident as Facts
from bot.wiring.connection import open_store
from sandbox.driver import Channel, Message, Person, Seen, View
from tests.harness import TEAM, Harness, Incident, until
from tests.harness.real_time import lock_lapses

# markers for texts of people, which occur nowhere else
TITLE, SUMMARY, UPDATE, NOTE = "zebrafish", "quokka", "ocelot", "narwhal"
REASON, RESOLUTION, TALK = "pangolin", "axolotl", "wolverine"
TASK, FROM_A_MESSAGE, DROPPED = "platypus", "capybara", "wombat"
SNOOZE, PAGE, MILESTONE = "meerkat", "gibbon", "tapir"
PINNED, EDITED, OTHER, OTHERS_TASK = "lemur", "okapi", "dugong", "manatee"
MARKS = (
    *(TITLE, SUMMARY, UPDATE, NOTE, REASON, RESOLUTION, TALK, TASK, FROM_A_MESSAGE, DROPPED),
    *(SNOOZE, PAGE, MILESTONE, PINNED, EDITED, OTHER, OTHERS_TASK),
)
STRANGER = "zed"  # not a member

TROUBLE: dict[str, Any] = {
    "error": "msg_too_long"
}  # permanent, so the failure is reported elsewhere, too


def lives(harness: Harness) -> tuple[Incident, Incident]:
    """Create the incident, and another private one that is merged into it."""
    incident = declares(harness, f"Payroll {TITLE} leaks", SUMMARY)
    channel = incident.channel
    incident.expects("page", to=harness.bob.dm())
    harness.ana.says(f"I see {TALK} in the logs", channel)

    harness.slack.fails("chat.postMessage", channel=channel.id, error="msg_too_long", times=1)
    harness.ana.types(f"/incident update {UPDATE} is on it", channel)  # refused by Slack
    harness.slack.fails("conversations.setTopic", channel=channel.id, error="fatal_error", times=1)
    harness.ana.types(f"/incident severity sev0 {REASON}", channel)
    harness.ana.types(f"/incident role ol @dan because {REASON}", channel)
    harness.ana.types(f"/incident note {NOTE}", channel)
    harness.ana.types("/incident role scribe @eve", channel)
    crashes_amid(incident, lambda: harness.slack.moves("16m"), "timers")
    assert channel.messages("nag")
    works(harness, incident)
    other = merges(harness, incident)
    for person in (harness.ana, harness.person("dan")):
        asks(person, channel)
    harness.slack.fails("files.getUploadURLExternal", garbage=True, times=1)
    harness.ana.types(f"/incident resolve {RESOLUTION} did it", channel)
    channel.expects(kind="postmortem", within=30)
    harness.ana.types("/incident timeline", channel)
    harness.rests()
    return incident, other


def declares(harness: Harness, title: str, summary: str = "", severity: str = "SEV1") -> Incident:
    asked = form(harness.ana.types("/incident"))
    values: dict[str, Any] = {"title": title, "summary": summary, "severity": severity}
    assert asked.submits(**values, private=["private"]) is None
    until(lambda: title in [each["title"] for each in harness.records()], what="it is declared")
    (row,) = [each for each in harness.records() if each["title"] == title]
    return Incident(harness, row["id"]).whole()


def works(harness: Harness, incident: Incident) -> None:
    """Perform all actions; Slack fails the first message of each."""
    ana, bob, dan, channel = harness.ana, harness.bob, harness.person("dan"), incident.channel
    said = [ana.says(f"And {word}, too", channel) for word in (PINNED, FROM_A_MESSAGE, TALK)]

    def types(text: str) -> None:
        ana.types(f"/incident {text}", channel)
        harness.rests(within=60)

    def spoilt(act: Callable[[], object]) -> None:
        fault = harness.slack.fails("chat.postMessage", **TROUBLE, times=1)
        act()
        harness.rests(within=60)
        fault.stops()

    def presses(label: str) -> None:
        newest(incident, "handoff", bob).click(label, patience=0)

    for text in (
        f"task Count every {TASK} @dan 20m",
        f"task Feed the {DROPPED} @bob",
        f"snooze 20m the {SNOOZE} sleeps",
        f"page @cleo look at the {PAGE}",
        f"milestone declared 30m ago {MILESTONE}",
    ):
        spoilt(partial(types, text))
    spoilt(partial(types, f"task drop {last_task(incident)} the {DROPPED} is fed"))
    spoilt(lambda: form(ana.shortcut("task_from_message", said[1])).submits(user="U0BOB"))
    spoilt(lambda: pins(incident, said[0]))
    spoilt(lambda: said[0].edits(f"No, {EDITED}", as_=ana))
    spoilt(lambda: ana.shortcut("add_to_timeline", said[2]))
    for answer in ("Decline", "Accept"):
        spoilt(partial(types, "handoff cl @bob"))
        types("handoff cl none")
        types("handoff cl @bob")
        spoilt(partial(presses, answer))
    spoilt(partial(types, "role cl none"))
    harness.moves("21m")  # dan's task is overdue
    newest(incident, "overdue", dan)
    harness.rests()


def pins(incident: Incident, said: Message) -> None:
    """Pin and edit a message; wait until the timeline has its current text."""
    said.reacts("pushpin", as_=incident.harness.ana)
    until(lambda: PINNED in str(facts(incident).pins), within=15, what="read")


def last_task(incident: Incident) -> int:
    return max(facts(incident).tasks)


def facts(incident: Incident) -> Facts:
    with incident.harness.asks_the_store() as store:
        found: Facts = open_store(store, TEAM).streams.state(incident.id)
        return found


def newest(incident: Incident, kind: str, whose: Person) -> Message:
    return incident.expects(kind, to=whose.dm())


def merges(harness: Harness, incident: Incident) -> Incident:
    """Merge a private incident and a public one into it; merging it into the public one is
    refused."""
    other = declares(harness, f"Also the {OTHER} leaks", severity="SEV3")
    harness.ana.types(f"/incident task Count the {OTHERS_TASK} @dan", other.channel)
    public = harness.declares("sev3", by=harness.cleo)
    harness.ana.joins(public.channel)
    refused = harness.ana.types(f"/incident merge {incident.id}", public.channel)
    assert refused is not None
    assert "Merge the other way" in refused
    for target in (other, public):
        harness.ana.types(f"/incident merge {target.id}", incident.channel)
        harness.rests()
        assert target.record["stage"] == "merged"
    return other


def asks(person: Person, channel: Channel) -> None:
    """Use commands whose replies only this person sees."""
    for verb in ("catchup", "audit", "who", "task list", "list mine", "help", "private"):
        person.types(f"/incident {verb}", channel)
    person.opens_home()


def crashes_amid(incident: Incident, act: Callable[[], object], dies: str) -> None:
    """Kill a process while it posts messages; another one finishes."""
    harness, channel = incident.harness, incident.channel
    harness.rests()
    begun = harness.slack.fails("chat.postMessage", channel=channel.id, pause=True, times=1)
    act()
    begun.waiting(within=10)
    harness.kill(dies)
    begun.releases()
    lock_lapses(incident)
    harness.start(dies)
    harness.rests()


def form(seen: Seen | None) -> View:
    assert seen is not None
    assert seen.view is not None, seen.text
    return seen.view
