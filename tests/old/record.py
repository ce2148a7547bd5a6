"""Record a store with the code as it stands: `python -m tests.old.record tests/old/NAME`.

People do one of everything in a whole Muster with the local Slack. Then every process is killed
in the middle of a call, and the store's folder, the policy, the local Slack's state, an export
and what the operator's commands say of it are written to the folder. A recording is made once,
with the release that it is named after, and never again: see `tests/old/test_yesterday.py`.
"""

import json
import re
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis

from sandbox.driver import Message, Person, Seen
from sandbox.state_file import StateFile
from tests.faults.poison import PREFIX, antidote, wake
from tests.harness import Harness, Incident, until

Json = dict[str, Any]

OF_TOMORROW = '{"kind":"WrittenTomorrow","at":"2026-11-30T10:00:00+00:00","by":"U0ANA"}'
AUDITED = ("INC-1", "INC-2", "INC-3")  # over, so that nothing of theirs is sent after a start


def record(folder: Path) -> None:
    """Everything of the recording, into `folder`, which must not be there yet."""
    folder.mkdir(parents=True)
    with Harness() as harness:
        told = everything(harness)
        audits = {each: audit(harness, each) for each in AUDITED}
        running = until_running(harness)
        ids = {**told, **running, **stop_in_the_middle(harness)}
        write(harness, folder, {"ids": ids, "audits": audits, "now": harness.slack.now()})
        data = harness.folder / "data" / "store" / "appendonlydir"
        compact(harness)
        harness.store.stop()
        shutil.copytree(data, folder / "data" / "store" / "appendonlydir")


def everything(harness: Harness) -> Json:
    """What is over, and what is open and quiet. The ids of each, by what they are there for."""
    ana, dan = harness.ana, harness.person("dan")
    closed = a_whole_incident(harness)
    resolved = by_the_form(harness)
    cancelled = harness.declares("sev3", title="Typo on the front page")
    typed(ana, "private", cancelled)
    typed(ana, "public", cancelled)
    typed(ana, "cancel It was meant so", cancelled)
    from_message = out_of_a_message(harness)
    merged = harness.declares("sev3", title="Cart is empty")
    typed(ana, "task Restart the carts @dan", merged)
    typed(ana, f"merge {merged.id}", from_message)
    harness.moves("2m")
    reports_too(harness, from_message)
    unanswered = an_unanswered_offer(harness)
    harness.slack.deactivates("dan")
    until(lambda: "@dan has left the workspace" in transcript(unanswered), what="dan has left")
    harness.slack.post(f"/control/people/{dan.name}", {"deleted": False})
    secret = in_private(harness)
    return {
        "closed": closed.id,
        "resolved": resolved.id,
        "cancelled": cancelled.id,
        "from_message": from_message.id,
        "merged": merged.id,
        "private": secret.id,
        "unanswered_offer": unanswered.id,
        **set_aside(harness),
    }


