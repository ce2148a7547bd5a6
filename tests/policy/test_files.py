"""Files that are missing, not text, not YAML, or malicious."""
# ruff: noqa: E501 (one file, one row)

import os
from pathlib import Path

import pytest

from bot.policy import BrokenPolicy, Problem, check
from tests.policy.conftest import Playbooks


@pytest.mark.parametrize(
    "name", ["severities.yml", "roles.yml", "escalation.yml", "oncall.yml", "default.yml"]
)
def test_a_missing_file_is_the_only_problem(playbooks: Playbooks, name: str) -> None:
    (playbooks.path / name).unlink()

    assert playbooks.problems() == [
        f"{name}:1: is missing; create it, or copy the one that ships with Muster."
    ]


def test_a_missing_folder_is_one_problem_not_five(tmp_path: Path) -> None:
    assert check(tmp_path / "none") == [
        Problem(str(tmp_path / "none"), 1, "isn't a folder; create it, or set MUSTER_PLAYBOOKS.")
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "1: is empty; fill it in, or copy the one that ships with Muster."),
        ("# later\n", "1: is empty; fill it in, or copy the one that ships with Muster."),
        ("null\n", "1: null isn't a mapping; write it in lines like title: …"),
        ("- a\n", "1: a list isn't a mapping; write it in lines like title: …"),
        ("title: a\nbridge: b: c\n", "2: isn't YAML: mapping values are not allowed here; put text that has a colon in it in quotes."),
        ("title:\n\tIncident\n", "2: isn't YAML: found character '\\t' that cannot start any token; indent with spaces, not tabs."),
        ("title: a\nbridge: 'b\n\n", "2: isn't YAML: found unexpected end of stream; compare its indentation, quotes and brackets with the lines around it."),
        ("title: a\n---\ntitle: b\n", "2: isn't YAML: but found another document; a file holds one document; delete the line ---."),
        ("title: a\nbridge: &b x\n", "2: anchors (&) and aliases (*) aren't supported; repeat the value."),
        ("title: a\nbridge: *b\n", "2: anchors (&) and aliases (*) aren't supported; repeat the value."),
        ("title: !!python/object/apply:os.getcwd []\n", "1: tags (!) aren't supported; write the plain value, or quote it."),
        ("title: a\nbridge: \x07\n", "2: contains a control character; delete it."),
        ('title: a\nrunbooks:\n  - {title: "\\ud800", link: https://a.b}\n', "3: contains half of a surrogate pair; write the whole character."),
        (b"title: a\nbridge: \xff\n", "2: isn't UTF-8 text; save it as UTF-8."),
        ("title: " + "[" * 100_000, "1: is nested too deeply; no policy needs that, so flatten it."),
        ("- " * 100_000, "1: is nested too deeply; no policy needs that, so flatten it."),
        ("title: " + "x" * 300_000, "1: is larger than 256 KiB; shorten it, or split it."),
    ],
    ids=lambda content: repr(content[:24]),
)  # fmt: skip
def test_unreadable_files_get_place_and_reason(
    playbooks: Playbooks, content: str | bytes, said: str
) -> None:
    playbooks.write("default.yml", content)

    assert playbooks.problems() == [f"default.yml:{said}"]


def test_a_bomb_is_refused_before_it_goes_off(playbooks: Playbooks) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 40)]
    playbooks.write("default.yml", "\n".join(lines))

    assert playbooks.problems() == [
        "default.yml:1: anchors (&) and aliases (*) aren't supported; repeat the value."
    ]


def test_the_largest_file_that_is_read_is_read(playbooks: Playbooks) -> None:
    playbooks.write("default.yml", "title: Incident\nrunbooks:\n" + "- restart.md\n" * 18_000)
    assert playbooks.problems() == []


def test_windows_line_ends_and_a_byte_order_mark_are_read(playbooks: Playbooks) -> None:
    for name in ("severities.yml", "runbooks/restart.md"):
        text = (playbooks.path / name).read_text()
        playbooks.write(name, "\ufeff" + text.replace("\n", "\r\n"))

    assert playbooks.problems() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_a_problem(playbooks: Playbooks) -> None:
    (playbooks.path / "roles.yml").chmod(0)

    assert playbooks.problems() == ["roles.yml:1: can't be read: Permission denied."]


def test_a_folder_in_the_place_of_a_file_is_a_problem(playbooks: Playbooks) -> None:
    (playbooks.path / "roles.yml").unlink()
    (playbooks.path / "roles.yml").mkdir()

    assert playbooks.problems() == ["roles.yml:1: can't be read: Is a directory."]


def test_editors_backup_files_are_ignored(playbooks: Playbooks) -> None:
    playbooks.write(".default.yml", "::: swap")
    playbooks.write("default.yml~", "::: backup")
    playbooks.write("runbooks/.restart.md", "")
    playbooks.write("README.md", "Our policy.")

    assert playbooks.problems() == []


def test_a_file_with_the_other_ending_is_noticed(playbooks: Playbooks) -> None:
    playbooks.write("security.yaml", "title: Security\nprivate: true\n")

    assert playbooks.problems() == [
        "security.yaml:1: warning: isn't read; rename it to security.yml."
    ]


def test_a_kind_of_incident_has_a_name_one_can_write(playbooks: Playbooks) -> None:
    playbooks.write("Data Loss.yml", "title: Data loss\n")

    assert playbooks.problems() == [
        "Data Loss.yml:1: the file name can't be an incident type; "
        "use a-z, 0-9, - and _, like data-loss.yml."
    ]


def test_loading_says_the_mistakes_without_the_warnings(playbooks: Playbooks) -> None:
    playbooks.change("oncall.yml", "[U0AAA, U0BBB]", "[]")
    playbooks.change("severities.yml", "15m", "soon")

    with pytest.raises(BrokenPolicy) as broken:
        playbooks.load()

    assert list(broken.value.problems) == check(playbooks.path)
    mistakes = [each for each in broken.value.problems if each.severity == "error"]
    assert str(broken.value) == "\n".join(map(str, mistakes))
    assert len(mistakes) < len(broken.value.problems)


def test_a_warning_stops_nobody(playbooks: Playbooks) -> None:
    playbooks.change("oncall.yml", "[U0AAA, U0BBB]", "[]")

    assert [each.severity for each in playbooks.load().warnings] == ["warning"]
