"""The toy kinds: a toy is wound up and rings when it is due; a doll gets commands from toys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from bot.errors import Refused
from bot.streams.actor import parse_actor
from bot.streams.delivery import DELIVERY_EVENTS, Deliveries, DeliveryEvent, follow
from bot.streams.effect import Effect, EffectDefaults, Guarantee
from bot.streams.ids import StreamId
from bot.streams.kind import Context, IndexChanges, Kind, Kinds, Priority, Timer
from bot.streams.record import Recorded
from bot.streams.tell import New, Tell, undelivered

ANOTHER = "NEW"  # the target of a command that creates a doll
THE_END = "the end"
POISON = "poison"  # a toy that rings like this raises when its effects are computed


@dataclass(frozen=True, slots=True)
class Ring(EffectDefaults):
    """Ring once. `how`: the value of a guarantee."""

    number: int
    how: str

    @property
    def key(self) -> str:
        return f"ring:{self.number}"

    @property
    def digest(self) -> str:
        return "rung"

    @property
    def guarantee(self) -> Guarantee:
        return Guarantee(self.how)


@dataclass(frozen=True, slots=True)
class Engrave(EffectDefaults):
    """Engrave a text, which takes long."""

    text: str

    @property
    def key(self) -> str:
        return f"engrave:{self.text}"

    @property
    def digest(self) -> str:
        return "engraved"

    @property
    def heavy(self) -> bool:
        return True


def _engravings(texts: Sequence[str], deliveries: Deliveries) -> list[Effect]:
    settled = deliveries.shown.keys() | deliveries.failed.keys()
    return [each for each in map(Engrave, texts) if each.key not in settled]


# --- a toy ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wound:
    """It rings at `rings_at`; at once it sends commands to dolls: `DOLL-1 a text`, or `NEW a
    text`. The `engravings` are made on it."""

    rings_at: datetime | None
    how: str
    tells: tuple[str, ...] = ()
    engravings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rang:
    due: datetime


ToyEvent = Wound | Rang | DeliveryEvent


@dataclass(frozen=True, slots=True)
class Wind:
    """`minutes`: until it rings; None: it doesn't ring."""

    minutes: int | None = None
    how: str = Guarantee.IDEMPOTENT
    tells: tuple[str, ...] = ()
    engravings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Toy:
    id: StreamId
    version: int = 0
    wound: tuple[Recorded[Wound], ...] = ()
    rings_at: datetime | None = None
    rung: tuple[int, ...] = ()
    deliveries: Deliveries = field(default_factory=Deliveries)

    @property
    def is_open(self) -> bool:
        return self.rings_at is not None

    @property
    def is_over(self) -> bool:
        return self.rings_at is None


def _evolve_toy(toy: Toy, recorded: Recorded[Any]) -> Toy:
    toy = replace(toy, version=recorded.seq)
    match recorded.event:
        case Wound(rings_at) as event:
            wound = Recorded(event, recorded.at, recorded.by, recorded.seq)
            return replace(toy, wound=(*toy.wound, wound), rings_at=rings_at)
        case Rang():
            return replace(toy, rings_at=None, rung=(*toy.rung, recorded.seq))
        case _:
            return replace(toy, deliveries=follow(toy.deliveries, recorded))


def _decide_toy(toy: Toy, command: Wind, context: Context) -> Sequence[ToyEvent]:
    if command.minutes is not None and command.minutes < 0:
        raise Refused("A toy rings later, not before.")
    minutes = command.minutes
    rings_at = None if minutes is None else context.now + timedelta(minutes=minutes)
    return [Wound(rings_at, command.how, command.tells, command.engravings)]


def _rings(toy: Toy) -> list[Ring]:
    how = toy.wound[-1].event.how if toy.wound else ""
    if how == POISON:
        raise ZeroDivisionError
    return [Ring(seq, how) for seq in toy.rung]


def _toy_effects(toy: Toy) -> list[Effect]:
    settled = toy.deliveries.shown.keys() | toy.deliveries.failed.keys()
    rings: list[Effect] = [each for each in _rings(toy) if each.key not in settled]
    texts = [text for wound in toy.wound for text in wound.event.engravings]
    engravings = _engravings(texts, toy.deliveries)
    return [*engravings, *rings, *undelivered(_tells(toy), toy.deliveries)]


