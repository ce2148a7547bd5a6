"""The whole document: the golden drafts, and that no message can break it."""

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmortem.draft import draft
from bot.postmortem.material import Fact, Material, Message, Task
from bot.postmortem.sections import split
from tests.postmortem.checkout import (
    AWS_KEY,
    CHECKOUT,
    DECLARED,
    FACTS,
    MESSAGES,
    STRIPE_KEY,
    after,
    says,
)
from tests.postmortem.regenerate import BARE, CASES, GOLDEN

SECTIONS = [
    "summary",
    "impact",
    "timeline",
    "root-cause",
    "went-well",
    "went-wrong",
    "lucky",
    "action-items",
    "wording",
    "about",
]


@pytest.mark.parametrize("file", CASES)
def test_the_draft_is_the_golden_one(file: str) -> None:
    # After an intended change: `python -m tests.postmortem.regenerate`, then read the diff.
    assert draft(CASES[file]) == (GOLDEN / file).read_text(encoding="utf-8")


def test_the_order_in_which_things_arrive_changes_nothing() -> None:
    shuffled = replace(CHECKOUT, messages=MESSAGES[::-1])

    assert draft(shuffled) == draft(CHECKOUT)


def test_an_incident_without_a_word_has_a_question_in_every_section() -> None:
    sections = split(draft(BARE))

    assert list(sections) == SECTIONS
    for key in SECTIONS[:-2]:
        assert "?" in sections[key], key


@pytest.mark.parametrize(
    "secret",
    [AWS_KEY, STRIPE_KEY, "S3cret", "Tr0ub4dor", "dba@", "4242 4242", "174 06"],
)
def test_no_secret_of_the_channel_is_in_the_draft(secret: str) -> None:
    assert any(secret in message.text for message in MESSAGES)
    assert secret not in draft(CHECKOUT)


@pytest.mark.parametrize("field", ["title", "summary", "resolution", "channel_name"])
def test_a_secret_in_the_incidents_own_texts_is_masked(field: str) -> None:
    document = draft(replace(BARE, **{field: f"see {AWS_KEY}"}))  # type: ignore[arg-type]

    assert AWS_KEY not in document
    assert "Masked in what was read: AWS key (1)." in document


def test_secrets_in_facts_tasks_files_names_and_replies_are_masked() -> None:
    leak = "password=hunter2"
    root = says(1, "Ana", "deployed v2", files=(f"{leak}.txt",))
    told = Fact(after(1), f"Ana {leak}", "note", leak)
    document = draft(
        replace(
            BARE,
            facts=(told,),
            updates=(told,),
            tasks=(Task(leak, leak),),
            roles=(("Scribe", leak),),
            messages=(root, says(2, leak, f"<@U1> {leak}", under=1)),
            names={"U1": leak},
        )
    )

    assert "hunter2" not in document
    assert "password (8)" in document  # a fact that is also an update counts once


def test_a_task_links_the_message_that_asked_for_it() -> None:
    asked = Task("Raise the limits", permalink="https://acme.slack.com/archives/C1/p1")
    document = draft(replace(BARE, tasks=(asked,)))

    assert (
        "| Raise the limits ([message](https://acme.slack.com/archives/C1/p1)) | **nobody** |"
        in document
    )


def test_a_private_incident_says_so_before_anything_else() -> None:
    assert "**This incident is private.**" in draft(BARE).split("\n## ")[0]
    assert "private" not in draft(CHECKOUT)


def test_a_milestone_that_was_corrected_to_before_the_declaration_says_so() -> None:
    assert "| Time to mitigate | 5 min earlier |" in draft(replace(BARE, mitigated_at=after(-5)))


def test_an_unknown_time_zone_is_utc() -> None:
    assert "22:41 (UTC)" in draft(replace(BARE, timezone="Atlantis/Downtown"))


def test_days_change_where_the_people_are() -> None:
    told = (FACTS[0], Fact(after(20), "Ana", "note", "past midnight in Stockholm"))

    assert draft(replace(BARE, facts=told)).count("\n### ") == 1
    there = draft(replace(BARE, facts=told, timezone="Europe/Stockholm"))
    assert re.findall(r"^### .*$", there, re.MULTILINE) == [
        "### Saturday 2024-03-02 (UTC+01:00)",
        "### Sunday 2024-03-03 (UTC+01:00)",
    ]


def test_a_time_without_a_zone_is_utc_wherever_the_machine_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = draft(BARE)
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Kathmandu")
        time.tzset()
        assert draft(replace(BARE, declared_at=DECLARED.replace(tzinfo=None))) == expected
    time.tzset()


