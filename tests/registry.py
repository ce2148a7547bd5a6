"""Lists everything in Muster's own registries, and checks that a list of cases covers it.

A test that needs a case for each command, event, message kind, subcommand, button or form takes
the names from here. `tests/test_registry.py` fails for a new one without a case, naming it and
the file where the case belongs.
"""

from collections.abc import Collection, Iterable, Mapping

from bot.incident.decide import RULES
from bot.incident.events import Decided, Delivered, Event
from bot.incident.slices import EVENTS
from bot.listeners.feature import Listener
from bot.listeners.features import FEATURES
from bot.messages.render import RENDERERS
from bot.streams.effect import EffectDefaults
from bot.streams.event import Command


def commands() -> dict[str, type[Command]]:
    """All command classes, by name."""
    return {command.__name__: command for command in RULES.commands}


def decided() -> dict[str, type[Event]]:
    """All event classes caused by people or the clock, by stored name."""
    return {name: event for name, event in EVENTS.items() if issubclass(event, Decided)}


def delivered() -> dict[str, type[Event]]:
    """All delivery event classes, by stored name."""
    return {name: event for name, event in EVENTS.items() if issubclass(event, Delivered)}


def subcommands() -> list[str]:
    """The first names of all subcommands, in the order of `help`."""
    return [subcommand.names[0] for feature in FEATURES for subcommand in feature.subcommands]


def buttons() -> dict[str, Listener]:
    """Listeners, by `action_id`."""
    return {name: heard for feature in FEATURES for name, heard in feature.buttons.items()}


def forms() -> dict[str, Listener]:
    """Listeners, by the form's `callback_id`."""
    return {name: heard for feature in FEATURES for name, heard in feature.submissions.items()}


def shortcuts() -> dict[str, Listener]:
    """Listeners of global and message shortcuts, by `callback_id`."""
    everywhere = {name: heard for feature in FEATURES for name, heard in feature.shortcuts.items()}
    menus = {name: heard for one in FEATURES for name, heard in one.message_shortcuts.items()}
    return everywhere | menus


def slack_events() -> set[str]:
    """The types of Slack events with a listener."""
    return {name.partition(".")[0] for feature in FEATURES for name in feature.events}


def message_kinds() -> set[str]:
    return set(RENDERERS)


def heavy_effects() -> dict[str, type]:
    """The class of every effect of ours that only workers do, by its name."""
    return {
        each.__name__: each
        for each in EffectDefaults.__subclasses__()
        if each.heavy is not EffectDefaults.heavy and each.__module__.startswith("bot.")
    }


def first_words(lines: Iterable[str]) -> set[str]:
    """The first names of the subcommands that these lines begin with.

    >>> sorted(first_words(["sev sev0 worse", "role ic", ""]))
    ['role', 'severity']
    """
    names = {
        name: v.names[0] for feature in FEATURES for v in feature.subcommands for name in v.names
    }
    return {names.get(word, word) for line in lines for word in line.split()[:1]}


def assert_covered(
    known: Collection[str],
    cases: Collection[str],
    *,
    what: str,
    where: str,
    without: Mapping[str, str] | None = None,
) -> None:
    """Check that everything known has a case, or is in `without` with a reason.

    `what`: the word for one of them; `where`: the list that should have it. Raises
    `AssertionError`, also for an entry in `without` that has a case or isn't known any more.
    """
    excused = without or {}
    missing = [each for each in known if each not in cases and each not in excused]
    assert not missing, f"no case for the {what} {', '.join(missing)}: add it to {where}"
    idle = [each for each in excused if each in cases or each not in known]
    assert not idle, f"{', '.join(idle)} needs no excuse: take it out of the excuses for {where}"
