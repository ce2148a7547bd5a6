"""The base classes of events and commands."""


class Event:
    """A fact: past tense, never edited, never removed. It is `Decided` or `Delivered`."""

    __slots__ = ()


class Decided(Event):
    """A person or the clock decided it. It stands in the history and in the timeline."""

    __slots__ = ()


class Delivered(Event):
    """Something was shown or sent outside, or was reported from there. It is written without a
    version check, arms no wake-up, and leaves only its result in the state.
    """

    __slots__ = ()


class Command:
    """A request to change a stream. It is decided, or refused with a reason."""

    __slots__ = ()