def _tells(toy: Toy) -> list[Tell]:
    found = []
    for wound in toy.wound:
        for number, line in enumerate(wound.event.tells, start=1):
            target, _, text = line.partition(" ")
            to = New(DOLL.prefix) if target == ANOTHER else target
            by = parse_actor(wound.by)
            found.append(Tell(to, Play(text), f"{number}", by, wound.at, toy.id, wound.seq))
    return found


def _begun(toy: Toy, keys: Collection[str]) -> list[Effect]:
    return [each for each in _rings(toy) if each.key in keys]


def _ring(toy: Toy, context: Context) -> list[ToyEvent]:
    due = toy.rings_at is not None and toy.rings_at <= context.now
    return [Rang(toy.rings_at)] if due and toy.rings_at else []


TOY: Kind[Toy, Wind, ToyEvent] = Kind(
    prefix="TOY",
    title="toy",
    events={"Wound": Wound, "Rang": Rang, **DELIVERY_EVENTS},
    commands=(Wind,),
    new=Toy,
    evolve=_evolve_toy,
    decide=_decide_toy,
    effects=_toy_effects,
    timers=(Timer("ring", lambda toy: toy.rings_at, _ring, Priority.PAGES),),
    summary=lambda toy: {"wound": str(len(toy.wound))},
    index=lambda events: IndexChanges(open=_is_open(events)),
    replay=lambda toy_id, history: reduce(_evolve_toy, history, Toy(toy_id)),
    begins=lambda event: isinstance(event, Wound),
    begun=_begun,
)


def _is_open(events: Sequence[ToyEvent]) -> bool | None:
    found = None
    for event in events:
        match event:
            case Wound(rings_at):
                found = rings_at is not None
            case Rang():
                found = False
            case _:
                pass
    return found


# --- a doll --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Played:
    text: str


DollEvent = Played | DeliveryEvent


@dataclass(frozen=True, slots=True)
class Play:
    """`bad` is refused, and everything after the end; something already played changes nothing.
    Texts in capitals are engraved, too."""

    text: str


@dataclass(frozen=True, slots=True)
class Doll:
    id: StreamId
    version: int = 0
    played: tuple[str, ...] = ()
    deliveries: Deliveries = field(default_factory=Deliveries)
    is_open: bool = False
    is_over: bool = True


@dataclass(frozen=True, slots=True)
class Sing(EffectDefaults):
    """The effect of a doll's last command."""

    song: str

    @property
    def key(self) -> str:
        return "song"

    @property
    def digest(self) -> str:
        return self.song


def _evolve_doll(doll: Doll, recorded: Recorded[Any]) -> Doll:
    doll = replace(doll, version=recorded.seq)
    match recorded.event:
        case Played(text):
            return replace(doll, played=(*doll.played, text))
        case _:
            return replace(doll, deliveries=follow(doll.deliveries, recorded))


def _decide_doll(doll: Doll, command: Play, context: Context) -> Sequence[DollEvent]:
    if command.text == "bad" or THE_END in doll.played:
        raise Refused("Dolls don't play that.")
    return [] if command.text in doll.played else [Played(command.text)]


def _doll_effects(doll: Doll) -> list[Effect]:
    wanted = Sing(doll.played[-1]) if doll.played else None
    shown: Mapping[str, str] = doll.deliveries.shown
    songs: list[Effect] = [wanted] if wanted and shown.get(wanted.key) != wanted.digest else []
    return [*songs, *_engravings(list(filter(str.isupper, doll.played)), doll.deliveries)]


DOLL: Kind[Doll, Play, DollEvent] = Kind(
    prefix="DOLL",
    title="doll",
    events={"Played": Played, **DELIVERY_EVENTS},
    commands=(Play,),
    new=Doll,
    evolve=_evolve_doll,
    decide=_decide_doll,
    effects=_doll_effects,
    timers=(),
    summary=lambda doll: {"played": "\n".join(doll.played)},
    index=lambda _: IndexChanges(),
    replay=lambda doll_id, history: reduce(_evolve_doll, history, Doll(doll_id)),
)


def with_toys(kinds: Kinds) -> Kinds:
    """These kinds, plus toys and dolls."""
    return Kinds((*kinds, TOY, DOLL))
