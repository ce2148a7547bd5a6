"""Which messages are in the timeline, and where."""

from dataclasses import replace

import pytest

from bot.postmortem.entries import Chosen, choose
from bot.postmortem.material import Fact, Message
from bot.postmortem.relevance import ENOUGH, QUIET, points, signals
from tests.postmortem.checkout import fact, permalink, says
from tests.postmortem.regenerate import BARE


def timeline(*messages: Message, facts: tuple[Fact, ...] = ()) -> list[str]:
    """The texts of the timeline, with `>` before replies."""
    return shown(choose(replace(BARE, messages=messages, facts=facts)))


def shown(chosen: Chosen) -> list[str]:
    lines = []
    for entry in chosen.entries:
        lines.append(entry.plain)
        lines += [f"> {reply.plain}" for reply in entry.replies]
    return lines


@pytest.mark.parametrize(
    "text",
    [
        "rolled back to v3",
        "restarted the workers",
        "error rate 3 %",
        "p99 is 900ms",
        "`kubectl get pods`",
        "<https://x.example|graph>",
        "fixed it",
        "lots of 502s",
        "Decision: we wait",
        "update: still looking",
        "because of the disk",
        "luckily nobody saw",
        "x" * 200,
    ],
)
def test_relevant_messages_are_in_the_timeline(text: str) -> None:
    assert points(says(1, "Ana", text)) >= ENOUGH, signals(says(1, "Ana", text))


def test_where_little_was_written_every_sentence_matters() -> None:
    plain = "The deploy of 14:02 broke it"
    small = says(1, "Ana", plain)
    busy = tuple(says(n, "Bo", "hm, let me see") for n in range(2, 2 + QUIET))

    assert timeline(small) == [plain]
    assert plain not in timeline(small, *busy)


@pytest.mark.parametrize(
    "text",
    ["ok", "thanks!", ":eyes:", "on it :eyes: :eyes:", "+1", "hm?", "anyone?", "yes, agreed", "…"],
)
def test_small_talk_is_left_out_but_counted(text: str) -> None:
    chosen = choose(replace(BARE, messages=(says(1, "Ana", text),)))

    assert (chosen.entries, chosen.left_out) == ((), 1)


def test_a_pin_or_a_file_makes_any_message_matter() -> None:
    assert timeline(
        says(1, "Ana", "hm", reactions=(":pushpin:",)),
        says(2, "Ana", "", files=("graph.png",)),
        says(3, "Ana", "hm", reactions=("eyes",)),
    ) == ["hm", ""]


def test_replies_to_what_matters_are_under_it_without_the_nods() -> None:
    assert timeline(
        says(1, "Ana", "rolled back"),
        says(2, "Bo", "is it any better?", under=1),
        says(3, "Ana", "deployed v4"),
        says(4, "Ana", "thanks", under=1),
    ) == ["rolled back", "> is it any better?", "deployed v4"]


def test_a_reply_that_matters_brings_its_root() -> None:
    assert timeline(says(1, "Ana", "hm"), says(2, "Bo", "root cause found", under=1)) == [
        "hm",
        "> root cause found",
    ]


def test_a_reply_whose_root_is_gone_stands_for_itself() -> None:
    assert timeline(says(2, "Bo", "root cause found", under=1)) == ["root cause found"]


def test_a_reply_also_sent_to_the_channel_is_there_once() -> None:
    reply = says(2, "Bo", "root cause found", under=1)

    assert timeline(says(1, "Ana", "deployed"), reply, reply) == ["deployed", "> root cause found"]


def test_the_bots_message_is_left_out_when_the_record_says_it() -> None:
    told = fact(1, "Ana", "update", "All shops are down")
    chosen = choose(
        replace(
            BARE,
            facts=(told,),
            messages=(
                says(1.1, "Muster", "*Update*: all shops are _down_!", is_bot=True),
                says(30, "Muster", "*Update*: all shops are down, 503", is_bot=True),
            ),
        )
    )

    assert shown(chosen) == [told.text, "*Update*: all shops are down, 503".replace("*", "")]
    assert (chosen.said_by_the_bot, chosen.left_out) == (1, 0)


def test_answers_to_the_bots_message_are_under_the_fact() -> None:
    told = fact(1, "Ana", "update", "Down", linked=True)

    assert timeline(
        says(1, "Muster", "anything", is_bot=True),
        says(2, "Bo", "is that all shops?", under=1),
        facts=(told,),
    ) == ["Down", "> is that all shops?"]


def test_another_bots_alert_is_in_the_timeline() -> None:
    assert timeline(says(1, "Alertmanager", "[FIRING] 5xx above 3 %", is_bot=True)) != []


def test_a_noted_message_is_there_once_as_it_reads_now() -> None:
    told = fact(1, "Bo", "note", "limit was 20", linked=True)
    chosen = choose(
        replace(BARE, facts=(told,), messages=(says(1, "Bo", "limit was 200", edited=True),))
    )

    (entry,) = chosen.entries
    assert (entry.kind, entry.plain, entry.edited) == ("note", "limit was 200", True)


def test_a_fact_with_words_of_its_own_stays_beside_its_message() -> None:
    told = Fact(says(1, "", "").at, "Ana", "note", "Bo found the limit", permalink(1))

    assert timeline(says(1, "Bo", "hm"), facts=(told,)) == ["Bo found the limit"]


def test_facts_are_never_left_out() -> None:
    facts = tuple(fact(minute, "Muster", "nag", "ok") for minute in range(5))

    assert timeline(facts=facts) == ["ok"] * 5


def test_facts_precede_messages_of_the_same_moment() -> None:
    assert timeline(says(1, "Ana", "deployed"), facts=(fact(1, "Ana", "stage", "x"),)) == [
        "x",
        "deployed",
    ]


def test_a_log_is_cut_and_its_code_stays_closed() -> None:
    (entry,) = choose(
        replace(BARE, messages=(says(1, "Ana", "```" + "line\n" * 1000 + "```"),))
    ).entries

    assert entry.markdown.count("```") == 2
    assert entry.markdown.endswith("… (goes on)")
    assert len(entry.markdown) < 2000


def test_a_note_of_another_number_is_not_the_messages_own() -> None:
    told = fact(1, "Bo", "note", "limit was 20", linked=True)

    assert timeline(says(1, "Bo", "limit was 200"), facts=(told,)) == [
        "limit was 20",
        "limit was 200",
    ]


def test_answers_to_the_bot_survive_when_the_author_wrote_it_too() -> None:
    told = fact(1, "Ana", "note", "pool limit was 200", linked=True)

    assert timeline(
        says(1, "Ana", "pool limit was 200"),
        says(1.2, "Muster", "Noted: pool limit was 200", is_bot=True),
        says(2, "Bo", "and 100 before, rolled back", under=1.2),
        facts=(told,),
    ) == ["pool limit was 200", "and 100 before, rolled back"]
