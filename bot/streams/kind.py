"""Kinds of streams: their events, commands, effects and timers.

The store, the reconciler, export and import, rebuild and doctor work with kinds and know nothing
of incidents. Only the functions of a kind read its state.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from enum import Enum, StrEnum
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from bot.errors import Refused
from bot.streams.access import Grants, Verdict, closed, unseen
from bot.streams.actor import Actor
from bot.streams.delivery import Deliveries
from bot.streams.effect import Effect
from bot.streams.ids import MalformedId, StreamId, prefix_of
from bot.streams.level import FIRST
from bot.streams.record import Recorded


class State(Protocol):
    """The state of a stream of any kind. Frozen dataclasses fit it.

    `version`: the number of its events. `deliveries`: what became of its effects. `is_open`:
    whether work on it continues. `is_over`: whether only promised deliveries can still follow.
    """

    @property
    def version(self) -> int: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def is_over(self) -> bool: ...


S = TypeVar("S", bound=State)
C = TypeVar("C")
E = TypeVar("E")

Leveled = type | tuple[type, str] | Enum  # an event, a field of an event, a value of any field
OnCall = Mapping[str, Sequence[str]]  # who is on call, by schedule


class Priority(StrEnum):
    """Priority of timers: those that page somebody go before all others."""

    PAGES = "pages"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Context:
    """The input of a decision besides the state: the time, the actor, and who is on call."""

    now: datetime
    actor: Actor
    roster: OnCall = field(default_factory=dict)

    @property
    def by(self) -> str:
        """The actor as it is stored."""
        return str(self.actor)


@dataclass(frozen=True, slots=True)
class Timer(Generic[S, E]):
    """A timer. `next_due`: when it is due next, or None; `fire`: the events at `context.now`, none
    if it isn't due. Timers are computed from the state after each change, so none has to be
    cancelled."""

    name: str
    next_due: Callable[[S], datetime | None]
    fire: Callable[[S, Context], Sequence[E]]
    priority: Priority = Priority.DUE


@dataclass(frozen=True, slots=True)
class IndexChanges:
    """Changes to the store's indexes. `open`: whether the stream is open, None for no change.
    `channel`: the Slack channel that now belongs to it; `channel_name`: the name claimed for
    it. `subscribers`: who subscribed to it."""

    open: bool | None = None
    channel: str = ""
    channel_name: str = ""
    subscribers: tuple[str, ...] = ()

    def then(self, later: "IndexChanges") -> "IndexChanges":
        """Both changes, in this order."""
        return IndexChanges(
            self.open if later.open is None else later.open,
            later.channel or self.channel,
            later.channel_name or self.channel_name,
            (*self.subscribers, *later.subscribers),
        )


NO_CHANGES = IndexChanges()


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A large value that many streams share, like a frozen policy: stored once by its digest, and
    replaced by the digest in the field `field` of stored events of type `event`."""

    event: type
    field: str
    blank: object
    write: Callable[[Any], tuple[str, str]]  # its text and its digest
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, C, E]):
    """One kind of stream.

    `prefix`: of its ids. `title`: the word for one of them in texts. `events`: stored name to
    class, one to one; former stored names are in `aliases`. `commands`: the types that `decide`
    accepts. `effects`: the pending effects, most urgent first; `heavy`: the heavy ones of them, if
    they can be told without the others. `summary`: its row in lists, as
    JSON; `summary_schema`: the version of that format, raised for each change other than an
    added field; `read_row`: converts a row to the object that lists use. `begins`: whether a
    history may begin with this event. `begun`: of the effects with these keys, which began and
    aren't wanted any more, those whose outcome can still be determined. `authorize`: whether
    the actor may run the command; `may_see`: whether they may read the stream (see
    `access.py`). `levels`: what a release below that level must not ignore (see `level.py`); a
    field counts only if it differs from its default, and not at all at level `FIRST`: older
    processes may ignore it.
    """

    prefix: str
    title: str
    events: Mapping[str, type]
    commands: tuple[type, ...]
    new: Callable[[StreamId], S]
    evolve: Callable[[S, Recorded[E]], S]
    decide: Callable[[S, C, Context], Sequence[E]]
    effects: Callable[[S], Sequence[Effect]]
    timers: tuple[Timer[S, E], ...]
    summary: Callable[[S], Mapping[str, Any]]
    index: Callable[[Sequence[E]], IndexChanges]
    replay: Callable[[StreamId, Sequence[Recorded[E]]], S]
    summary_schema: int = 1
    read_row: Callable[[StreamId, Mapping[str, Any]], Any] = lambda _, fields: fields
    begins: Callable[[E], bool] = lambda _: True
    begun: Callable[[S, Collection[str]], Sequence[Effect]] = lambda _, __: ()
    heavy: Callable[[S], Sequence[Effect]] | None = None
    authorize: Callable[[Actor, C, S, Grants], Verdict] = closed
    may_see: Callable[[Actor, S], bool] = unseen
    aliases: Mapping[str, str] = field(default_factory=dict)
    shared: tuple[SharedValue, ...] = ()
    levels: Mapping[Leveled, int] = field(default_factory=dict)
    stored_as: Mapping[type, str] = field(init=False)

    def __post_init__(self) -> None:
        stored_as = {one: name for name, one in self.events.items()}
        object.__setattr__(self, "stored_as", stored_as)
        classes = list(self.events.values())
        doubled = {one.__name__ for one in classes if classes.count(one) > 1}
        if doubled:
            raise TypeError(f"{self.prefix}: stored under two names: {', '.join(sorted(doubled))}")
        names = [timer.name for timer in self.timers]
        if len(set(names)) != len(names):
            raise TypeError(f"{self.prefix}: two timers have the same name: {', '.join(names)}")
        if unknown := set(self.aliases.values()) - self.events.keys():
            missing = ", ".join(sorted(unknown))
            raise TypeError(f"{self.prefix}: aliases of unknown events: {missing}")
        for leveled in self.levels:
            self._check_leveled(leveled)

    def check_allowed(self, actor: Actor, command: C, state: S, grants: Grants) -> None:
        """Raise `Refused`, with the reason, if `actor` may not run `command` on this stream."""
        verdict = self.authorize(actor, command, state, grants)
        if not verdict.allowed:
            raise Refused(verdict.why)

    def heavy_effects(self, state: S) -> list[Effect]:
        """Those of its effects that are long work, which only workers do."""
        if self.heavy is not None:
            return list(self.heavy(state))
        return [each for each in self.effects(state) if each.heavy]

    def fire_due(self, state: S, context: Context) -> list[E]:
        """The events due by `context.now`. Every timer fires on the same state, in order."""
        return [event for timer in self.timers for event in timer.fire(state, context)]

    def next_due(self, state: S, priority: Priority | None = None) -> datetime | None:
        """When the earliest timer (of that priority) is due; None if none is."""
        wanted = (timer for timer in self.timers if priority in (None, timer.priority))
        return min(filter(None, (timer.next_due(state) for timer in wanted)), default=None)

    def stored_name(self, event: E) -> str:
        """The stored name of `event`. Raises `TypeError` for an event of another kind."""
        try:
            return self.stored_as[type(event)]
        except KeyError:
            raise TypeError(f"{self.prefix} has no event {type(event).__name__}") from None

    def requirement(self, event: E) -> tuple[int, str]:
        """The store level that `event` requires, and the part of it that requires that level:
        `DrillStarted`, `Declared.drill` or `StageChanged.stage=merged`."""
        name = self.stored_name(event)
        needs = [(self.levels.get(type(event), FIRST), name)]
        for part in fields(cast(Any, event)) if self.levels else ():
            value = getattr(event, part.name)
            if value != part.default:
                level = self.levels.get((type(event), part.name), FIRST)
                needs.append((level, f"{name}.{part.name}"))
            if isinstance(value, Enum):
                level = self.levels.get(value, FIRST)
                needs.append((level, f"{name}.{part.name}={value.value}"))
        return max(needs, key=itemgetter(0))

    def _check_leveled(self, leveled: Leveled) -> None:
        if isinstance(leveled, Enum):
            return
        event, name = leveled if isinstance(leveled, tuple) else (leveled, None)
        if event not in self.stored_as:
            raise TypeError(f"{self.prefix}: {event.__name__} has a level but isn't an event")
        defaults = {each.name: each.default for each in fields(event)}
        if name is not None and defaults.get(name, MISSING) is MISSING:
            raise TypeError(f"{self.prefix}: {event.__name__}.{name} needs a default for a level")