def test_a_reply_of_another_day_has_its_date() -> None:
    thread = (says(1, "A", "deployed"), says(1441, "B", "why?", under=1))
    document = draft(replace(BARE, messages=thread))

    assert "\n  - [2024-03-03 22:42](" in document


def test_bot_messages_are_in_the_timeline_but_not_quoted() -> None:
    alert = says(1, "Alertmanager", "5xx because no alert fired, luckily", is_bot=True)
    sections = split(draft(replace(BARE, messages=(alert,))))

    assert "luckily" in sections["timeline"]
    assert not any("luckily" in sections[key] for key in SECTIONS if key != "timeline")


def test_a_section_quotes_a_dozen_and_counts_the_rest() -> None:
    lucky = tuple(says(n, "Ana", f"luckily number {n}") for n in range(15))
    section = split(draft(replace(BARE, messages=lucky)))["lucky"]

    assert section.count("luckily") == 12
    assert "- … and 3 more in the timeline." in section


# Parts of injections, for hypothesis to combine.
PIECES = """\
# | ## Summary | --- | === | - | 1. | > | ` | ``` | ~~~ | * | _ | ~ | \\ | < | > | :- | 0
[x](javascript:x) | ![i](u) | [a]: http://e.example | <script> | &lt;b&gt; | &amp;lt; | <@U1>
&lt;!-- muster:summary --&gt; | <!-- muster:about --> | <!date^1^x&#124;y> | <http://e.example&#124;
<https://e.example/(a)&#124;b> | because | luckily | should have | human error | deployed
&#124; a &#124; b &#124; | &#124;---&#124;"""
BLANKS = ["\n", " ", "    ", "\t", "\x0b", "\u2028", "\u202e", "\ue000"]
hostile = st.lists(
    st.sampled_from(
        [
            *BLANKS,
            *(piece.strip().replace("&#124;", "|") for piece in re.split(r" \| |\n", PIECES)),
        ]
    ),
    max_size=14,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(hostile, hostile, hostile)
def test_nobody_forges_a_heading_a_row_html_or_a_marker(title: str, text: str, name: str) -> None:
    told = Fact(DECLARED, name, name, text, None)
    document = draft(
        Material(
            id="INC-9",
            title=title,
            severity="SEV1",
            stage="open",
            declared_at=DECLARED,
            roles=(("Incident Commander", name),),
            summary=text,
            resolution=text,
            facts=(told,),
            messages=(
                says(1, name, text, reactions=("pushpin",), files=(name,)),
                says(2, name, title, under=1),
            ),
            tasks=(Task(text, name),),
            names={"U1": name},
        )
    )

    assert list(split(document)) == SECTIONS
    prose = outside_code(document)
    headings = [line for line in prose if re.match(r" {0,3}#{1,6}(\s|$)", line)]
    assert len(headings) == 1 + len(SECTIONS) + 1  # the title, the sections, a day
    assert not [line for line in prose if re.match(r"\s*(=+|-{3,}|\*{3,}|_{3,})\s*$", line)]
    rows = [line for line in prose if line.startswith("|")]
    assert len(rows) == 12 + 3  # the header table, and one action item
    assert all(unescaped("|", row) == (3 if n < 12 else 5) for n, row in enumerate(rows))
    for line in prose:
        assert line.startswith("<!-- muster:") or unescaped("<", line) == 0, line
        assert all(url.startswith("http") for url in re.findall(r"(?<!\\)\]\((.*?)\)", line)), line
    assert "\u202e" not in document


def outside_code(document: str) -> list[str]:
    """The lines outside of code, without code spans."""
    lines, fence = [], ""
    for line in document.split("\n"):
        mark = re.match(r"\s*(`{3,})\s*$", line)
        if fence:
            fence = "" if mark and len(mark[1]) >= len(fence) else fence
        elif mark:
            fence = mark[1]
        else:
            lines.append(re.sub(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)", "", line))
    assert not fence, "a fence was left open"
    return lines


def unescaped(sign: str, line: str) -> int:
    return len(re.findall(rf"(?<!\\)(?:\\\\)*{re.escape(sign)}", line))


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(), st.text())
def test_no_text_makes_it_raise_and_all_can_be_written_as_utf_8(a: str, b: str, c: str) -> None:
    message = Message("1.0", DECLARED, a, b, c, thread_ts=c, files=(a,), reactions=("pushpin",))
    broken = Material(a, b, c, a, DECLARED, timezone=c, messages=(message,), channel_name=b)

    draft(broken).encode("utf-8")
