"""Every command, setting and stage is documented."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.incident.lifecycle import MAY_FOLLOW, MAY_REOPEN
from bot.listeners.features import FEATURES
from bot.policy import reference
from bot.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
RUNNING = (ROOT / "docs/running.md").read_text()
DECISIONS = ROOT / "docs/decisions"
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()


@pytest.mark.parametrize(
    "subcommand",
    [subcommand.names[0] for feature in FEATURES for subcommand in feature.subcommands],
)
def test_every_subcommand_is_in_the_readme(subcommand: str) -> None:
    table = README.partition("## In a channel")[2]

    found = re.search(rf"`[^`]*\b{subcommand}\b", table) is not None
    assert found, f"{subcommand} is in no row of the table of commands in README.md"


@pytest.mark.parametrize("variable", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_in_the_table(variable: str) -> None:
    assert f"`{variable}`" in RUNNING.partition("## Settings")[2]


def test_the_table_of_stages_is_the_one_in_the_code() -> None:
    rows = dict(re.findall(r"^\| (\w+) \| ([^|]+) \|$", ARCHITECTURE, re.MULTILINE))

    for stage, onward in MAY_FOLLOW.items():
        told = set(re.findall(r"\w+", rows[stage].replace("investigating by `reopen`", "")))
        assert told == {each.value for each in onward}, stage
        assert ("`reopen`" in rows[stage]) == (stage in MAY_REOPEN), stage


def test_the_reference_of_the_policy_is_the_one_of_the_code() -> None:
    """`python -m bot.policy.reference > docs/policy.md` updates it."""
    assert (ROOT / "docs/policy.md").read_text() == reference.reference_page()


def test_every_page_of_the_documentation_is_found_from_the_first() -> None:
    for page in sorted((ROOT / "docs").glob("*.md")):
        assert f"docs/{page.name})" in README, page.name


PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / link).exists(), link


@pytest.mark.parametrize("page", sorted(DECISIONS.glob("[0-9]*.md")), ids=lambda page: page.name)
def test_every_decision_has_a_date_and_a_status_and_is_in_the_index(page: Path) -> None:
    head = re.match(
        r"# (?P<number>\d+)\. (?P<title>.+)\n\n"
        r"Date: (?P<date>\d{4}-\d\d-\d\d) · Status: (?P<status>.+)\n",
        page.read_text(),
    )
    assert head, f"{page.name} doesn't start with its number, title, date and status"

    number, title, date, status = head.groups()
    assert page.name.startswith(f"{int(number):04}-")
    row = f"| {number} | [{title}]({page.name}) | {date} | {status} |"
    assert row in (DECISIONS / "README.md").read_text().splitlines()


def test_the_licence_is_the_one_that_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "LICENSE").read_text()

    assert project["license"] == "Apache-2.0"
    assert project["license-files"] == ["LICENSE"]
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "Copyright 2026 The Muster authors" in text
