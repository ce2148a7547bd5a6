"""Yesterday's store opens: what an earlier release recorded is read as it was, and goes on.

Held against the outside alone (the operator's commands, Slack, exports), so that it stays as it
is whatever becomes of the inside. How a recording is made: `tests/old/record.py`.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib.metadata import entry_points
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from bot.embedded import EmbeddedServer
from sandbox.driver import Message
from tests.harness import TOKEN, Harness, Incident, until
from tests.harness.command import muster
from tests.harness.real_time import tried_sooner
from tests.platform.processes import clean

Json = dict[str, Any]

RECORDED = Path(__file__).parent / "2026-11-main"
EXPECTED: Json = json.loads((RECORDED / "expected.json").read_text())
IDS: Mapping[str, str] = EXPECTED["ids"]
OVER = [IDS[each] for each in ("closed", "cancelled", "merged")]
SET_ASIDE = 40.0  # seconds in which what can't be read is set aside, on a busy machine


class Operator:
    """Somebody at a shell, with the store of a folder."""

    def __init__(self, data: Path, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        for name in os.environ.keys() - clean().keys():
            patch.delenv(name)
        patch.setenv("MUSTER_DATA", str(data))
        (self._muster,) = entry_points(group="console_scripts", name="muster")

    def does(self, *arguments: str) -> str:
        """What `muster` prints, called as its console script calls it: a process for each of
        so many commands would take most of the time."""
        printed = TextIOWrapper(BytesIO(), "utf-8")
        self._patch.setattr(sys, "argv", ["muster", *arguments])
        with redirect_stdout(printed), pytest.raises(SystemExit) as done:
            self._muster.load()()
        assert not done.value.code, arguments
        printed.seek(0)
        return printed.read()

    def reads(self, *arguments: str) -> Any:
        return json.loads(self.does(*arguments, "--json"))


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short path: the store's socket has to fit into 100 bytes."""
    return tmp_path_factory.mktemp("y")


@contextmanager
def opened(data: Path) -> Iterator[Operator]:
    """The store of the folder runs meanwhile."""
    store = EmbeddedServer(data)
    store.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            yield Operator(data, patch)
    finally:
        store.stop()


@pytest.fixture
def yesterday(short: Path) -> Iterator[Operator]:
    """With a copy of the recorded store."""
    shutil.copytree(RECORDED / "data", short / "data")
    with opened(short / "data") as operator:
        yield operator


@pytest.fixture
def empty(short: Path) -> Iterator[Operator]:
    with opened(short / "other") as operator:
        yield operator


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    """Everything running on what was recorded. Each test looks at other incidents than those
    before it, but for the last."""
    with Harness(recorded=RECORDED) as harness:
        yield harness
        harness.check_slack()


def test_the_recording_is_small_and_tells_nothing_of_the_machine() -> None:
    files = [each for each in RECORDED.rglob("*") if each.is_file()]
    assert sum(each.stat().st_size for each in files) < 1_000_000
    for each in files:
        kept = each.read_bytes()
        for private in (b"/tmp/", b"/root", b"/home/", TOKEN.encode(), b"xapp-"):
            assert private not in kept, (each, private)


