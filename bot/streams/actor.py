"""Actors: who did something. Stored as text, parsed at the edge.

U0ANA            a person in Slack
clock            a timer fired; no person acted
source:prom      an alert source
operator:ana     a person at the command line
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
    """A timer fired; no person acted."""

    def __str__(self) -> str:
        return CLOCK


@dataclass(frozen=True, slots=True)
class Source:
    """An alert source, by its name in the policy."""

    name: str

    def __str__(self) -> str:
        return f"{SOURCE}{self.name}"


@dataclass(frozen=True, slots=True)
class Operator:
    """A person at the command line, by their login name on that machine."""

    name: str

    def __str__(self) -> str:
        return f"{OPERATOR}{self.name}"


Actor = User | ByClock | Source | Operator

CLOCK = "clock"
SOURCE = "source:"
OPERATOR = "operator:"


def parse_actor(text: str) -> Actor:
    """Parse an actor from its stored text.

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
    """Whether the actor is a person, in Slack or at the command line."""
    return isinstance(actor, User | Operator)
