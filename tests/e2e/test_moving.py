"""`muster export` and `muster import`: moving a store loses nothing."""

import json
import re
from pathlib import Path
from typing import Any

from tests.harness import Harness, Incident
from tests.harness.command import muster
from tests.harness.incident import TEAM
from tests.harness.real_time import tried_sooner
from tests.harness.valkey import contents, valkey
from tests.harness.waiting import until

PREFIX = f"muster:{{{TEAM}}}:"
STAYS = (
    "profile:",
    *("intent:", "title:", "nudge", "turns:", "spent:", "deed:", "lock:", "drafting:", "heavy:"),
    *("metrics:", "processes", "level", "levels", "confirmed"),
)


def held(url: str) -> dict[str, Any]:
    """The contents of a store, without those about processes or for a short time."""
    found = {key.removeprefix(PREFIX): kept for key, kept in contents(url, f"{PREFIX}*").items()}
    return {key: kept for key, kept in found.items() if not key.startswith(STAYS)}


def told_of(exported: str) -> list[str]:
    """The rows after the first one, sorted, because a store's names are unordered, and without
    remaining lifetimes, which shrink."""
    rows = [json.loads(line) for line in exported.splitlines()[1:]]
    return sorted(
        json.dumps(row | {"for_ms": row["for_ms"] is not None} if "paper" in row else row)
        for row in rows
    )


def test_out_and_back_again(harness: Harness, tmp_path: Path) -> None:
    harness.declares("sev1")  # pages and nags to come
    title = harness.title()
    harness.ana.types(f"/incident declare sev3 {title}")
    harness.ana.types(
        f"/incident declare sev3 {title}"
    )  # possible duplicate: the declaration is stored for a while
    harness.declares("sev3", title="Пожар в дата-центре")
    over = harness.declares("sev2")
    harness.ana.types("/incident resolve restarted it", over.channel)
    over.channel.expects(kind="postmortem")
    harness.rests()
    harness.kill()  # nothing may come due between the two reads
    try:
        moves_out_and_back(harness, over, tmp_path)
    finally:
        harness.start()


def moves_out_and_back(harness: Harness, over: Incident, tmp_path: Path) -> None:
    ours, here = harness.processes["bot"].env, held(harness.store.url)
    assert {"due", "pages", "open", "channels", "names", "places", f"paper:draft:{over.id}"} < set(
        here
    )
    saved = harness.muster("export", "-o", str(tmp_path / "all.jsonl"))
    assert (saved.returncode, saved.stderr) == (0, "")
    assert (tmp_path / "all.jsonl").stat().st_mode & 0o777 == 0o600

    with valkey(tmp_path) as url:
        there = {**ours, "REDIS_URL": url}
        told = muster("import", "all.jsonl", cwd=tmp_path, env=there)
        assert re.fullmatch(rf"\d+ incidents of workspace {TEAM} imported\.\n", told.stdout), told
        assert held(url) == here
        again = muster("import", "all.jsonl", cwd=tmp_path, env=there)
        assert again.stdout.startswith(f"0 incidents of workspace {TEAM} imported, "), again
        assert held(url) == here
        assert muster("export", "-o", "back.jsonl", cwd=tmp_path, env=there).returncode == 0

    home = {**ours, "REDIS_URL": "", "MUSTER_DATA": "data"}
    assert muster("import", "back.jsonl", cwd=tmp_path, env=home).returncode == 0
    listed = muster("incidents", "--json", cwd=tmp_path, env=home)
    assert json.loads(listed.stdout) == harness.records()
    twice = muster("export", cwd=tmp_path, env=home)
    assert told_of(twice.stdout) == told_of((tmp_path / "all.jsonl").read_text())


def test_pending_work_continues_in_the_other_store(harness: Harness, tmp_path: Path) -> None:
    harness.slack.fails("chat.postMessage", status=503)
    said = harness.ana.types(f"/incident declare sev3 {harness.title()}")
    incident = harness.incident(said)
    until(
        lambda: f"notes:{incident.id}" in held(harness.store.url), what="a call that was put off"
    )
    harness.kill("bot", "timers", "clock")
    harness.slack.heals()
    try:
        assert harness.muster("export", "-o", str(tmp_path / "all.jsonl")).returncode == 0
        (row,) = (
            json.loads(line)
            for line in (tmp_path / "all.jsonl").read_text().splitlines()
            if f'"stream":"{incident.id}","events"' in line
        )
        with valkey(tmp_path) as url:
            env = {**harness.processes["bot"].env, "REDIS_URL": url}
            assert muster("import", "all.jsonl", cwd=tmp_path, env=env).returncode == 0
            notes = held(url).get(f"notes:{incident.id}", {})
            assert {key.decode(): note.decode() for key, note in notes.items()} == row["notes"]
            assert incident.id.encode() in dict(held(url)["again"])
    finally:
        harness.start("bot", "timers", "clock")
    with tried_sooner(harness):
        incident.whole()
