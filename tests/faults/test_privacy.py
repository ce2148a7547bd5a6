"""A private incident stays among its people: nothing of it is said, listed, logged, measured or
kept where others look, whatever goes wrong."""

import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.driver import Channel, Person
from tests.faults.trials import Trials
from tests.house import TEAM, House, Incident, answer, until

# each stands for what people wrote, and in no other word that there is
TITLE, SUMMARY, UPDATE, NOTE = "zebrafish", "quokka", "ocelot", "narwhal"
REASON, RESOLUTION, TALK = "pangolin", "axolotl", "wolverine"
MARKS = (TITLE, SUMMARY, UPDATE, NOTE, REASON, RESOLUTION, TALK)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with House() as house:
        yield house


@pytest.fixture(scope="module")
def lived(house: House) -> Incident:
    """A private incident with a whole life behind it, and most of it went wrong at first."""
    form = house.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    assert (
        form.view.submits(
            title=f"Payroll {TITLE} leaks", severity="SEV1", summary=SUMMARY, private=["private"]
        )
        is None
    )
    until(house.records, what="it is declared")
    incident = Incident(house, house.records()[0]["id"]).whole()
    channel = incident.channel
    incident.expects("page", to=house.bob.dm())
    house.ana.says(f"I see {TALK} in the logs", channel)

    house.slack.fails("chat.postMessage", channel=channel.id, error="msg_too_long", times=1)
    house.ana.types(f"/incident update {UPDATE} is on it", channel)  # which Slack refuses
    house.slack.fails("conversations.setTopic", channel=channel.id, error="fatal_error", times=1)
    house.ana.types(f"/incident severity sev0 {REASON}", channel)
    house.ana.types(f"/incident role ol @dan because {REASON}", channel)
    house.ana.types(f"/incident note {NOTE}", channel)
    house.ana.types("/incident role scribe @eve", channel)
    crashes_amid_a_nag(house, channel)
    house.slack.fails("files.getUploadURLExternal", garbage=True, times=1)
    house.ana.types(f"/incident resolve {RESOLUTION} did it", channel)
    channel.expects(kind="postmortem", within=30)
    house.ana.types("/incident timeline", channel)
    house.rests()
    return incident


def crashes_amid_a_nag(house: House, channel: Channel) -> None:
    """The worker dies while it says the nag; another one finishes."""
    house.rests()
    begun = house.slack.fails("chat.postMessage", channel=channel.id, pause=True, times=1)
    house.slack.moves("16m")
    begun.waiting(within=10)
    house.kill("timers")
    begun.releases()
    house.start("timers")
    house.rests()
    assert channel.messages("nag")


