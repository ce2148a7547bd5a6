"""A slice is one feature of a kind: its events, its commands and its kinds of message.

For each event it says how the state changes, which messages follow and how it reads in the
timeline; for each command, what is decided. The central functions of a kind only look up the rule:
a new event is a new rule in its slice and nothing elsewhere.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import reduce
from typing import Any, Generic, TypeVar

from bot.streams.effect import Effect
from bot.streams.event import Command, Decided, Delivered, Event
from bot.streams.kind import NO_CHANGES, Context, IndexChanges
from bot.streams.message import MessageKind, OutboundMessage
from bot.streams.record import Recorded

S = TypeVar("S")
E = TypeVar("E", bound=Event)
C = TypeVar("C", bound=Command)


class Until(IntEnum):
    """Until when a command is possible."""

    OVER = 1  # while the stream is open, or resolved
    MERGED = 2  # also when it is over, but not when it continues as another stream
    NEVER = 3  # always possible


@dataclass(frozen=True, slots=True)
class Line:
    """An event in the timeline. `key`: of the message that announced it; empty if none did.
    `quoted`: the end of `text` that a person wrote; before it, `<@U0ANA>` is a mention of ours.
    """

    kind: str
    text: str
    key: str = ""
    quoted: str = ""


def because(what: str, why: str) -> str:
    """An event and its reason, if there is one."""
    return f"{what}: {why}" if why else what


def unchanged(state: S, recorded: object) -> S:
    """The event changes nothing that is kept beside the history."""
    return state


def no_messages(state: object, recorded: object) -> Iterable[OutboundMessage]:
    """No message follows from the event."""
    return ()


def nothing(state: object) -> Iterable[Any]:
    """Nothing is wanted beside the messages of the events."""
    return ()


def no_changes(event: object) -> IndexChanges:
    """The event changes no index."""
    return NO_CHANGES


def at_once(recorded: Recorded[Any]) -> datetime:
    """The messages about a person's action are due when it happens."""
    return recorded.at


@dataclass(frozen=True, slots=True)
class EventRule(Generic[S, E]):
    """The rule of an event. `stored_as`: its stored name, which never changes; the class may be
    renamed. `evolve`: the state after it. `messages`: what follows from it, in order, posted or
    not. `line`: how it reads in the timeline; None, also as its result, if it doesn't stand there.
    `due`: since when its messages were due. `is_progress`: whether it shows that somebody is
    working on it. `index`: what it changes in the store's indexes.
    """

    event: type[E]
    stored_as: str
    evolve: Callable[[S, Recorded[E]], S] = unchanged
    messages: Callable[[S, Recorded[E]], Iterable[OutboundMessage]] = no_messages
    line: Callable[[S, Recorded[E]], Line | None] | None = None
    due: Callable[[Recorded[E]], datetime] = at_once
    is_progress: bool = False
    index: Callable[[E], IndexChanges] = no_changes


@dataclass(frozen=True, slots=True)
class CommandRule(Generic[S, C]):
    """The rule of a command. `decide`: the events that follow, none if nothing changes; it
    raises `Refused` if the command isn't possible. `until`: as long as it is considered at all.
    `always`: people may also give it to a full stream, because it ends something or can't wait.
    """

    command: type[C]
    decide: Callable[[S, C, Context], Sequence[Event]]
    until: Until = Until.OVER
    always: bool = False


@dataclass(frozen=True, slots=True)
class Slice(Generic[S]):
    """One feature. `besides`: messages that follow from the state and not from one event of the
    slice. `effects`: what else is wanted outside, done or not.
    """

    name: str
    events: tuple[EventRule[S, Any], ...] = ()
    commands: tuple[CommandRule[S, Any], ...] = ()
    messages: tuple[MessageKind, ...] = ()
    besides: Callable[[S], Iterable[OutboundMessage]] = nothing
    effects: Callable[[S], Iterable[Effect]] = nothing


class Slices(Generic[S]):
    """All features of a kind: the rule of each event and of each command.

    Raises `TypeError` if two rules are for the same event or command, or if two kinds of message
    or two stored names are the same.
    """

    def __init__(self, *slices: Slice[S]) -> None:
        events = [rule for each in slices for rule in each.events]
        commands = [rule for each in slices for rule in each.commands]
        kinds = [kind for each in slices for kind in each.messages]
        _check_unique("two rules for the event", [rule.event.__name__ for rule in events])
        _check_unique("two events are stored as", [rule.stored_as for rule in events])
        _check_unique("two rules for the command", [rule.command.__name__ for rule in commands])
        _check_unique("two kinds of message are called", [kind.name for kind in kinds])
        self.events: Mapping[type, EventRule[S, Any]] = {rule.event: rule for rule in events}
        self.commands: Mapping[type, CommandRule[S, Any]] = {
            rule.command: rule for rule in commands
        }
        self.messages: Mapping[str, MessageKind] = {kind.name: kind for kind in kinds}
        self.slices = slices

    def index(self, events: Iterable[Event]) -> IndexChanges:
        """The changes that these events make to the store's indexes."""
        changes = (self.events[type(event)].index(event) for event in events)
        return reduce(IndexChanges.then, changes, NO_CHANGES)

    def besides(self, state: S) -> Iterator[OutboundMessage]:
        """The messages that follow from the state, feature by feature."""
        for each in self.slices:
            yield from each.besides(state)

    def effects(self, state: S) -> Iterator[Effect]:
        """The effects wanted beside messages, feature by feature, done or not."""
        for each in self.slices:
            yield from each.effects(state)

    def check_covered(self, modules: Iterable[object]) -> None:
        """Each event, command and kind of message that one of the `modules` defines has a rule.

        Raises `TypeError` that names what hasn't: it would be stored, or asked, in vain.
        """
        for module in modules:
            for name, found in list(vars(module).items()):
                if isinstance(found, MessageKind) and found not in self.messages.values():
                    raise TypeError(f"no slice lists the message kind {found.name} ({name})")
                if isinstance(found, type) and found not in _BASES:
                    if issubclass(found, Event) and found not in self.events:
                        raise TypeError(f"no slice has a rule for the event {found.__name__}")
                    if issubclass(found, Command) and found not in self.commands:
                        raise TypeError(f"no slice has a rule for the command {found.__name__}")


_BASES = (Event, Decided, Delivered, Command)


def _check_unique(problem: str, names: Collection[str]) -> None:
    doubled = sorted({name for name in names if list(names).count(name) > 1})
    if doubled:
        raise TypeError(f"slices: {problem} {', '.join(doubled)}")
