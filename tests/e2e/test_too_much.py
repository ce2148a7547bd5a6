"""One person can't page or declare without end; others go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import Harness


def few(folder: Path) -> None:
    (folder / "access.yml").write_text(
        "limits:\n  pages: {most: 3, within: 10m}\n  incidents: {most: 2, within: 10m}\n"
    )


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness(policy=few) as harness:
        yield harness


def test_too_many_pages_are_refused_and_no_one_else_is_stopped(harness: Harness) -> None:
    incident = harness.declares("sev3", by=harness.person("eve"))
    for person in (harness.ana, harness.bob):
        person.joins(incident.channel)
    harness.slack.duplicates(3)
    for name in ("bob", "cleo", "dan"):
        assert "Paging" in str(harness.ana.types(f"/incident page @{name} look", incident.channel))
    harness.slack.duplicates(1)
    said = str(harness.ana.types("/incident page @bob look again", incident.channel))
    assert "That's too much at once: 3 pages in 10m is the limit for one person" in said
    assert "Nothing was done." in said
    assert "Paging" in str(harness.bob.types("/incident page @ana look", incident.channel))
    assert incident.happened.count("Paged") == 4


def test_too_many_declarations_are_refused_in_a_command_and_in_a_form(harness: Harness) -> None:
    dan = harness.person("dan")
    for _ in range(2):
        harness.declares("sev3", by=dan)
    before = len(harness.records())
    said = str(dan.types(f"/incident declare sev3 {harness.title('Once more')}"))
    assert "2 declarations in 10m is the limit for one person" in said
    form = dan.types("/incident declare")
    assert form is not None
    assert form.view is not None
    errors = form.view.submits(title=harness.title("Once more"), severity="SEV3")
    assert "is the limit for one person" in str(errors)
    assert len(harness.records()) == before
