"""Sentences are assigned to sections, and blaming phrases get alternatives."""

import pytest

from bot.postmortem.blame import PHRASES, flags
from bot.postmortem.evidence import TOPICS, Said, find
from tests.postmortem.checkout import DECLARED

BY_KEY = {topic.key: topic for topic in TOPICS}


def said(text: str) -> Said:
    return Said(text, "Ana", DECLARED, None)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("impact", "about 4.200 paying customers were hit"),
        ("impact", "merchants can’t check out"),
        ("cause", "It failed because the disk was full"),
        ("cause", "Root cause is the pool"),
        ("cause", "this is DUE TO v381"),
        ("well", "nice catch"),
        ("well", "the failover worked"),
        ("wrong", "we should have been paged"),
        ("wrong", "it didn’t alert"),
        ("wrong", "there is no runbook for it"),
        ("wrong", "Finding the owner took too long"),
        ("lucky", "Luckily it was night"),
        ("lucky", "good thing we had a replica"),
    ],
)
def test_a_sentence_finds_its_section_alone(key: str, sentence: str) -> None:
    found = find(BY_KEY[key], [said(f"Hello there. {sentence}. And so on.")])

    assert [quote.text for quote in found] == [f"{sentence}."]


@pytest.mark.parametrize("key", BY_KEY)
def test_words_inside_other_words_find_nothing(key: str) -> None:
    assert find(BY_KEY[key], [said("unluckily-ish because_of noalert shouldhave 20 pods")]) == ()


def test_a_sentence_said_twice_is_quoted_once() -> None:
    assert len(find(BY_KEY["lucky"], [said("Luckily!"), said("luckily!")])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "This is Bo's fault",
        "that’s your own fault",
        "who broke this?",
        "Bo is to blame",
        "they should have known",
        "plain human error",
        "a careless deploy",
        "stupid config",
        "he screwed up",
        "she forgot to tag it",
        "why didn't you test",
        "nobody bothered",
    ],
)
def test_blame_is_flagged_with_another_way_to_say_it(text: str) -> None:
    (flag,) = flags(text)

    assert flag.instead.endswith((".", "?"))


@pytest.mark.parametrize(
    "text",
    ["the default gateway", "segfault in Bo's branch", "the error rate", "git blames nothing new"],
)
def test_plain_talk_is_not_blame(text: str) -> None:
    assert [flag.words for flag in flags(text)] in ([], ["blames"])


def test_every_phrase_offers_something() -> None:
    assert all(phrase.instead.endswith((".", "?")) for phrase in PHRASES)
