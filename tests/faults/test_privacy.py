"""A private incident stays private: none of it is sent, listed, logged, measured or stored where
others look, whatever goes wrong.
"""

import json
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.driver import Channel, Person
from tests import registry
from tests.e2e.test_home import opens
from tests.e2e.test_may_see import answered
from tests.faults.payloads import interactive, view
from tests.faults.private_incident import (
    EDITED,
    MARKS,
    NOTE,
    OTHERS_TASK,
    PAGE,
    REASON,
    RESOLUTION,
    SNOOZE,
    STRANGER,
    SUMMARY,
    TALK,
    TASK,
    TITLE,
    UPDATE,
    declares,
    form,
    lives,
)
from tests.faults.trial_count import Trials
from tests.harness import TEAM, Harness, Incident, answer, until


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as harness:
        harness.slack.post(f"/control/people/{STRANGER}", {"real_name": "Zed Zander"})
        for channel in ("general", "random"):
            harness.person(STRANGER).joins(channel)
        yield harness


@pytest.fixture(scope="module")
def lives_of(harness: Harness) -> tuple[Incident, Incident]:
    return lives(harness)


@pytest.fixture(scope="module")
def lived(lives_of: tuple[Incident, Incident]) -> Incident:
    """A private incident with a full history, in which most calls failed at first."""
    return lives_of[0]


@pytest.fixture(scope="module")
def merged(lives_of: tuple[Incident, Incident]) -> Incident:
    """Another private incident, merged into that one."""
    return lives_of[1]


def tells(where: str, what: object) -> None:
    """Fail if this contains any text of the private incident."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, default=str)
    found = found_in(text)
    assert not found, f"{where} tells {found}: {text[:2000]}"


def found_in(text: str) -> set[str]:
    return {mark for mark in MARKS if mark in text.lower()}


def outside(harness: Harness, *incidents: Incident) -> list[Channel]:
    here = {each.record["channel"] for each in incidents}
    there = [each["id"] for each in harness.slack.channels()]
    return [Channel(harness.slack, each) for each in there if each not in here]


def test_the_test_finds_the_text_where_it_is_allowed(
    harness: Harness, lived: Incident, merged: Incident
) -> None:
    """The texts are in the store, and posted, unless Slack refused the message."""
    said = json.dumps([m.shape for m in lived.channel.messages()])
    (draft,) = harness.slack.files()
    with harness.asks_the_store() as store:
        record = " ".join(everything_at(store, key) for key in own_keys(lived, merged))
    assert found_in(record + said) == set(MARKS)
    assert {TITLE, REASON, RESOLUTION, TALK, TASK, PAGE, OTHERS_TASK} <= found_in(said)
    assert {TITLE, SUMMARY, UPDATE, NOTE, SNOOZE, EDITED} <= found_in(draft["content"])


def test_no_message_outside_its_channel_has_its_text(
    harness: Harness, lived: Incident, merged: Incident, trials: Trials
) -> None:
    for channel in outside(harness, lived, merged):
        tells(f"#{channel.name}", [channel.info(), [m.shape for m in channel.messages()]])
        trials.add(1 + len(channel.messages()))
    assert lived.id not in str(harness.slack.channel("incidents").transcript())


def test_the_name_of_its_channel_reveals_nothing(harness: Harness, lived: Incident) -> None:
    assert lived.channel.private
    assert lived.channel.name.endswith(f"-{lived.id.lower()}")
    tells("the list of channels", [{**c, "topic": ""} for c in harness.slack.channels()])


def test_people_outside_see_none_of_its_text(harness: Harness, lived: Incident) -> None:
    """Nor does a direct message contain any, because it is shown on locked screens."""
    for name in ("ana", "bob", "cleo", "dan", "eve", STRANGER):
        person = harness.person(name)
        tells(f"the direct messages of {name}", [m.shape for m in person.dm().messages()])
    assert STRANGER not in lived.channel.members
    tells("what a stranger saw", everything_seen_by(harness.person(STRANGER)))


def test_only_calls_for_its_channel_have_its_text(
    harness: Harness, lived: Incident, merged: Incident, trials: Trials
) -> None:
    """Forms and Home tabs are shown to one person, and checked separately."""
    here = {lived.record["channel"], merged.record["channel"]}
    members = lived.channel.info()["member_ids"]
    for call in harness.slack.calls():
        args = call["args"]
        if args.get("channel", args.get("channel_id")) in here:
            continue
        if call["method"] in ("views.open", "views.update"):
            continue
        if args.get("user_id") in members:
            continue
        tells(call["method"], args)
        trials.add()


def test_no_log_and_no_metric_has_its_text(
    harness: Harness, lived: Incident, trials: Trials
) -> None:
    assert '"event": "refused"' in harness.logs()
    tells("a log", harness.logs())
    trials.add(len(harness.logs().splitlines()), "lines of debug logs")
    tells("the metrics", answer(f"{harness.url}/metrics")[1])
    tells("readyz", answer(f"{harness.url}/readyz")[1])


def test_only_the_incident_itself_has_its_text_in_the_store(
    harness: Harness, lived: Incident, merged: Incident, trials: Trials
) -> None:
    """No index, queue, job, failure or stored declaration has any text of it."""
    own = own_keys(lived, merged)
    with harness.asks_the_store() as store:
        keys = {key.decode() for key in store.scan_iter(count=1000)}
        assert f"muster:{{{TEAM}}}:paper:draft:{lived.id}" in own & keys
        rows = f"muster:{{{TEAM}}}:rows:INC"
        assert {lived.id, merged.id} <= {each.decode() for each in store.hkeys(rows)}
        store.hdel(rows, lived.id, merged.id)  # its own row: lists check who may see it
        for key in keys - own:
            tells(key, [key, everything_at(store, key)])
            trials.add()


def own_keys(*incidents: Incident) -> set[str]:
    return {
        f"muster:{{{TEAM}}}:{key}:{each.id}"
        for key in ("events", "notes", "paper:draft")
        for each in incidents
    }


def test_only_the_stores_files_have_its_text(harness: Harness, lived: Incident) -> None:
    for file in harness.folder.rglob("*"):
        if file.is_file() and not _is_the_stores(file):
            tells(str(file), file.read_text(errors="replace"))


def everything_at(store: Any, key: str) -> str:
    """The content of a key of any type."""
    match store.type(key):
        case b"string":
            return inflated(store.get(key))
        case b"hash":
            return inflated(store.hgetall(key))
        case b"list":
            return inflated(store.lrange(key, 0, -1))
        case b"set":
            return inflated(store.smembers(key))
        case b"zset":
            return inflated(store.zrange(key, 0, -1))
        case b"stream":
            return inflated(store.xrange(key))
        case b"none":
            return ""  # it has expired meanwhile
        case other:
            raise AssertionError(f"{key} is a {other}")


def inflated(value: Any) -> str:
    """The value as text, with RQ's compressed data decompressed."""
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value).decode(errors="replace")
        except zlib.error:
            return value.decode(errors="replace")
    if isinstance(value, dict):
        return " ".join(inflated(each) for pair in value.items() for each in pair)
    if isinstance(value, list | set | tuple):
        return " ".join(map(inflated, value))
    return str(value)