def a_whole_incident(harness: Harness) -> Incident:
    """By command; every verb of an incident that is worked on until it is closed."""
    ana, bob = harness.ana, harness.bob
    incident = harness.declares("sev1", title="Checkout is down")
    incident.expects("page", to=bob.dm()).click("Acknowledge")
    typed(ana, "ack", incident)
    incident.card.click("Take command", as_=ana)
    typed(ana, "role ol @dan", incident)
    typed(ana, "role ol none", incident)
    typed(ana, "severity sev0 It is everybody", incident)
    typed(ana, "role scribe @cleo", incident)
    offer(harness, incident, "handoff ic @eve").click("Accept")
    typed(ana, "handoff cl @dan", incident)
    typed(ana, "handoff cl none", incident)
    typed(ana, "update The deploy at 14:02 broke it", incident)
    form = view(ana.types("/incident update", incident.channel))
    assert form.submits(text="Rolling back", next_update="30m") is None
    typed(ana, "note The pool was too small", incident)
    typed(ana, "page @dan Please look at the database", incident)
    harness.rests()
    incident.expects("page", to=harness.person("dan").dm()).click("Acknowledge")
    typed(ana, "page secondary We need two", incident)
    typed(ana, "snooze 20m The backup restores", incident)
    tasks(harness, incident)
    pins(harness, incident)
    harness.moves("21m")
    until(lambda: incident.messages("overdue", to=harness.person("dan").dm()), what="overdue")
    harness.moves("15m")
    until(lambda: incident.messages("nag"), what="a nag")
    typed(ana, "status identified", incident)
    typed(ana, "severity sev1 Only cards", incident)
    typed(ana, "catchup", incident)
    typed(ana, "mitigate", incident)
    typed(ana, "milestone mitigated 5m ago The graphs say so", incident)
    typed(ana, "timeline", incident)
    typed(ana, "who", incident)
    typed(ana, "list all", incident)
    typed(ana, "help", incident)
    typed(ana, "resolve Rolled back the 14:02 deploy", incident)
    incident.channel.expects(kind="postmortem", within=15)
    harness.rests()
    form = view(ana.types("/incident close", incident.channel))
    assert form.submits(checks=["stable", "metrics"], tasks=["5"]) is None
    incident.channel.expects("Closed", kind="stage")
    return incident


def tasks(harness: Harness, incident: Incident) -> None:
    """Given, given on, done, dropped, done and open again, and overdue."""
    for words in (
        "Restart the pods @dan 20m",
        "Alert on the pool",
        "Never mind this one",
        "Raise the limits @bob",
        "Write it down",
        "2 @cleo",
        "drop 3 It is gone",
        "done 4",
        "done 1",
        "reopen 1",
    ):
        typed(harness.ana, f"task {words}", incident)
    typed(harness.ana, "task list", incident)
    said = harness.ana.says("Who looks at the cache? by 2099-11-24", incident.channel)
    form = view(harness.ana.shortcut("task_from_message", said))
    assert form.submits(text="Look at the cache", user="U0BOB", due="2099-11-24") is None


def pins(harness: Harness, incident: Incident) -> None:
    """Put in and edited, taken out, deleted, and put in by the shortcut."""
    ana = harness.ana
    edited, out, gone, added = (
        ana.says(words, incident.channel)
        for words in (
            "Errors began at 14:00",
            "Is it DNS?",
            "I wrote this by mistake",
            "The cache was cold",
        )
    )
    for each in (edited, out, gone):
        each.reacts("pushpin", as_=ana)
    harness.rests()
    edited.edits("Errors began at 14:03", as_=ana)
    out.reacts("pushpin", as_=ana)
    gone.deletes(as_=ana)
    ana.shortcut("add_to_timeline", added)
    harness.rests()


def by_the_form(harness: Harness) -> Incident:
    """Resolved, reopened, resolved again; its postmortem was asked for by hand."""
    ana = harness.ana
    form = view(ana.types("/incident"))
    taken = form.submits(title="Search is slow", severity="SEV2", summary="Since the 14:02 deploy")
    assert taken is None
    incident = harness.found("Search is slow").whole()
    offer(harness, incident, "handoff ic @eve").click("Decline")
    typed(ana, "update It is the index", incident)
    form = view(incident.card.click("Resolve", as_=ana, patience=2))
    assert form.submits(text="The index is back") is None
    typed(ana, "reopen Slow again", incident)
    typed(ana, "status monitoring", incident)
    typed(ana, "resolve Now it is", incident)
    typed(ana, "postmortem", incident)
    incident.channel.expects(kind="postmortem", within=15)
    harness.rests()
    return incident