AnyKind = Kind[Any, Any, Any]


class UnknownKind(LookupError):
    """No kind has this prefix: the stream is from a newer Muster, or the id is wrong."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Every kind of stream that this process knows, by prefix."""

    all: tuple[AnyKind, ...]

    def __post_init__(self) -> None:
        prefixes = [kind.prefix for kind in self.all]
        if len(set(prefixes)) != len(prefixes):
            raise TypeError(f"two kinds have the same prefix: {', '.join(prefixes)}")

    def __iter__(self) -> Iterator[AnyKind]:
        return iter(self.all)

    def of(self, stream_id: StreamId) -> AnyKind:
        """The kind of a stream. Raises `UnknownKind`, also for what isn't an id."""
        try:
            prefix = prefix_of(stream_id)
        except MalformedId:
            raise UnknownKind(stream_id) from None
        for kind in self.all:
            if kind.prefix == prefix:
                return kind
        raise UnknownKind(stream_id)


def check_timers(modules: Iterable[object], asked: Collection[object]) -> None:
    """Check that every `next_due` defined by one of the `modules` is among those `asked`, so that
    no timer is forgotten.

    Raises `TypeError`, naming the module.
    """
    for module in modules:
        next_due = vars(module).get("next_due")
        if next_due is not None and next_due not in asked:
            name = getattr(module, "__name__", module)
            raise TypeError(f"{name}.next_due isn't in any kind's timers, so it would never fire")
