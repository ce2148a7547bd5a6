"""Runbooks: front matter, and four sections that aren't empty."""
# ruff: noqa: E501 (one mistake, one row)

import pytest

from tests.policy.conftest import Playbooks


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("owner: us\n", "", "2: owner: is missing; add a line like owner: platform team."),
        ("owner: us", "owner:", "5: owner: null isn't text; write some text."),
        ("owner: us", "ower: us\nowner: us", "5: ower: isn't a key here; did you mean owner?"),
        ("2026-01-31", "January", '6: last_updated: "January" isn\'t a date; write it like 2026-01-31.'),
        ("2026-01-31", "2026-02-30", '6: last_updated: "2026-02-30" isn\'t a date; write it like 2026-01-31.'),
        ("It hangs", "error: it hangs", "3: isn't YAML: mapping values are not allowed here; put text that has a colon in it in quotes."),
        ("severity: SEV0", "severity: SEV9", '4: warning: severity: "SEV9" isn\'t in severities.yml; write one of SEV0, SEV1.'),
        ("severity: SEV0", "severity: [P0, SEV9]", '4: warning: severity: "SEV9" isn\'t in severities.yml; write one of SEV0, SEV1.'),
        ("owner: us", "owner: us\nlink: wiki", '6: link: "wiki" isn\'t a link; write the whole URL, like https://example.com/x.'),
        ("## Rollback\nNone: it was down.\n", "", "1: has no section Rollback; add a heading ## Rollback."),
        ("It answers.\n", "\n", "13: Verification: is empty; fill it in, or say why there is nothing to do."),
        ("1. Restart it.", "Restart it.", "11: warning: Steps: aren't numbered; write 1., 2., 3., so that people can say which step they are on."),
        ("## Rollback", "```\n## Rollback\n```\n", "1: has no section Rollback; add a heading ## Rollback."),
        ("---\n# Restart", "# Restart", "1: has no front matter; start the file with the lines ---, title: … and ---."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_its_cure(
    playbooks: Playbooks, old: str, new: str, said: str
) -> None:
    playbooks.change("runbooks/restart.md", old, new)

    assert playbooks.problems() == [f"runbooks/restart.md:{said}"]


def test_a_runbook_that_no_playbook_names_is_read_as_closely(playbooks: Playbooks) -> None:
    playbooks.write("runbooks/other.md", "just text")

    assert playbooks.problems() == [
        "runbooks/other.md:1: has no front matter; start the file with the lines ---, title: … and ---.",
        "runbooks/other.md:1: has no section Prerequisites; add a heading ## Prerequisites.",
        "runbooks/other.md:1: has no section Rollback; add a heading ## Rollback.",
        "runbooks/other.md:1: has no section Steps; add a heading ## Steps.",
        "runbooks/other.md:1: has no section Verification; add a heading ## Verification.",
    ]


def test_a_comment_in_a_code_block_ends_no_section(playbooks: Playbooks) -> None:
    playbooks.change(
        "runbooks/restart.md",
        "It answers.",
        "   ```sh\n   # it answers\n   ~~~\n# Restarted\n   ```",
    )

    assert playbooks.problems() == []


def test_smaller_headings_belong_to_the_section_they_are_in(playbooks: Playbooks) -> None:
    playbooks.change("runbooks/restart.md", "1. Restart it.", "### At night\n\n1. Restart it.")

    assert playbooks.problems() == []


def test_a_playbook_shows_the_runbooks_title_and_links_where_it_links(
    playbooks: Playbooks,
) -> None:
    playbooks.change("runbooks/restart.md", "owner: us", "owner: us\nlink: https://a.example/r")
    playbooks.write(
        "default.yml",
        "title: Incident\nrunbooks: [restart.md, {title: Wiki, link: https://a.example/w}]\n",
    )
    default = playbooks.load().policy.playbook("default")

    assert [(each.title, each.link) for each in default.runbooks] == [
        ("Restart it", "https://a.example/r"),
        ("Wiki", "https://a.example/w"),
    ]
