"""Words that aren't a command: a title, or a mistyped command."""

import pytest

from bot.listeners.features import FEATURES
from bot.listeners.no_command import begins_like_a_declaration
from bot.listeners.synonyms import nearest
from tests.story import POLICY

NAMES = {name for each in FEATURES for sub in each.subcommands for name in sub.names}

TITLES = [
    "checkout",
    "payments",
    "database",
    "search-api",
    "login",
    "everything",
    "security",
    "server",
    "node",
    "cache",
    "slack",
    "alarms",
    "lost",
    "customers",
    "the",
    "🔥",
    "<@U0BOB>",
    "api",
    "https://example.com",
    "платёжка",
    "決済",
    "disk",
    "backend",
]

MISTYPED = [
    "declar",
    "updte",
    "udpate",
    "reslove",
    "resolv",
    "serverity",
    "severty",
    "hanodff",
    "postmotem",
    "timline",
    "milstone",
    "snoze",
    "cancle",
    "reopn",
    "mitgate",
    "closee",
    "statu",
    "nte",
    "noet",
    "merg",
    "lits",
    "Declaer",
    "*updaet*",
]


@pytest.mark.parametrize("word", TITLES)
def test_the_first_word_of_a_title_resembles_no_command(word: str) -> None:
    assert nearest(word, NAMES) is None


@pytest.mark.parametrize("word", MISTYPED)
def test_a_mistyped_command_is_recognized(word: str) -> None:
    assert nearest(word, NAMES) is not None


@pytest.mark.parametrize(
    "text",
    [
        "sev1 Checkout is down",
        "SEV-1 Checkout is down",
        "sev 1 Checkout is down",
        "severity 0 Checkout is down",
        "(P0) Checkout is down",
        "critical: checkout is down",
        "private Ada's laptop is gone",
        "privat sev1 Ada's laptop is gone",
        ":lock: private Ada's laptop is gone",
        "sev9 Checkout is down",
    ],
)
def test_a_severity_or_private_first_begins_a_declaration(text: str) -> None:
    assert begins_like_a_declaration(text, POLICY)


@pytest.mark.parametrize(
    "text",
    ["sev1", "sev 1", "private", "severity sev1 worse", "sev critical", "page 7", "INC-7 x"],
)
def test_other_words_do_not(text: str) -> None:
    assert not begins_like_a_declaration(text, POLICY)
