"""Something to do outside Muster, as data: what is wanted and not done yet.

A kind's `effects` says which there are; the executor carries them out, lane by lane, and decides
by the guarantee alone what to do about a call that was begun and whose outcome nobody knows.
"""

from enum import IntEnum, StrEnum
from typing import Protocol


class Urgency(IntEnum):
    """Who goes first when there isn't room for all."""

    PAGE = 0  # waits for no room: Slack's limits are softer than its tables, and somebody sleeps
    UPDATE = 1
    INVITE = 2
    DECORATION = 3


class Guarantee(StrEnum):
    """What may be done about a call in doubt: begun, and without a known outcome."""

    IDEMPOTENT = "idempotent"  # make it again: a topic, an invitation, a PUT
    CLAIMED = "claimed"  # see whether what we claimed is there, else make it again: a channel
    SEARCHABLE = "searchable"  # search for its key, then make it again: a message, an issue
    KEYED = "keyed"  # make it again under the same idempotency key
    BETTER_TWICE = "better twice"  # make it again, and say so in the receipt: a page by phone
    AT_MOST_ONCE = "at most once"  # don't; record that it is unknown: a mail, a private answer

    @property
    def needs_marker(self) -> bool:
        """Whether that the call begins has to be written down before it is made."""
        return self not in (Guarantee.IDEMPOTENT, Guarantee.CLAIMED)


class Effect(Protocol):
    """One thing to do. Frozen dataclasses that derive from `EffectDefaults` fit it.

    `key`: unique in its stream; done once, unless the digest changes. `digest`: of the facts
    that it shows and that may change later; empty if none may. `lane`: what shares one runs one
    at a time, in order. `heavy`: long work (a document, an export), which only workers do, each
    under a lease of its own and not under the stream's lock. `starts_first`: it is on its way
    before anything else of its stream.
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
    """Harmless to repeat, in a lane of its own, no hurry."""

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
