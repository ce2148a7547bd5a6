"""Counts the files that name an event or a subcommand: adding one touches that many.

The aim is six for an event and three for a subcommand without one. Where it isn't reached, the
current count is listed here, and may only decrease.
"""

import ast
from functools import cache

import pytest

from bot.incident.events import Decided
from bot.incident.slices import EVENTS, SLICES
from bot.listeners.features import FEATURES
from tests.platform.processes import ROOT

DECIDED = [each for each in EVENTS.values() if issubclass(each, Decided)]

EVENT_FILES = 6
SUBCOMMAND_FILES = 3

# Events named in more files, because much else depends on them; those of paging are named by each
# part of its package. No new event may be added.
MORE = {
    "Acknowledged": 11,
    "ChainEnded": 11,
    "Declared": 8,
    "Escalated": 15,
    "HandoffOffered": 7,
    "MergedInto": 9,
    "PageAnswered": 10,
    "Paged": 12,
    "Reminded": 8,
    "RoleAssigned": 12,
    "Snoozed": 7,
    "StageChanged": 11,
    "TaskAdded": 7,
    "UpdatePosted": 10,
}

# Files about several events at once, in which a new one needn't be: what can be undone, what is
# told in one message, what goes into the announcement's thread.
ACROSS = {
    "incident/announcing.py",
    "incident/folding.py",
    "incident/undoing.py",
    "incident/unmerging.py",
    "listeners/undo.py",
    "messages/announcement.py",
}

# Events with their own kind of message.
OWN_MESSAGE = {"MilestoneCorrected": "milestone", "DuplicateReported": "report"}

# Subcommands without an event, because they change nothing, with their own files.
WITHOUT_EVENT = {
    "who": {"listeners/who.py", "messages/who.py"},
    "catchup": {"listeners/catchup.py", "messages/catchup.py"},
    "list": {"listeners/listing.py", "messages/listing.py"},
}
# Files that show the same elsewhere: the welcome of a channel, and Home.
REUSED = {
    "catchup": {"listeners/channel.py"},
    "list": {"listeners/home.py", "messages/home.py"},
    "who": {"listeners/role.py", "messages/home.py"},
}
TABLES = {"listeners/features.py"}


@cache
def names() -> dict[str, frozenset[str]]:
    """By file of `bot`: all identifiers in its code, and all strings, in quotes."""
    found = {}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        tree = ast.parse(path.read_text())
        found[str(path.relative_to(ROOT / "bot"))] = frozenset(
            name for node in ast.walk(tree) for name in _names(node)
        )
    return found


def _names(node: ast.AST) -> list[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.ClassDef(name=name):
            return [name]
        case ast.alias(name=name):
            return [name.rpartition(".")[2]]
        case ast.Constant(value=str(text)):
            return [repr(text)]
        case _:
            return []


def files_with(*wanted: str) -> set[str]:
    return {file for file, inside in names().items() if inside & set(wanted)}


@pytest.mark.parametrize("event", [each.__name__ for each in DECIDED])
def test_an_event_touches_few_files(event: str) -> None:
    found = files_with(event) - ACROSS
    most = MORE.get(event, EVENT_FILES)
    assert len(found) <= most, sorted(found)
    assert event not in MORE or len(found) == most, f"lower MORE[{event!r}] to {len(found)}"


def test_only_known_events_touch_more() -> None:
    assert MORE.keys() <= {each.__name__ for each in DECIDED}
    assert min(MORE.values()) > EVENT_FILES


@pytest.mark.parametrize("event", OWN_MESSAGE)
def test_an_event_with_a_message_of_its_own_touches_few_files_too(event: str) -> None:
    """With its row in the table of renderers, but without the two files of its subcommand."""
    kind = OWN_MESSAGE[event]
    assert kind in SLICES.messages
    found = files_with(event, repr(kind)) - _of_the_subcommand(kind)
    assert "messages/render.py" in found
    assert len(found) <= EVENT_FILES, sorted(found)


def _of_the_subcommand(word: str) -> set[str]:
    return {f"listeners/{word}.py", *TABLES}


@cache
def importers() -> dict[str, frozenset[str]]:
    """By file of `bot`: the files that import it."""
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module[:4] == "bot.":
                package = node.module[4:].replace(".", "/")
                for file in (f"{package}.py", *(f"{package}/{n.name}.py" for n in node.names)):
                    found.setdefault(file, set()).add(str(path.relative_to(ROOT / "bot")))
    return {file: frozenset(those) for file, those in found.items()}


@pytest.mark.parametrize("subcommand", WITHOUT_EVENT)
def test_a_subcommand_without_event_touches_its_files_and_one_table(subcommand: str) -> None:
    """Two if its listener also renders the reply; three with a file in `messages` for that."""
    own = WITHOUT_EVENT[subcommand]
    assert subcommand in {sub.names[0] for feature in FEATURES for sub in feature.subcommands}
    tables = files_with(repr(subcommand)) & TABLES | {
        file for each in own for file in importers()[each] - own
    }
    assert tables - REUSED.get(subcommand, set()) == TABLES
    tables &= TABLES
    assert len({*own, *tables}) <= SUBCOMMAND_FILES