def out_of_a_message(harness: Harness) -> Incident:
    ops = harness.bob.creates("ops")
    harness.bob.invites("muster", ops)
    said = harness.bob.says("Cart loses items\nIt began at 14:02.", ops)
    form = view(harness.ana.shortcut("declare_from_message", said))
    assert form.submits(severity="SEV3") is None
    incident = harness.incident(harness.ana.sees("Declared *INC-")).whole()
    harness.rests()
    harness.person("dan").joins(incident.channel)
    harness.person("dan").leaves(incident.channel)
    harness.ana.renames(incident.channel, "incident-cart")
    harness.rests()
    refused = harness.slack.fails("conversations.invite", error="user_is_restricted", user="U0EVE")
    typed(harness.ana, "role scribe @eve", incident)
    harness.rests()
    refused.stops()
    harness.ana.archives(incident.channel)
    incident.expects("notice", "has lost its channel", to=harness.ana.dm())
    harness.ana.unarchives(incident.channel)
    harness.ana.invites("muster", incident.channel)
    typed(harness.ana, "update It is only the cart", incident)
    incident.channel.expects("It is only the cart", kind="update")
    harness.rests()
    return incident


def reports_too(harness: Harness, incident: Incident) -> None:
    form = view(harness.bob.types("/incident declare"))
    title = incident.record["title"]
    assert form.submits(title=title, severity="SEV3", summary="Mine, too") is None
    harness.bob.view("declared").chooses("join_instead")
    incident.channel.expects(kind="report")
    harness.rests()
    harness.bob.view().closes()


def in_private(harness: Harness) -> Incident:
    """Open, with a task and somebody brought in; paged, and acknowledged."""
    form = view(harness.ana.types("/incident declare private sev1 A key has leaked"))
    assert form.submits() is None
    incident = harness.found("A key has leaked").whole()
    incident.expects("page", to=harness.bob.dm()).click("Acknowledge")
    typed(harness.ana, "role ic", incident)
    typed(harness.ana, "task Rotate the keys @eve", incident)
    typed(harness.ana, "update All keys are revoked", incident)
    harness.ana.invites(harness.person("eve"), incident.channel)
    harness.ana.invites(harness.cleo, incident.channel)
    until(lambda: "U0CLEO" in events(harness, incident, "MemberJoined"), what="cleo is in")
    harness.cleo.leaves(incident.channel)
    until(lambda: "U0CLEO" in events(harness, incident, "MemberLeft"), what="cleo has left")
    harness.rests()
    return incident


def events(harness: Harness, incident: Incident, kind: str) -> str:
    """The events of this kind, as they lie in the store."""
    with harness.asks_the_store() as store:
        entries: Any = store.xrange(f"{PREFIX}events:{incident.id}")
    lines = (fields[b"e"].decode() for _, fields in entries)
    return "\n".join(line for line in lines if f'"{kind}"' in line)


def an_unanswered_offer(harness: Harness) -> Incident:
    """Open: an offer that nobody answers, and one that waits; a task of who has left."""
    ana = harness.ana
    incident = harness.declares("sev2", title="Mail is late")
    typed(ana, "ack", incident)
    typed(ana, "role ic", incident)
    typed(ana, "task Clean the queue @dan", incident)
    offer(harness, incident, "handoff ic @eve")
    harness.moves("40m")
    incident.expects("handover", "has not answered", to=ana.dm())
    typed(ana, "handoff ic none", incident)
    harness.moves("4h")
    incident.expects("fatigue", to=ana.dm())
    offer(harness, incident, "handoff cl @cleo")
    typed(ana, "update The queue is long", incident)
    harness.rests()
    return incident


def set_aside(harness: Harness) -> Json:
    """One that nobody can read; two that can be read again by now, as after an upgrade."""
    titles = ("Wiki is down", "Forum is slow", "Shop window is dark")
    three = [harness.declares("sev3", title=title) for title in titles]
    harness.rests()
    with harness.asks_the_store() as store:
        mends = [antidote(store, each.id) for each in three[1:]]
        for each in three:
            key = f"{PREFIX}events:{each.id}"
            store.xadd(key, {"e": OF_TOMORROW}, id=f"{store.xlen(key) + 1}-0")
            wake(store, each.id)
        for each in three:
            until(partial(is_aside, store, each.id), within=60, what=f"{each.id} set aside")
            each.expects("aside", to=harness.ana.dm(), within=15)
        until(lambda: not store.zcard(f"{PREFIX}again"), within=30, what="nothing woken")
        for mend in mends:
            mend()
    return dict(zip(("damaged", "mended", "mended_too"), (each.id for each in three), strict=True))


