"""Words of buttons and of other tools, and mistyped ones."""

import pytest

from bot.listeners.features import FEATURES
from bot.listeners.help_command import about, unknown
from bot.listeners.inbound import SlashCommand
from bot.listeners.synonyms import HINTS, SYNONYMS, meaning, nearest
from tests.story import POLICY

SUBCOMMANDS = [subcommand for feature in FEATURES for subcommand in feature.subcommands]
NAMES = [name for subcommand in SUBCOMMANDS for name in subcommand.names]


def meant(text: str) -> tuple[str, str, str]:
    return meaning(SlashCommand(command="/incident", user_id="U0ANA", text=text))


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("Acknowledge!", ("ack", "", "")),
        ("mitigated rolled back", ("mitigate", "", "rolled back")),
        ("tasks", ("task", "list", "")),
        ("lead <@U0BOB|bob>", ("role", "ic", "<@U0BOB|bob>")),
        ("commander", ("role", "form ic", "")),
        ("lead INC-7", ("role", "form ic", "INC-7")),
        ("lead INC-7 me", ("role", "ic", "INC-7 me")),
        ("assign ic <@U0BOB|bob>", ("role", "", "ic <@U0BOB|bob>")),
        ("assign <@U0BOB|bob> 2", ("task", "", "<@U0BOB|bob> 2")),
        ("assign #2 <@U0BOB|bob>", ("task", "", "#2 <@U0BOB|bob>")),
        ("post-mortem", ("postmortem", "", "")),
        ("catch up INC-7", ("catchup", "", "INC-7")),
        ("take command", ("role", "form ic", "")),
        ("incident commander <@U0BOB|bob>", ("role", "ic", "<@U0BOB|bob>")),
        ("ops lead", ("role", "form ol", "")),
        ("take", ("role", "form", "")),
        ("catch me up", ("catchup", "", "")),
        ("change severity", ("severity", "", "")),
        ("take ic", ("role", "", "ic")),
        ("xyzzy", ("", "", "")),
    ],
)
def test_a_synonym_means(typed: str, means: tuple[str, str, str]) -> None:
    assert meant(typed) == means


def test_every_synonym_stands_for_a_subcommand_and_hides_none() -> None:
    for word, words in SYNONYMS.items():
        assert words.partition(" ")[0] in NAMES, word
    assert not (SYNONYMS.keys() | HINTS.keys()) & set(NAMES)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(("resolv", "resolve"), ("udpate", "update"), ("serverity", "severity")),
        *(("aknowledge", "ack"), ("comander", "role ic"), ("postmortum", "postmortem")),
        *(("helpp", "help"), ("escallate", "escalate"), ("taks", "task"), ("lsit", "list")),
    ],
)
def test_the_nearest_word_is_suggested(typed: str, name: str) -> None:
    assert f"Did you mean `/incident {name}`?" in unknown(typed, SUBCOMMANDS, POLICY).text


@pytest.mark.parametrize("typed", ["xyzzy", "banana", "inviting", "node", "security", "x"])
def test_a_word_that_is_near_none_gets_no_suggestion(typed: str) -> None:
    assert "Did you mean" not in unknown(typed, SUBCOMMANDS, POLICY).text
    assert nearest(typed, NAMES) is None


def test_help_explains_synonyms() -> None:
    assert "`/incident ack" in about("acknowledge", SUBCOMMANDS, POLICY)
    assert "`/incident page @name" in about("invite", SUBCOMMANDS, POLICY)