def test_a_command_opens_the_folder_by_itself(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("y")
    shutil.copytree(RECORDED / "data", folder / "data")
    listed = muster("incidents", "--json", cwd=folder)
    assert listed.returncode == 0, listed.stderr
    assert json.loads(listed.stdout) == EXPECTED["incidents"]


def test_the_operator_reads_what_was_there(yesterday: Operator) -> None:
    assert yesterday.reads("incidents") == EXPECTED["incidents"]
    assert yesterday.reads("incidents", "--open") == EXPECTED["open"]
    assert_told(yesterday)
    for incident, draft in EXPECTED["postmortems"].items():
        assert yesterday.does("postmortem", incident) == draft


def test_it_is_exported_as_it_was(yesterday: Operator) -> None:
    exported = yesterday.does("export").splitlines()
    recorded = (RECORDED / "export.jsonl").read_text().splitlines()
    assert histories(exported) == histories(recorded)
    assert len(histories(recorded)) == len(EXPECTED["incidents"])
    kept = texts(recorded)
    assert {each: texts(exported).get(each) for each in kept} == kept


def test_its_export_is_imported(empty: Operator) -> None:
    """Also twice, and what is exported then says the same once more."""
    for _ in range(2):
        empty.does("import", str(RECORDED / "export.jsonl"))
        assert tried_anew(empty.reads("incidents")) == tried_anew(EXPECTED["incidents"])
    assert_told(empty)
    recorded = (RECORDED / "export.jsonl").read_text().splitlines()
    assert histories(empty.does("export").splitlines()) == histories(recorded)


def test_what_is_over_stays_as_it_is(harness: Harness) -> None:
    """Nothing is said of it any more, and its delivery log reads as it did."""
    with tried_sooner(harness):
        harness.rests()
    before = {each["id"]: each for each in recorded_channels()}
    for incident in OVER:
        (row,) = [each for each in EXPECTED["incidents"] if each["id"] == incident]
        there = harness.slack.channel(row["channel"]).messages()
        assert [m.ts for m in there] == [m["ts"] for m in before[row["channel"]]["messages"]]
    for incident, pages in EXPECTED["audits"].items():
        about = Incident(harness, incident)
        shown = [typed(harness, f"audit {number}", about) for number in range(1, len(pages) + 1)]
        assert [times(page) for page in shown] == [times(page) for page in pages]


def test_its_pages_and_nags_go_on(harness: Harness) -> None:
    paging, offered, secret = (
        found(harness, each) for each in ("paging", "unanswered_offer", "private")
    )
    harness.rests()
    bob, cleo, ana = harness.bob.dm(), harness.cleo.dm(), harness.ana.dm()
    assert [len(paging.messages("page", to=each)) for each in (bob, cleo)] == [1, 1]
    harness.moves("15m")
    until(lambda: len(paging.messages("page", to=bob)) == 2, what="the primary, again")
    offered.expects("handover", "@cleo hasn't responded", to=ana)
    nags = reasons(paging)
    assert "update" in nags
    harness.moves("5m")
    until(lambda: len(paging.messages("page", to=cleo)) == 2, what="the secondary, again")
    paging.messages("page", to=cleo)[0].click("ack", patience=0)  # the one of before
    paging.channel.expects("@cleo acknowledged", kind="ack")
    harness.moves("30m")
    until(lambda: len(reasons(paging)) > len(nags), what="asked for an update again")
    until(lambda: "update" in reasons(secret), what="asked for an update of the private one")
    harness.rests()
    assert [len(paging.messages("page", to=each)) for each in (bob, cleo)] == [2, 2]
    dan = harness.person("dan").types("/incident list all")
    assert dan is not None
    assert "A key has leaked" not in dan.text


def test_a_call_in_doubt_is_neither_lost_nor_repeated(harness: Harness) -> None:
    for each in ("in_slack", "on_its_way"):
        incident = found(harness, each)
        words = f"Somebody looks into {incident.id}"
        incident.channel.expects(words, kind="update", within=20)
        harness.rests()
        assert len(incident.channel.messages("update", words)) == 1


def test_what_was_set_aside_is_taken_up_again(harness: Harness) -> None:
    """By the first start of this release. What nobody can read is set aside anew, and the admins
    aren't told twice."""
    acted_on, retried, damaged = (
        found(harness, each) for each in ("mended", "mended_too", "damaged")
    )
    told = len(damaged.messages("aside", to=harness.ana.dm()))
    until(
        lambda: "set_aside" not in {*acted_on.record, *retried.record},
        within=SET_ASIDE,
        what="both are taken up, though nobody acted on them",
    )
    typed(harness, "update It is the cable", acted_on)
    acted_on.channel.expects("It is the cable", kind="update")
    typed(harness, "resolve It was the cable", retried)
    retried.channel.expects("It was the cable", kind="stage")
    typed(harness, "update Is this thing on?", damaged)
    until(lambda: "set_aside" in damaged.record, within=SET_ASIDE, what="set aside still")
    assert damaged.record["title"] is None
    assert len(damaged.messages("aside", to=harness.ana.dm())) == told


def test_it_goes_on_and_is_exported_and_imported(
    harness: Harness, empty: Operator, tmp_path: Path
) -> None:
    """With the buttons of before, through every stage, into another store."""
    ana = harness.ana
    offered, resolved, from_message, secret = (
        found(harness, each)
        for each in ("unanswered_offer", "resolved", "from_message", "private")
    )
    offered.messages("handoff", to=harness.cleo.dm())[-1].click("Accept", patience=0)
    offered.card.shows("@cleo")
    secret.card.click("Resolve", as_=ana, patience=2)
    assert ana.view("resolve").submits(text="The keys are new") is None
    secret.channel.expects(kind="postmortem", within=15)
    typed(harness, "reopen Slow once more", resolved)
    resolved.channel.expects("Slow once more", kind="stage")
    taken = ana.says("The index was locked", resolved.channel)
    taken.reacts("pushpin", as_=ana)
    task(harness, secret).click("Done", patience=0)
    typed(harness, f"merge {found(harness, 'in_slack').id}", from_message)
    from_message.channel.expects("goes on here", kind="merged")
    until(lambda: "The index was locked" in typed(harness, "timeline", resolved), what="pinned")
    harness.rests()

    rows = {row["id"]: row for row in harness.records()}
    assert rows[IDS["unanswered_offer"]]["roles"] == {"ic": "U0ANA", "cl": "U0CLEO"}
    assert rows[IDS["private"]]["stage"] == "resolved"
    assert rows[IDS["resolved"]]["stage"] == "investigating"
    assert rows[IDS["in_slack"]]["stage"] == "merged"
    timelines = {each: lines(harness, each) for each in EXPECTED["timelines"]}
    for incident, told in EXPECTED["timelines"].items():
        later = timelines[incident]
        known = [*map(facts, later)]
        lost = [row for row in told if row["permalink"] and facts(row) not in known]
        assert lost == [], incident
    exported = harness.muster("export")
    assert exported.returncode == 0, exported.stderr
    file = tmp_path / "all.jsonl"
    file.write_text(exported.stdout)
    empty.does("import", str(file))
    assert tried_anew(empty.reads("incidents")) == tried_anew(list(rows.values()))
    for incident, told in timelines.items():
        assert empty.reads("timeline", incident) == told


def assert_told(operator: Operator) -> None:
    """The timelines say what they said, in the words of today, without the reminders that were
    never sent."""
    for incident, told in EXPECTED["timelines"].items():
        sent = [row for row in told if row["kind"] != "nag" or row["permalink"]]
        now = operator.reads("timeline", incident)
        assert [*map(facts, now)] == [*map(facts, sent)], incident
        assert all(row["text"] for row in now)
        assert [said_by(row) for row in now] == [said_by(row) for row in sent]


def times(page: str) -> list[str]:
    """The times in a page of a delivery log, one for each line, whatever its words."""
    return re.findall(r"^\d\d:\d\d", page, re.MULTILINE)


def facts(row: dict[str, Any]) -> dict[str, Any]:
    """A line of the timeline without its words."""
    return {key: value for key, value in row.items() if key != "text"}


def said_by(row: dict[str, Any]) -> str:
    """The words of a line if they are all a person's: these never change."""
    return str(row["text"]) if row["kind"] in ("note", "update") else ""


def histories(exported: list[str]) -> dict[str, Any]:
    """What happened in each incident, and the calls that were under way, by its id."""
    rows = [json.loads(line) for line in exported]
    return {
        row.get("incident") or row["stream"]: (row["events"], row.get("notes"))
        for row in rows
        if "events" in row
    }


def texts(exported: list[str]) -> dict[str, Any]:
    """What else is kept for good: names, places, drafts, policies."""
    rows = [json.loads(line) for line in exported]
    named: dict[str, Any] = {}
    for row in rows:
        match row:
            case {"name": name, "incident": whose}:
                named[f"name {name}"] = whose
            case {"place": place, "channel": channel}:
                named[f"place {place}"] = channel
            case {"policy": digest, "text": text}:
                named[f"policy {digest}"] = text
            case {"paper": name, "text": text, "for_ms": None}:
                named[f"paper {name}"] = text
            case {"muster": _}:
                counted = row.get("counters", {}).get("INC", row.get("counter"))
                named["head"] = {"team": row["team"], "known_by": row["known_by"], "at": counted}
    return named


def recorded_channels() -> list[Json]:
    saved = json.loads((RECORDED / "slack.json").read_text())
    return list(saved["workspace"]["channels"].values())


def found(harness: Harness, what: str) -> Incident:
    return Incident(harness, IDS[what])


def typed(harness: Harness, text: str, incident: Incident) -> str:
    answer = harness.ana.types(f"/incident {text}", incident.channel)
    assert answer is not None, text
    assert not answer.problem, answer.problem
    return answer.text


def reasons(incident: Incident) -> list[str]:
    return [m.payload["reason"] for m in incident.messages("nag")]


def task(harness: Harness, incident: Incident) -> Message:
    """What eve has to do, as she was told."""
    return incident.messages("task", to=harness.person("eve").dm())[-1]


def lines(harness: Harness, incident: str) -> Any:
    done = harness.muster("timeline", incident, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def tried_anew(rows: list[Json]) -> dict[str, Json]:
    """By their ids, without what is known of the set aside: it stays behind in an export."""
    return {
        row["id"]: {name: value for name, value in row.items() if name != "set_aside"}
        for row in rows
    }
