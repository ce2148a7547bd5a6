"""The help is complete, and fits on a phone."""

import re

import pytest

from bot.listeners.feature import Feature, Group, Subcommand, Where
from bot.listeners.features import FEATURES
from bot.listeners.help_command import about, listing
from tests.story import POLICY

SUBCOMMANDS = [subcommand for feature in FEATURES for subcommand in feature.subcommands]


@pytest.mark.parametrize("where", Where)
def test_each_subcommand_that_works_here_is_listed_once(where: Where) -> None:
    shown = "\n".join(listing(SUBCOMMANDS, where))

    for subcommand in SUBCOMMANDS:
        times = len(re.findall(rf"`(?:/incident )?{re.escape(subcommand.usage)}`", shown))
        assert times == (where in subcommand.where), subcommand.names[0]


@pytest.mark.parametrize("where", Where)
def test_it_fits_on_a_phone(where: Where) -> None:
    lines = listing(SUBCOMMANDS, where)

    assert len(lines) <= 9
    assert sum(len(line) // 44 + 1 for line in lines) <= 20, "rows of a phone"


def test_a_subcommand_that_help_cannot_list_or_explain_is_refused() -> None:
    feature = Feature()
    with pytest.raises(TypeError, match="subcommand toy needs a group"):
        feature.subcommand("toy", usage="toy", help="Play.")
    with pytest.raises(TypeError, match="subcommand toy takes words, so it needs an example"):
        feature.subcommand("toy", usage="toy TEXT", help="Play.", group=Group.SAY)
    feature.subcommand("toy", usage="toy [TEXT]", help="Play.", group=Group.SAY)
    feature.subcommand("toy", usage="toy", help="Play.", where=set())


@pytest.mark.parametrize("subcommand", SUBCOMMANDS, ids=lambda subcommand: subcommand.names[0])
def test_help_with_a_subcommand_says_how_it_is_typed_by_any_of_its_names(
    subcommand: Subcommand,
) -> None:
    for name in subcommand.names:
        told = about(name, SUBCOMMANDS, POLICY).splitlines()

        assert told[:2] == [f"`/incident {subcommand.usage}`", subcommand.help]
        wants_words = re.search(r"[A-Z@]", subcommand.usage.partition("[")[0])
        assert any(
            line.startswith(f"Example: `/incident {subcommand.names[0]} ") for line in told
        ) or (not wants_words), "words are wanted: an example says how"


def test_help_for_commands_without_a_place_names_none() -> None:
    """`private` isn't listed, and answers anywhere."""
    for name in ("private", "declare"):
        assert "Works in an incident channel." not in about(name, SUBCOMMANDS, POLICY), name
    assert "Works in an incident channel." in about("merge", SUBCOMMANDS, POLICY)
    anywhere = "Works in an incident channel, or anywhere with the incident's number"
    assert f"{anywhere}: `/incident page INC-7`." in about("page", SUBCOMMANDS, POLICY)
