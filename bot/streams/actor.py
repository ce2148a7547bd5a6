"""Who did something. Stored as text, parsed at the edge.

U0ANA            a person in Slack
clock            nobody: its time had come
source:prom      a source of alerts
operator:ana     somebody at the command line
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """A person in Slack, by id."""

    id: str

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class ByClock:
    """Nobody did it: its time had come."""

    def __str__(self) -> str:
        return CLOCK


@dataclass(frozen=True, slots=True)
class Source:
    """A source of alerts, by its name in the policy."""

    name: str

    def __str__(self) -> str:
        return f"{SOURCE}{self.name}"


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at the command line, by the name that the machine knows them by."""

    name: str

    def __str__(self) -> str:
        return f"{OPERATOR}{self.name}"


Actor = User | ByClock | Source | Operator

CLOCK = "clock"
SOURCE = "source:"
OPERATOR = "operator:"


def parse_actor(text: str) -> Actor:
    """The actor that was stored as `text`.

    >>> parse_actor("clock"), parse_actor("U0ANA"), parse_actor("source:prom")
    (ByClock(), User(id='U0ANA'), Source(name='prom'))
    """
    if text == CLOCK:
        return ByClock()
    if text.startswith(SOURCE):
        return Source(text.removeprefix(SOURCE))
    if text.startswith(OPERATOR):
        return Operator(text.removeprefix(OPERATOR))
    return User(text)


def is_person(actor: Actor) -> bool:
    """Whether a person asked for it, in Slack or at the command line."""
    return isinstance(actor, User | Operator)
