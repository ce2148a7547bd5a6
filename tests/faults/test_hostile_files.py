"""Hostile policy files and names are refused with a clear message, and nothing outside the
folder is read.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import policy
from tests.faults.payloads import HOSTILE
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness
from tests.platform.processes import ROOT

FILES = ("severities.yml", "roles.yml", "escalation.yml", "oncall.yml", "default.yml")
RUNBOOK = "runbooks/bad-deploy.md"


@pytest.fixture
def playbooks(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "playbooks", tmp_path / "playbooks"))


def said(playbooks: Path, name: str) -> list[str]:
    """The problems of this file, without references."""
    problems = policy.check(playbooks)
    assert all(each.text for each in problems)
    return [each.text for each in problems if each.file == str(playbooks / name)]


BOMBS = {
    "aliases": "\n".join(["a: &a [x]", *(f"b{n}: &b{n} [*a, *a]" for n in range(99))]),
    "merge keys": "a: &a {b: c}\nd: {<<: *a}",
    "python": "title: !!python/object/apply:os.system [echo boom]",
    "depth in brackets": "[" * 200_000,
    "depth in lines": "\n".join(" " * n + "- a:" for n in range(600)),
    "depth in braces": "a: " + "{a: " * 60_000,
    "thousands of documents": "---\na: b\n" * 20_000,
    "thousands of keys": "".join(f"k{n}: v\n" for n in range(20_000)),
    "one key": "k" * 250_000 + ": v",
    "one value": "title: " + "v" * 250_000,
    "one number": "default: " + "9" * 200_000,
    "too much of it": "# \n" * 200_000,
    "headings": "# a\n" * 60_000,
    "fences": "```\n" * 60_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_an_expanding_file_is_only_a_problem(playbooks: Path, bomb: str) -> None:
    for name in ("roles.yml", RUNBOOK):
        before = (playbooks / name).read_text()
        (playbooks / name).write_text(BOMBS[bomb])
        assert said(playbooks, name)
        (playbooks / name).write_text(before)


@pytest.mark.parametrize("name", [*FILES, RUNBOOK])
def test_a_link_to_outside_the_folder_is_not_followed(playbooks: Path, name: str) -> None:
    secret = playbooks.parent / "secret.txt"
    secret.write_text("title: hunter2\nhunter2: hunter2\n")
    (playbooks / name).unlink()
    (playbooks / name).symlink_to(secret)
    (problem, *_) = said(playbooks, name)
    assert problem == "is a link to a file outside the folder; put the file itself there."
    assert "hunter2" not in str(policy.check(playbooks))


def test_a_link_within_the_folder_is_followed(playbooks: Path) -> None:
    """Kubernetes mounts a ConfigMap like this."""
    (playbooks / "..data").mkdir()
    for name in FILES:
        (playbooks / name).rename(playbooks / "..data" / name)
        (playbooks / name).symlink_to(Path("..data") / name)
    assert [each for each in policy.check(playbooks) if each.severity == "error"] == []


def test_a_runbooks_folder_elsewhere_is_not_read(playbooks: Path) -> None:
    elsewhere = playbooks.parent / "elsewhere"
    (playbooks / "runbooks").rename(elsewhere)
    (playbooks / "runbooks").symlink_to(elsewhere)
    assert said(playbooks, RUNBOOK) == [
        "is a link to a file outside the folder; put the file itself there."
    ]


@pytest.mark.parametrize("what", ["a pipe", "a device", "a circle"])
def test_special_files_do_not_block(playbooks: Path, what: str) -> None:
    file = playbooks / "roles.yml"
    file.unlink()
    if what == "a pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero" if what == "a device" else file)
    assert len(said(playbooks, "roles.yml")) == 1


def test_any_content_of_a_file_is_valid_or_a_problem(playbooks: Path, trials: Trials) -> None:
    names = [*FILES, RUNBOOK]
    whole = {name: (playbooks / name).read_text() for name in names}
    scraps = st.one_of(
        st.sampled_from(HOSTILE), st.text(max_size=40), st.sampled_from("-:[]{}#|>")
    )

    @settings(
        max_examples=3000 if THOROUGH else 150,
        suppress_health_check=list(HealthCheck),
    )
    @given(name=st.sampled_from(names), scrap=scraps, data=st.data())
    def spoilt(name: str, scrap: str, data: st.DataObject) -> None:
        text = whole[name]
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 60)))
        written = (text[:start] + scrap + text[end:]).encode(errors="surrogatepass")
        (playbooks / name).write_bytes(written)
        for problem in policy.check(playbooks):
            assert problem.line >= 1
            assert problem.text
            assert len(str(problem)) < 2000
        (playbooks / name).write_text(whole[name])
        trials.add()

    spoilt()


STRANGE = (
    *("../../etc/passwd", "INC-1\udcff", "INC-1\n\x1b[2J", "\u202eINC-1", "*", "", "INC-1 INC-2"),
    *("INC-" + "1" * 5000, "INC-\u0661", "{INC-1}", "-1"),
)


def test_strange_names_on_the_command_line_are_refused_in_one_line(trials: Trials) -> None:
    with Harness("http") as harness:
        for name in STRANGE if THOROUGH else STRANGE[:4]:
            done = harness.muster("timeline", "--", name)
            assert (done.returncode, done.stdout) == (1, ""), name
            assert len(done.stderr.splitlines()) == 1, done.stderr
            assert "isn't an incident number" in done.stderr
            assert done.stderr.rstrip("\n").isprintable()
            trials.add()
        incident = harness.declares("sev3", title="../../../tmp/x /etc/passwd \\..\\")
        assert incident.channel.name.endswith("-tmp-x-etc-passwd")
        lost = harness.muster("postmortem", incident.id, "-o", str(harness.folder))
        assert (lost.returncode, len(lost.stderr.splitlines())) == (1, 1)
        harness.check_slack()
