"""Help fits on a phone, and leaves out nothing."""

import re

import pytest

from bot.listeners.feature import Verb, Where
from bot.listeners.features import FEATURES
from bot.listeners.help_command import EXAMPLES, GROUPS, about, listing
from tests.story import POLICY

VERBS = [verb for each in FEATURES for verb in each.verbs]


@pytest.mark.parametrize("where", Where)
def test_each_verb_that_works_here_is_listed_once(where: Where) -> None:
    shown = "\n".join(listing(VERBS, where))

    for verb in VERBS:
        times = len(re.findall(rf"`(?:/incident )?{re.escape(verb.usage)}`", shown))
        assert times == (where in verb.where), verb.names[0]


@pytest.mark.parametrize("where", Where)
def test_it_fits_on_a_phone(where: Where) -> None:
    lines = listing(VERBS, where)

    assert len(lines) <= 9
    assert sum(len(line) // 44 + 1 for line in lines) <= 20, "rows of a phone"


def test_every_group_is_of_verbs_that_there_are() -> None:
    grouped = [name for names in GROUPS.values() for name in names]

    assert len(grouped) == len(set(grouped))
    assert {*grouped, *EXAMPLES} <= {verb.names[0] for verb in VERBS}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.names[0])
def test_help_with_a_verb_says_how_it_is_typed_by_any_of_its_names(verb: Verb) -> None:
    for name in verb.names:
        told = about(name, VERBS, POLICY).splitlines()

        assert told[:2] == [f"`/incident {verb.usage}`", verb.help]
        wants_words = re.search(r"[A-Z@]", verb.usage.partition("[")[0])
        assert any(line.startswith(f"Like: `/incident {verb.names[0]} ") for line in told) or (
            not wants_words
        ), "words are wanted: an example says how"


def test_what_works_anywhere_is_not_said_to_want_a_channel() -> None:
    """`private` is in no list, and answers wherever somebody asks."""
    for name in ("private", "declare"):
        assert "In an incident's channel." not in about(name, VERBS, POLICY), name
    assert "In an incident's channel." in about("merge", VERBS, POLICY)
