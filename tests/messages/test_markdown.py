"""Runbooks are Markdown; Slack shows mrkdwn."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.markdown import in_slack
from bot.messages.runbook import runbook_form
from bot.policy.runbooks import body
from sandbox.blockkit import check_view

SHIPPED = sorted((Path(__file__).parents[2] / "playbooks/runbooks").glob("*.md"))
MARKS = ("# ", "## ", "- ", "1. ", "  ", "```", "**", "_", "`", "> ", "| a |", "- [ ] ")
OTHERS = (
    "word ",
    "\n",
    "\n\n",
    "&",
    "<!channel>",
    "<@U1>",
    "[a](https://b.c)",
    "![x](https://y.z)",
)
WORDS = st.sampled_from((*MARKS, *OTHERS))


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("# Restart\n\nIt hangs\nfor minutes.", "*Restart*\nIt hangs for minutes."),
        ("- one\n- two\n  goes on", "• one\n• two goes on"),
        ("1. Stop\n   - it\n2. Start", "1. Stop\n    • it\n2. Start"),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done"),
        ("**bold** and *weak* and __bold__", "*bold* and _weak_ and *bold*"),
        ("a_b_c 2*3*4 `*code*`", "a_b_c 2*3*4 `*code*`"),
        ("[docs](https://a.example/x?a=1&b=2)", "<https://a.example/x?a=1&amp;b=2|docs>"),
        ("<https://a.example/x>", "<https://a.example/x>"),
        ("ask <!channel> & <@U1>", "ask &lt;!channel&gt; &amp; &lt;@U1&gt;"),
        ("  ```sh\n  a  <b\n    c\n  ```", "```\na  &lt;b\n  c\n```"),
        ("```\n# no heading", "```\n# no heading\n```"),
        ("above\n\n---\n\nbelow", "above\nbelow"),
    ],
)
def test_markdown_reads_the_same_in_slack(markdown: str, shown: str) -> None:
    assert "\n".join(in_slack(markdown)) == shown


@given(st.lists(WORDS, max_size=60).map("".join))
def test_whatever_a_runbook_says_notifies_no_one_and_is_accepted(text: str) -> None:
    shown = in_slack(text)
    assert not any("<!" in each or "<@" in each for each in shown)
    assert check_view(runbook_form("A title", text)) == []


@pytest.mark.parametrize(
    "line", ["word " * 2000, "x" * 9000, "&" * 3000, "```\n" + "code\n" * 2000]
)
def test_long_text_is_divided_and_nothing_is_lost(line: str) -> None:
    shown = in_slack(line)
    assert max(map(len, shown)) <= 3000
    plain = "".join(shown).replace("```", "").replace("&amp;", "&")
    assert "".join(plain.split()) == "".join(line.replace("```", "").split())
    assert check_view(runbook_form("Long", line)) == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_the_runbooks_that_ship_can_be_shown(file: Path) -> None:
    text = body(file.read_text())
    form = runbook_form("Some other title", text)
    assert check_view(form) == []
    assert "title:" not in str(form)
    assert all(f"*{title}*" in str(form) for title in ("Steps", "Verification", "Rollback"))