def tells(where: str, what: object) -> None:
    """Fails if it tells anything of what people wrote."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, default=str)
    found = [mark for mark in MARKS if mark in text.lower()]
    assert not found, f"{where} tells {found}: {text[:2000]}"


def outside(house: House, incident: Incident) -> list[Channel]:
    here = incident.record["channel"]
    return [Channel(house.slack, c["id"]) for c in house.slack.channels() if c["id"] != here]


def test_the_test_would_find_it_where_it_may_stand(house: House, lived: Incident) -> None:
    said = json.dumps([m.shape for m in lived.channel.messages()]).lower()
    assert {mark for mark in MARKS if mark in said} == {*MARKS} - {UPDATE, NOTE}
    (draft,) = house.slack.files()
    assert {mark for mark in MARKS if mark in draft["content"].lower()} == set(MARKS)


def test_nothing_is_said_outside_its_channel(
    house: House, lived: Incident, trials: Trials
) -> None:
    for channel in outside(house, lived):
        tells(f"#{channel.name}", [channel.info(), [m.shape for m in channel.messages()]])
        trials.add(1 + len(channel.messages()))
    assert lived.id not in str(house.slack.channel("incidents").transcript())


def test_the_name_of_its_channel_says_nothing(house: House, lived: Incident) -> None:
    assert lived.channel.private
    assert lived.channel.name.endswith(f"-{lived.id.lower()}")
    tells("the list of channels", [{**c, "topic": ""} for c in house.slack.channels()])


def test_nobody_who_is_not_in_it_sees_a_word(house: House, lived: Incident) -> None:
    members = lived.channel.members
    for name in ("ana", "bob", "cleo", "dan", "eve"):
        person = house.person(name)
        tells(f"the direct messages of {name}", [m.shape for m in person.dm().messages()])
        if name not in members:
            tells(f"what {name} saw", [each.shape for each in person.ephemerals()])


def test_no_call_to_slack_but_those_of_its_channel_has_a_word(
    house: House, lived: Incident, trials: Trials
) -> None:
    here = lived.record["channel"]
    for call in house.slack.calls():
        if here not in (call["args"].get("channel"), call["args"].get("channel_id")):
            tells(call["method"], call["args"])
            trials.add()


def test_no_log_and_no_metric_has_a_word(house: House, lived: Incident, trials: Trials) -> None:
    assert "slack refused" in house.logs()
    tells("a log", house.logs())
    trials.add(len(house.logs().splitlines()), "lines of debug logs")
    tells("the metrics", answer(f"{house.url}/metrics")[1])
    tells("readyz", answer(f"{house.url}/readyz")[1])


def test_what_the_store_keeps_of_it_is_the_incident_alone(
    house: House, lived: Incident, trials: Trials
) -> None:
    """No index, queue, job, failure or wish has a word of it."""
    own = {f"muster:{{{TEAM}}}:{key}:{lived.id}" for key in ("events", "notes", "paper:draft")}
    with house.asks_the_store() as store:
        keys = {key.decode() for key in store.scan_iter(count=1000)}
        assert own - {f"muster:{{{TEAM}}}:notes:{lived.id}"} <= keys
        for key in keys - own:
            tells(key, [key, everything_at(store, key)])
            trials.add()


def test_no_file_has_a_word_but_the_stores_own(house: House, lived: Incident) -> None:
    for file in house.folder.rglob("*"):
        if file.is_file() and not _is_the_stores(file):
            tells(str(file), file.read_text(errors="replace"))


def everything_at(store: Any, key: str) -> str:
    """Whatever kind of key it is."""
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
            return ""  # it has lapsed meanwhile
        case other:
            raise AssertionError(f"{key} is a {other}")


def inflated(value: Any) -> str:
    """As text, and what RQ packed unpacked."""
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


ASKED = (
    *("timeline", "update What is it?", "note Hello", "postmortem", "severity sev3", "role ic"),
    *("resolve", "ack", "help", "status", "close", "reopen", "cancel", "who", "list", "audit"),
)


@pytest.mark.parametrize("who", ["bob", "eve"])
def test_a_stranger_who_knows_its_number_learns_nothing(
    house: House, lived: Incident, who: str, trials: Trials
) -> None:
    person: Person = house.person(who)
    for verb in ASKED:
        for text in (f"/incident {verb} {lived.id}", f"/incident {lived.id} {verb}"):
            said = person.types(text, "random")
            tells(text, said.shape if said else "")
            trials.add()


def test_a_stranger_with_the_same_title_learns_not_even_that_there_is_one(house: House) -> None:
    title = house.title("The vault is open")
    form = house.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    form.view.submits(title=title, severity="SEV3", private=["private"])
    until(lambda: title in [each["title"] for each in house.records()])
    house.rests()
    theirs = house.declares("sev3", title=title, by=house.cleo)
    assert theirs.channel.name.endswith(f"-{title.lower().replace(' ', '-')}")
    house.check_slack()


def test_slack_makes_a_public_channel_of_a_private_one(house: House, lived: Incident) -> None:
    """It tells nothing, is archived at once, and nobody is in it."""
    publics = {c["id"] for c in house.slack.channels() if c["kind"] == "channel"}
    house.slack.fails("conversations.create", ignores="is_private", times=1)
    form = house.ana.types("/incident")
    assert form is not None
    assert form.view is not None
    form.view.submits(title=f"Another {TITLE}", summary=SUMMARY, private=["private"])
    notice = until_notice(house)
    tells("the notice", notice)
    made = [c for c in house.slack.channels() if c["kind"] == "channel" and c["id"] not in publics]
    tells("the channel", made)
    assert [c["is_archived"] for c in made] == [True]


def until_notice(house: House) -> list[Any]:
    def notices() -> list[Any]:
        return [m.shape for m in house.ana.dm().messages("notice", "not_private")]

    until(notices)
    return notices()