def is_aside(store: Redis, incident_id: str) -> bool:
    return bool(store.hexists(f"{PREFIX}aside", incident_id))


def compact(harness: Harness) -> None:
    """The log written anew, as the store does by itself when it grows; the records of the killed
    workers, which lapse within a minute, and the paths in them are left out."""
    with harness.asks_the_store() as store:
        for key in store.scan_iter("rq:*worker*"):
            store.delete(key)
        store.bgrewriteaof()

        def is_done() -> bool:
            info = store.info("persistence")
            return not (info["aof_rewrite_in_progress"] or info["aof_rewrite_scheduled"])

        until(is_done, within=30, what="the log written anew")


def until_running(harness: Harness) -> Json:
    """A SEV0 that nobody answers: the primary was paged, and the secondary 5 minutes later."""
    incident = harness.declares("sev0", title="Payments fail")
    incident.expects("page", to=harness.bob.dm())
    harness.moves("5m")
    incident.expects("page", to=harness.cleo.dm())
    incident.channel.expects(kind="nag")
    return {"paging": incident.id}


def stop_in_the_middle(harness: Harness) -> Json:
    """Everything is killed: one message is in Slack and nobody knows, one is on its way."""
    in_slack = harness.declares("sev3", title="Logo is gone")
    on_its_way = harness.declares("sev3", title="Footer is gone")
    harness.rests()
    for incident, when in ((in_slack, "after"), (on_its_way, "before")):
        channel = incident.channel.id
        fault = harness.slack.fails("chat.postMessage", channel=channel, pause=True, when=when)
        typed(harness.ana, f"update Somebody looks into {incident.id}", incident)
        fault.waiting()
    harness.kill()
    return {"in_slack": in_slack.id, "on_its_way": on_its_way.id}


def write(harness: Harness, folder: Path, facts: Json) -> None:
    shutil.copytree(harness.playbooks, folder / "playbooks")
    StateFile(folder / "slack.json", harness.server.sandbox).save()
    exported = harness.muster("export")
    assert exported.returncode == 0, exported.stderr
    (folder / "export.jsonl").write_text(exported.stdout)
    listed = said(harness, "incidents", "--json")
    facts["incidents"] = listed
    facts["open"] = said(harness, "incidents", "--open", "--json")
    readable = [each["id"] for each in listed if each["title"] is not None]
    facts["timelines"] = {each: said(harness, "timeline", each, "--json") for each in readable}
    drafts = {each: harness.muster("postmortem", each) for each in readable}
    facts["postmortems"] = {
        each: done.stdout for each, done in drafts.items() if not done.returncode
    }
    (folder / "expected.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def said(harness: Harness, *arguments: str) -> Any:
    done = harness.muster(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def audit(harness: Harness, incident_id: str) -> list[str]:
    """Page by page, as the declarer reads it."""
    incident = Incident(harness, incident_id)
    first = typed(harness.ana, "audit", incident)
    pages = re.search(r"page \d+ of (\d+)", first)
    more = range(2, int(pages[1]) + 1 if pages else 0)
    return [first, *(typed(harness.ana, f"audit {number}", incident) for number in more)]


def typed(person: Person, text: str, incident: Incident) -> str:
    answer = person.types(f"/incident {text}", incident.channel)
    assert answer is not None, text
    assert not answer.problem, answer.problem
    return answer.text


def offer(harness: Harness, incident: Incident, text: str) -> Message:
    """Offer a role; the message to who is asked."""
    name = text.partition("@")[2]
    typed(harness.ana, text, incident)
    return incident.expects("handoff", to=harness.person(name).dm())


def view(seen: Seen | None) -> Any:
    assert seen is not None
    assert seen.view is not None, seen.text
    return seen.view


def transcript(incident: Incident) -> str:
    return incident.channel.transcript()


if __name__ == "__main__":
    record(Path(sys.argv[1]))
