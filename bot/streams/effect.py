"""Effects: calls to the outside, as data.

A kind's `effects` returns the ones that are still pending; the executor executes them lane by
lane. What to do about a call that began and has no known outcome depends only on its guarantee.
"""

from enum import IntEnum, StrEnum
from typing import Protocol


class Urgency(IntEnum):
    """Priority when the rate limit doesn't allow all calls at once."""

    PAGE = 0  # never waits: Slack allows more than it documents, and somebody has to be woken
    UPDATE = 1
    INVITE = 2
    DECORATION = 3


class Guarantee(StrEnum):
    """How a call in doubt may be handled: one that began and has no known outcome."""

    IDEMPOTENT = "idempotent"  # repeat it: a topic, an invitation, a PUT
    CLAIMED = "claimed"  # look for the name we claimed, repeat if it's missing: a channel
    SEARCHABLE = "searchable"  # search for its key, repeat if it's missing: a message, an issue
    KEYED = "keyed"  # repeat it with the same idempotency key
    BETTER_TWICE = "better twice"  # repeat it and record the repetition: a page by phone
    AT_MOST_ONCE = "at most once"  # don't repeat; record it as unknown: a mail, a private answer

    @property
    def needs_marker(self) -> bool:
        """Whether the start of the call must be stored before the call is made."""
        return self not in (Guarantee.IDEMPOTENT, Guarantee.CLAIMED)


class Effect(Protocol):
    """One call to make. Implemented by frozen dataclasses derived from `EffectDefaults`.

    `key`: unique in its stream; executed once, unless the digest changes. `digest`: of the facts
    shown that may change later; empty if none can. `lane`: effects of one lane run one at a time,
    in order. `heavy`: long work (a document, an export), which only workers do, each under a lease
    of its own and not under the stream's lock. `starts_first`: sent before any other effect of the
    stream starts.
    """

    @property
    def key(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def lane(self) -> str: ...
    @property
    def urgency(self) -> Urgency: ...
    @property
    def guarantee(self) -> Guarantee: ...
    @property
    def heavy(self) -> bool: ...
    @property
    def starts_first(self) -> bool: ...


class EffectDefaults:
    """Defaults: safe to repeat, in a lane of its own, lowest urgency."""

    __slots__ = ()

    @property
    def key(self) -> str:
        raise NotImplementedError(f"{type(self).__name__} has no key")

    @property
    def lane(self) -> str:
        return self.key

    @property
    def urgency(self) -> Urgency:
        return Urgency.DECORATION

    @property
    def guarantee(self) -> Guarantee:
        return Guarantee.IDEMPOTENT

    @property
    def heavy(self) -> bool:
        return False

    @property
    def starts_first(self) -> bool:
        return False