def _is_the_stores(file: Path) -> bool:
    return bool({"appendonlydir", "dump.rdb"} & set(file.parts)) or file.suffix in (".aof", ".rdb")


def test_operators_see_it_only_where_documented(harness: Harness, lived: Incident) -> None:
    """Operators who can read the store can read all of it; files are only for the operator."""
    listed = harness.muster("incidents")
    assert f"{lived.record['title']}  (private)" in listed.stdout
    file = harness.folder / "all.jsonl"
    exported = harness.muster("export", "-o", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert found_in(file.read_text()) == set(MARKS)
    file.unlink()
    doctor = harness.muster("doctor")
    assert "processes" in doctor.stdout
    for said in (doctor.stdout, doctor.stderr, listed.stderr, exported.stdout, exported.stderr):
        tells("a command of the operator", said)


ASKED = (
    *(each for each in registry.subcommands() if each != "declare"),  # creates another incident
    *("update What is it?", "note Hello", "severity sev3", "role ic", "list all", "list mine"),
    *("task list", "task done", "task Look into it", "page me", "snooze 20m so", "help"),
    *("milestone declared 5m ago so", "handoff ic @dan"),
)
SHOWN = ("timeline", "catchup", "who", "audit", "task list", "show", "list all")


@pytest.mark.parametrize("who", ["bob", "eve", STRANGER])
def test_knowing_its_number_reveals_nothing(
    harness: Harness, lived: Incident, who: str, trials: Trials
) -> None:
    """Members read it by its number anywhere, but nothing of it is posted there."""
    person: Person = harness.person(who)
    for verb in ASKED if who == STRANGER else SHOWN:
        for text in (f"/incident {verb} {lived.id}", f"/incident {lived.id} {verb}"):
            said = person.types(text, "random")
            if who == STRANGER:
                tells(text, said.shape if said else "")
            tells(text, [m.shape for m in harness.slack.channel("random").messages()])
            trials.add()


# buttons and forms that aren't about an incident
OWN = {"declare_anyway", "declare_more", "home_declare", "home_open", "join_instead", "list_more"}
OWN |= {"declare", *(f"severity_{each}" for each in ("ask", "yes", "no", "choose"))}
FORMS = sorted(registry.forms().keys() - OWN)
CHOICES = {"severity", "playbook", "private"}  # in the form to declare
STORED = {"use_here", "use_named"}  # they continue a stored command of the same person
BUTTONS = sorted(registry.buttons().keys() - OWN - CHOICES - STORED)


def test_forged_clicks_and_forms_reveal_nothing(
    harness: Harness, lived: Incident, trials: Trials
) -> None:
    before, nothing = lived.happened, f"{lived.id} not found."
    stranger = harness.person(STRANGER)
    for name in BUTTONS:
        said = answered(harness, name, lived, by=stranger.id, task="1", offer=1, do="severity")
        assert said == nothing, name
        trials.add()
    for number, name in enumerate(FORMS):
        sent = interactive("view_submission", view=view(name))
        sent["user"]["id"] = stranger.id
        sent["view"] |= {
            "id": f"V0FORGED{number}",
            "private_metadata": json.dumps({"incident": lived.id}),
        }
        told = harness.slack.post("/control/payloads", {"kind": "interactive", "payload": sent})
        assert nothing in json.dumps(told["answer"]), (name, told)
        trials.add()
    assert lived.happened == before


def test_an_outsiders_own_incident_reveals_nothing(
    harness: Harness, lived: Incident, merged: Incident
) -> None:
    stranger = harness.person(STRANGER)
    own = harness.declares("sev3", by=stranger)
    for target in (lived, merged):
        said = stranger.types(f"/incident merge {target.id}", own.channel)
        assert said is not None
        assert said.text == f"{target.id} not found."
    listed = stranger.types("/incident list all")
    assert listed is not None
    assert own.id in listed
    assert lived.id not in listed
    home = opens(stranger, own.id)
    assert lived.id not in home
    tells("what a stranger saw", [home.shape, everything_seen_by(stranger)])


def everything_seen_by(person: Person) -> list[object]:
    return [[each.shape for each in person.ephemerals()], person.views()]


def test_declaring_the_same_title_does_not_reveal_it(
    harness: Harness,
) -> None:
    """Neither by a command nor by the form; the check for duplicates only finds the stranger's
    own."""
    title = harness.title("The vault is open")
    secret = declares(harness, title, SUMMARY, "SEV3")
    theirs = harness.declares("sev3", title=title, by=harness.cleo)
    assert theirs.channel.name.endswith(f"-{title.lower().replace(' ', '-')}")
    harness.cleo.types("/incident cancel a false alarm", theirs.channel)
    harness.moves("2m")  # otherwise it would be a duplicate
    said = harness.person(STRANGER).types(f"/incident declare sev3 {title} still")
    assert said is not None
    assert "Declared *INC-" in said
    assert secret.id not in said
    assert "looks like" not in said
    harness.incident(said).whole().ends()
    harness.moves("2m")
    asked = form(harness.person(STRANGER).types("/incident"))
    assert asked.submits(title=f"{title} again", severity="SEV3") is None
    harness.found(f"{title} again")  # no question about a duplicate
    assert not harness.person(STRANGER).views()
    tells("what a stranger saw", everything_seen_by(harness.person(STRANGER)))
    harness.check_slack()


def test_slack_creates_a_public_channel_for_a_private_incident(
    harness: Harness, lived: Incident
) -> None:
    """The channel has no content, is archived at once, and has no members."""
    publics = {c["id"] for c in harness.slack.channels() if c["kind"] == "channel"}
    harness.slack.fails("conversations.create", ignores="is_private", times=1)
    form = harness.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    form.view.submits(title=f"Another {TITLE}", summary=SUMMARY, private=["private"])
    notice = until_notice(harness)
    tells("the notice", notice)
    made = [
        c for c in harness.slack.channels() if c["kind"] == "channel" and c["id"] not in publics
    ]
    tells("the channel", made)
    assert [c["is_archived"] for c in made] == [True]


def until_notice(harness: Harness) -> list[Any]:
    def notices() -> list[Any]:
        return [m.shape for m in harness.ana.dm().messages("notice", "not_private")]

    until(notices)
    return notices()
