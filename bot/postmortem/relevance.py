"""Which messages matter: points for visible features, and a threshold.

No model, no learning: each row says what is looked for and how many points it is worth. A message
with `enough` points is in the timeline, any other is left out and counted. The words are English;
teams that write in other languages add rows, pin messages (:pushpin:), or take notes.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.postmortem.evidence import TOPICS, straight
from bot.postmortem.material import Message

ENOUGH = 3
ENOUGH_WHEN_QUIET = 1  # where little was written, every sentence matters
QUIET = 100  # messages of people in a channel, at most
IN_A_THREAD_THAT_MATTERS = 3

PINS = frozenset({"pushpin", "round_pushpin"})


_SENTENCE = {True: 20, False: 8}  # characters; other scripts say more with fewer


@dataclass(frozen=True, slots=True)
class Signal:
    """A feature that a message has or hasn't."""

    name: str
    points: int
    of: Callable[[Message], bool]


def _says(pattern: str) -> Callable[[Message], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda message: compiled.search(straight(message.text)) is not None


def _is_pinned(message: Message) -> bool:
    return any(name.strip(":") in PINS for name in message.reactions)


def _is_evidence(message: Message) -> bool:
    return any(topic.phrases.search(straight(message.text)) for topic in TOPICS)


SIGNALS: tuple[Signal, ...] = (
    Signal("somebody pinned it", 9, _is_pinned),
    Signal("announces itself", 3, _says(r"^\W{0,4}(?:update|status|note|fyi|summary|decision)\b")),
    Signal(
        "something was done",
        3,
        _says(
            r"\b(?:roll(?:ed|ing)? ?back|revert(?:ed|ing)|restart(?:ed|ing)|reboot(?:ed|ing)"
            r"|deploy(?:ed|ing)|redeploy(?:ed|ing)?|failed over|failing over|failover"
            r"|scal(?:ed|ing) (?:up|down|out)|disabl(?:ed|ing)|enabl(?:ed|ing)|paus(?:ed|ing)"
            r"|merg(?:ed|ing)|hotfix(?:ed)?|feature flag|purg(?:ed|ing)|drain(?:ed|ing)"
            r"|block(?:ed|ing)|rotat(?:ed|ing)|escalat(?:ed|ing)|paged)\b"
        ),
    ),
    Signal(
        "something was decided",
        3,
        _says(r"\b(?:decid(?:ed|ing)|decision|let's|we will|we'll|going to|go ahead|agreed)\b"),
    ),
    Signal(
        "something was found",
        3,
        _says(
            r"\b(?:root cause|fixed|resolved|mitigated|recover(?:ed|ing)|confirm(?:ed|s)"
            r"|error rate|latency|found|identified|reproduc(?:ed|ible)|back to normal"
            r"|timeouts?|timing out|outage|crash(?:ed|ing|es)?|regression|out of memory)\b"
        ),
    ),
    Signal("is evidence for a section", 3, _is_evidence),
    Signal("holds a command or output", 3, _says(r"`[^`]{2,}`|(?:^|\n)\$ \S")),
    Signal("holds a link", 3, _says(r"<https?://")),
    Signal("shares a file", 3, lambda message: bool(message.files)),
    Signal(
        "measures something",
        3,
        _says(r"(?<![\w^])[0-9][0-9.,]{0,20} ?(?:%|ms\b|s\b|min\b|k\b|gb\b|mb\b|rps\b|qps\b)"),
    ),
    Signal("names a status code", 3, _says(r"(?<![\w^.])(?:[45]xx|[45][0-9]{2})s?(?![\w.])")),
    Signal("holds a number", 1, _says(r"(?<![\w^])[0-9]{2,}")),
    Signal("is long", 3, lambda message: len(message.text) >= 160),
    Signal(
        "is a sentence", 1, lambda message: len(message.text) >= _SENTENCE[message.text.isascii()]
    ),
    Signal(
        "is a nod",
        -3,
        _says(
            r"^\W*(?:(?:ok(?:ay)?|yes|yep|yeah|no|nope|sure|thanks?|thx|ty|thank you|great|nice"
            r"|cool|lol|done|same|agreed|ack|on it|looking|\+1|:[\w+-]{1,40}:)\W*){1,5}$"
        ),
    ),
    Signal(
        "says nothing",
        -3,
        lambda message: not re.search(r"\w", message.text) and not message.files,
    ),
)


def signals(message: Message) -> tuple[Signal, ...]:
    """Why a message is in the timeline or isn't."""
    return tuple(signal for signal in SIGNALS if signal.of(message))


def enough(messages: Collection[Message]) -> int:
    """How many points a message of this channel needs."""
    people = sum(not (message.is_bot or message.is_app) for message in messages)
    return ENOUGH_WHEN_QUIET if people <= QUIET else ENOUGH


def points(message: Message) -> int:
    """The points of a message by itself; see `enough`."""
    return sum(signal.points for signal in signals(message))
