"""A message is read wherever it is written: text, attachments, blocks, files."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack_message.plain import to_title
from bot.slack_message.reading import read_message

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def typed(*elements: Json, kind: str = "rich_text_section") -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [*elements]}]}


def title(message: Json) -> str:
    return to_title(read_message(message).headline)


ALERT = {
    "fallback": "[FIRING:1] HighLatency checkout",
    "title": "[FIRING:1] HighLatency checkout",
    "title_link": "https://alerts.example.com/1?a=1&b=2",
    "text": "p99 is &gt; 2s",
    "fields": [{"title": "Region", "value": "eu-1", "short": True}],
}
LAID_OUT = [
    {"type": "header", "text": plain("Disk <sda1> is full")},
    {"type": "section", "text": mrkdwn("*Host:* db-1"), "fields": [mrkdwn("*Used*\n98%")]},
    {"type": "context", "elements": [mrkdwn("prod"), {"type": "image", "alt_text": "a graph"}]},
    {"type": "divider"},
    {"type": "actions", "elements": [{"type": "button", "text": plain("Silence")}]},
]
ROWS = [
    [{"type": "raw_text", "text": "host"}, {"type": "raw_text", "text": "load"}],
    [typed({"type": "text", "text": "db-1"}), {"type": "raw_number", "value": 9}],
]
CODE = [typed({"type": "text", "text": "OOM"}, kind="rich_text_preformatted")]
MARKDOWN = "## DB **full** on [db-1](https://x.org)\n- 98%"
PREVIEW = {"from_url": "https://x.org", "title": "Elevated errors", "text": "Buy!"}
SNIPPET = {
    "mode": "snippet",
    "name": "-.txt",
    "title": "Untitled",
    "preview": "pool exhausted\nat",
}
EMAIL = {"mode": "email", "name": "_ALARM_", "title": "[ALARM] HighCPU", "plain_text": "Hi,\nred"}


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"text": "Search is slow\nsince noon"}, "Search is slow"),
        ({"text": "", "attachments": [ALERT]}, "[FIRING:1] HighLatency checkout"),
        ({"text": "", "attachments": [{"fallback": "DB is down"}]}, "DB is down"),
        ({"text": "", "attachments": [{"pretext": "PROBLEM db-1", "text": "90"}]}, "PROBLEM db-1"),
        ({"text": "", "attachments": [{"text": "DB is slow", "fallback": "x"}]}, "DB is slow"),
        ({"text": "", "attachments": [{"blocks": LAID_OUT[1:]}]}, "Host: db-1"),
        (
            {"attachments": [{"fallback": "[no preview available]", "blocks": LAID_OUT}]},
            "Disk <sda1> is full",
        ),
        ({"text": "", "blocks": LAID_OUT}, "Disk <sda1> is full"),
        (
            {"text": "This content can't be displayed.", "blocks": LAID_OUT[1:]},
            "Host: db-1",
        ),
        ({"text": "Alert", "blocks": LAID_OUT}, "Disk <sda1> is full"),
        ({"text": "```\nTraceback\n```\nIt crashes"}, "It crashes"),
        ({"text": "```\nTraceback\nOOM```"}, "Traceback"),
        ({"text": "```kubectl get pods```"}, "kubectl get pods"),
        ({"text": "&gt; *it is slow*, says <@U1|ana>"}, "it is slow, says @ana"),
        ({"text": "• first\n• second"}, "first"),
        ({"text": "<https://x.org/a|CPU &gt; 95%> on `db-1`"}, "CPU > 95% on db-1"),
        ({"text": "<!here>\nDB is down"}, "DB is down"),
        ({"text": "<!channel>: DB is down"}, "DB is down"),
        ({"text": ":fire:\n<@U1>\nDB is down"}, "DB is down"),
        ({"text": ":fire:"}, ":fire:"),
        ({"text": "```python\nKeyError: 'x'\n```"}, "KeyError: 'x'"),
        ({"text": "", "blocks": [*CODE, typed({"type": "text", "text": "It dies"})]}, "It dies"),
        ({"text": "", "blocks": CODE}, "OOM"),
        ({"text": "New", "bot_id": "B1", "blocks": CODE}, "New"),
        ({"text": "", "blocks": [{"type": "markdown", "text": MARKDOWN}]}, "DB full on db-1"),
        ({"text": "", "attachments": [{"text": "### DB down"}]}, "DB down"),
        ({"text": "", "attachments": [{"author_name": "ci", "fallback": "CI red"}]}, "CI red"),
        ({"text": "<https://x.org>", "attachments": [PREVIEW]}, "Elevated errors"),
        ({"text": "see <https://x.org>", "attachments": [PREVIEW]}, "see https://x.org"),
        ({"text": "", "files": [{"name": "graph.png"}]}, "graph.png"),
        ({"text": "", "files": [SNIPPET]}, "pool exhausted"),
        ({"text": "from the log", "files": [SNIPPET]}, "from the log"),
        ({"text": "", "files": [EMAIL]}, "[ALARM] HighCPU"),
        ({"text": "", "files": [{"id": "F1", "file_access": "check_file_info"}]}, ""),
        ({"text": "", "blocks": [{"type": "table", "rows": ROWS}]}, "host | load"),
        (
            {"text": "", "attachments": [{"fields": [{"title": "Host", "value": "db1"}]}]},
            "Host: db1",
        ),
        ({"text": "", "blocks": [typed({"type": "text", "text": "a < b"})]}, "a < b"),
        ({}, ""),
    ],
)
def test_the_title_is_what_it_is_about(message: Json, expected: str) -> None:
    assert title(message) == expected


def test_everything_is_in_the_text_in_the_order_in_which_slack_shows_it() -> None:
    message = {
        "text": "",
        "blocks": [*LAID_OUT, {"type": "table", "rows": ROWS}],
        "attachments": [ALERT],
        "files": [{"name": "graph.png"}, {"mode": "tombstone", "name": "gone.txt"}],
    }
    assert read_message(message).whole.splitlines() == [
        "Disk &lt;sda1&gt; is full",
        "*Host:* db-1",
        "*Used* 98%",
        "prod a graph",
        "host | load",
        "db-1 | 9",
        "<https://alerts.example.com/1?a=1&amp;b=2|[FIRING:1] HighLatency checkout>",
        "p99 is &gt; 2s",
        "*Region:* eu-1",
        "(graph.png)",
    ]


def test_rich_text_keeps_lists_quotes_code_and_mentions() -> None:
    text = {"type": "text", "text": "pool"}
    listed = {"type": "rich_text_list", "style": "ordered", "indent": 1}
    section = typed(text)["elements"][0]
    block = {
        "type": "rich_text",
        "elements": [
            typed(
                {"type": "user", "user_id": "U1"},
                {"type": "text", "text": " & "},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "channel", "channel_id": "C1"},
                {"type": "link", "url": "https://x.org", "text": "docs"},
                {"type": "emoji", "name": "fire"},
            )["elements"][0],
            {**listed, "elements": [section, section]},
            typed(text, kind="rich_text_quote")["elements"][0],
            typed(text, kind="rich_text_preformatted")["elements"][0],
        ],
    }
    assert read_message({"text": "", "blocks": [block]}).text == (
        "<@U1> &amp; <!subteam^S1><#C1><https://x.org|docs>:fire:\n"
        "  1. pool\n  2. pool\n&gt; pool\n```\npool\n```"
    )


def test_what_a_person_typed_is_not_said_twice() -> None:
    block = typed({"type": "text", "text": "It is slow"})
    assert read_message({"text": "It is slow", "blocks": [block]}).text == "It is slow"


def test_an_apps_summary_of_its_blocks_is_not_said_twice() -> None:
    said = read_message({"text": "Disk <sda1> is full: Host: db-1", "blocks": LAID_OUT}).text
    assert said.count("db-1") == 1
    assert "98%" in said


def test_an_app_says_more_in_its_blocks_than_in_its_text() -> None:
    block = typed({"type": "text", "text": "DB is down"})
    message = {"text": "New alert", "bot_id": "B1", "blocks": [block]}
    assert read_message(message).text == "New alert\nDB is down"
    assert read_message({**message, "text": "DB is down"}).text == "DB is down"


def test_a_shared_message_is_said_once() -> None:
    inner = {"message": {"blocks": [typed({"type": "text", "text": "DB is slow"})]}}
    shared = {"is_share": True, "author_name": "Bob", "message_blocks": [inner]}
    for attachment in (shared, {**shared, "text": "DB is slow"}):
        read = read_message({"text": "", "attachments": [attachment]})
        assert read.text == "Bob\nDB is slow"


def test_what_snippets_and_mails_say_is_in_the_text() -> None:
    read = read_message({"text": "", "files": [SNIPPET, EMAIL]})
    assert read.text == "```\npool exhausted\nat\n```\n[ALARM] HighCPU\nHi,\nred"
    assert read.files == ("-.txt", "[ALARM] HighCPU")


def test_a_preview_of_a_link_is_not_the_authors_words_and_a_shared_message_is() -> None:
    preview = {"from_url": "https://x.org", "title": "A page", "text": "Buy!"}
    shared = {"from_url": "https://acme.slack.com/…", "is_share": True, "text": "DB is slow"}
    assert read_message({"text": "see <https://x.org>", "attachments": [preview]}).text == (
        "see <https://x.org>"
    )
    assert title({"text": "", "attachments": [shared]}) == "DB is slow"


JUNK: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("text", "blocks", "attachments", "elements", "type", "fields", "rows", "title")
            ),
            inner
            | st.sampled_from(("rich_text", "section", "table", "header", "mrkdwn", "container")),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(st.sampled_from(("text", "blocks", "attachments", "files")), JUNK, max_size=4)
)
def test_nothing_that_is_sent_makes_it_raise(message: Json) -> None:
    read = read_message(message)
    assert "\n" not in title(message)
    assert isinstance(read.whole, str)
