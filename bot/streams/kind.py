"""A kind of stream: what can happen to it, what follows, what comes due.

The store, the reconciler, export and import, rebuild and doctor know kinds, not incidents. Only
the functions of a kind look into its state.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from enum import Enum, StrEnum
from operator import itemgetter
from typing import Any, Generic, TypeVar, cast

from bot.errors import Refused
from bot.streams.access import Grants, Verdict, closed, unseen
from bot.streams.actor import Actor
from bot.streams.delivery import Deliveries
from bot.streams.effect import Effect
from bot.streams.ids import MalformedId, StreamId, prefix_of
from bot.streams.level import FIRST
from bot.streams.record import Recorded

S = TypeVar("S")
C = TypeVar("C")
E = TypeVar("E")

Leveled = type | tuple[type, str] | Enum  # an event, a field of an event, a value of any field
OnCall = Mapping[str, Sequence[str]]  # who is on call, by schedule


class Priority(StrEnum):
    """Which wake-ups go first: those that page somebody, before all else that is due."""

    PAGES = "pages"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may know besides the state: the time, who asks, who is on call."""

    now: datetime
    actor: Actor
    roster: OnCall = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timer(Generic[S, E]):
    """Something that comes due. `next_due`: when next, None while nothing is; `fire`: what
    happens at `context.now`, nothing if it isn't time. A timer is asked again after each change,
    so there is nothing to cancel."""

    name: str
    next_due: Callable[[S], datetime | None]
    fire: Callable[[S, Context], Sequence[E]]
    priority: Priority = Priority.DUE


@dataclass(frozen=True, slots=True)
class IndexChanges:
    """What events change in the store's indexes. `open`: whether the stream is among the open
    ones, None for no change. `channel`: the Slack channel that leads to it from now on;
    `channel_name`: the name that was claimed for it."""

    open: bool | None = None
    channel: str = ""
    channel_name: str = ""


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value of an event that is large and the same in many streams: it is kept once, under its
    digest, and travels by it. `field`: of the events of type `event`."""

    event: type
    field: str
    blank: object
    write: Callable[[Any], tuple[str, str]]  # its text and its digest
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, C, E]):
    """One kind of stream.

    `prefix`: of its ids. `title`: what people call one. `events`: stored name to class, one to
    one; what was once stored under another name stands in `aliases`. `commands`: the types that
    `decide` takes. `effects`: wanted and not done yet, the most urgent first. `summary`: its row
    in lists, as JSON has it; `summary_schema`: which form of it, a higher number for each change
    that is more than another field; `read_row`: what lists work with, made of it. `is_open`:
    whether work on it goes on. `is_over`: whether nothing more will come of it but what was
    promised. `begins`: whether a history may begin with this event. `begun`: the effects of
    these keys that were begun, aren't wanted any more, and whose outcome can still be found out.
    `authorize`: whether the actor may ask the command of the stream; `may_see`: whether they may
    read it. See `access.py`. `levels`: what a release before that level must not ignore (see
    `level.py`); a field counts where it differs from its default.
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
    version: Callable[[S], int]
    deliveries: Callable[[S], Deliveries]
    is_open: Callable[[S], bool]
    is_over: Callable[[S], bool]
    replay: Callable[[StreamId, Sequence[Recorded[E]]], S]
    summary_schema: int = 1
    read_row: Callable[[StreamId, Mapping[str, Any]], Any] = lambda _, fields: fields
    begins: Callable[[E], bool] = lambda _: True
    begun: Callable[[S, Collection[str]], Sequence[Effect]] = lambda _, __: ()
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
            raise TypeError(f"{self.prefix}: two timers have one name: {', '.join(names)}")
        if unknown := set(self.aliases.values()) - self.events.keys():
            raise TypeError(f"{self.prefix}: aliases of no event: {', '.join(sorted(unknown))}")
        for leveled in self.levels:
            self._check_leveled(leveled)

    def check_allowed(self, actor: Actor, command: C, state: S, grants: Grants) -> None:
        """Raises `Refused`, with the reason, if `actor` may not ask `command` of this stream."""
        verdict = self.authorize(actor, command, state, grants)
        if not verdict.allowed:
            raise Refused(verdict.why)

    def heavy_effects(self, state: S) -> list[Effect]:
        """Those of its effects that are long work, which only workers do."""
        return [each for each in self.effects(state) if each.heavy]

    def fire_due(self, state: S, context: Context) -> list[E]:
        """What has come due by `context.now`: every timer fires on the same state, in order."""
        return [event for timer in self.timers for event in timer.fire(state, context)]

    def next_due(self, state: S, priority: Priority | None = None) -> datetime | None:
        """When the earliest timer (of that priority) is due; None if none will be."""
        wanted = (timer for timer in self.timers if priority in (None, timer.priority))
        return min(filter(None, (timer.next_due(state) for timer in wanted)), default=None)

    def stored_name(self, event: E) -> str:
        """The name that `event` is stored under. Raises `TypeError` for one of another kind."""
        try:
            return self.stored_as[type(event)]
        except KeyError:
            raise TypeError(f"{self.prefix} has no event {type(event).__name__}") from None

    def requirement(self, event: E) -> tuple[int, str]:
        """The level that a store needs before `event` may be written, and what of it needs that:
        `DrillStarted`, `Declared.drill` or `StageChanged.stage=merged`."""
        name = self.stored_name(event)
        needs = [(self.levels.get(type(event), FIRST), name)]
        for each in fields(cast(Any, event)) if self.levels else ():
            value = getattr(event, each.name)
            if value != each.default:
                level = self.levels.get((type(event), each.name), FIRST)
                needs.append((level, f"{name}.{each.name}"))
            if isinstance(value, Enum):
                level = self.levels.get(value, FIRST)
                needs.append((level, f"{name}.{each.name}={value.value}"))
        return max(needs, key=itemgetter(0))

    def _check_leveled(self, leveled: Leveled) -> None:
        if isinstance(leveled, Enum):
            return
        event, name = leveled if isinstance(leveled, tuple) else (leveled, None)
        if event not in self.stored_as:
            raise TypeError(f"{self.prefix}: a level for {event.__name__}, which is no event")
        defaults = {each.name: each.default for each in fields(event)}
        if name is not None and defaults.get(name, MISSING) is MISSING:
            raise TypeError(f"{self.prefix}: {event.__name__}.{name} needs a default for a level")


AnyKind = Kind[Any, Any, Any]


class UnknownKind(LookupError):
    """No kind has this prefix: a newer Muster wrote it, or nobody did."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Every kind of stream that this process knows, by prefix."""

    all: tuple[AnyKind, ...]

    def __post_init__(self) -> None:
        prefixes = [kind.prefix for kind in self.all]
        if len(set(prefixes)) != len(prefixes):
            raise TypeError(f"two kinds have one prefix: {', '.join(prefixes)}")

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
    """Each `next_due` that one of the `modules` defines is among those that are `asked`; what it
    says would never wake anybody else.

    Raises `TypeError` that names the module.
    """
    for module in modules:
        next_due = vars(module).get("next_due")
        if next_due is not None and next_due not in asked:
            name = getattr(module, "__name__", module)
            raise TypeError(f"{name}.next_due is in no kind's timers: nobody would ask it")
