"""What Muster knows, as its own registries list it; and a check that a list of cases covers it.

A test that needs one case for each command, event, message kind, subcommand, button or form takes
the names from here. A new one without a case fails `tests/test_registry.py`, which names it and
the file where its case belongs.
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
    """The class of every command that the core decides, by its name."""
    return {each.__name__: each for each in RULES.commands}


def decided() -> dict[str, type[Event]]:
    """The class of every event that a person or the clock causes, by its stored name."""
    return {name: each for name, each in EVENTS.items() if issubclass(each, Decided)}


def delivered() -> dict[str, type[Event]]:
    """The class of every event that tells what Slack shows or has said, by its stored name."""
    return {name: each for name, each in EVENTS.items() if issubclass(each, Delivered)}


def subcommands() -> list[str]:
    """What may follow `/incident`, in the order of `help`; of each its first name."""
    return [subcommand.names[0] for feature in FEATURES for subcommand in feature.subcommands]


def buttons() -> dict[str, Listener]:
    """Listeners by `action_id`."""
    return {name: heard for feature in FEATURES for name, heard in feature.buttons.items()}


def forms() -> dict[str, Listener]:
    """Listeners by the `callback_id` of what is submitted."""
    return {name: heard for feature in FEATURES for name, heard in feature.submissions.items()}


def shortcuts() -> dict[str, Listener]:
    """Listeners by `callback_id`: in the search field, and in a message's menu."""
    everywhere = {name: heard for feature in FEATURES for name, heard in feature.shortcuts.items()}
    menus = {name: heard for one in FEATURES for name, heard in one.message_shortcuts.items()}
    return everywhere | menus


def slack_events() -> set[str]:
    """The types of the Slack events that a feature follows."""
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
    """The subcommands that these lines begin with, each under its first name.

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
    """Every known thing has a case, or stands in `without` with the reason why it needs none.

    `what` names one of the things, `where` the list that lacks it. Raises `AssertionError` also
    for what stands in `without` and has a case or isn't known any more.
    """
    excused = without or {}
    missing = [each for each in known if each not in cases and each not in excused]
    assert not missing, f"no case for the {what} {', '.join(missing)}: add it to {where}"
    idle = [each for each in excused if each in cases or each not in known]
    assert not idle, f"{', '.join(idle)} needs no excuse: take it out of the excuses for {where}"
