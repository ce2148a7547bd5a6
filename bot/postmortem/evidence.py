"""Which sentences belong to which section, judged by phrases.

Somebody who writes "luckily" at 3 a.m. has started the section on luck. Sentences are quoted, not
judged: a guess stays a guess until the review.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Said:
    """A person's words as plain text."""

    text: str
    by: str
    at: datetime
    permalink: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A section's phrases (whole words, any case, `'` for every apostrophe)."""

    key: str
    phrases: re.Pattern[str]


def _topic(key: str, *phrases: str) -> Topic:
    return Topic(key, re.compile(r"(?<!\w)(?:" + "|".join(phrases) + r")(?!\w)", re.IGNORECASE))


TOPICS: tuple[Topic, ...] = (
    # A number followed by who or what was affected.
    _topic(
        "impact",
        r"[0-9][0-9.,]{0,20} ?[k%]?(?: [\w-]{1,30}){0,3} "
        r"(?:customers?|users?|orders?|requests?|carts?|payments?|checkouts?|tickets?|shops?)",
        r"(?:customers?|users?|merchants?) (?:can't|cannot|can not|are unable|were unable|report)",
        r"error rate",
        r"data loss",
        r"revenue",
    ),
    _topic(
        "cause",
        r"because",
        r"root cause",
        r"due to",
        r"(?:was|were|is|are|been) caused by",
        r"caused by",
        r"triggered by",
        r"turns out",
        r"turned out",
        r"the culprit",
    ),
    _topic(
        "well",
        r"nice catch",
        r"good catch",
        r"well done",
        r"(?:great|good|nice) (?:work|job)",
        r"worked (?:well|perfectly|great|as (?:designed|intended|expected))",
        r"went (?:well|smoothly)",
        r"paid off",
        r"(?:runbook|playbook|rollback|failover|alert|dashboard) (?:worked|helped)",
        r"alert(?:ed)? (?:fired|caught)",
    ),
    _topic(
        "wrong",
        r"should(?:n't)? have(?! known)",  # that one is blame
        r"should've(?! known)",
        r"took (?:us |me )?(?:too|so|far too) long",
        r"too (?:late|slow)",
        r"(?:didn't|did not|never|doesn't) (?:alert|page|fire|notice|notify)",
        r"no (?:alert|alarm|monitoring|runbook|dashboard|rollback|backup|access|docs?)",
        r"nobody (?:noticed|knew|knows|was paged)",
        r"(?:runbook|docs?|dashboard|alert) (?:is|was|are|were) (?:missing|outdated|wrong|stale)",
        r"wasn't (?:tested|documented|monitored)",
        r"confusing",
    ),
    _topic(
        "lucky",
        r"luckily",
        r"lucky",
        r"thankfully",
        r"fortunately",
        r"good thing",
        r"by (?:chance|accident|coincidence)",
        r"could have been (?:much |a lot |far )?worse",
        r"happened to (?:be|have|notice|see|look)",
    ),
)

# The end of a sentence: a mark and a space, Chinese and Japanese marks, or a line's end.
_END = re.compile(r"(?<=[.!?])\s+|(?<=[\u3002\uff01\uff1f])|\n+")


def sentences(text: str) -> list[str]:
    """
    >>> sentences("It was v1.2. Luckily 夜だった。静か\\nok")
    ['It was v1.2.', 'Luckily 夜だった。', '静か', 'ok']
    """
    return [part.strip() for part in _END.split(text) if part.strip()]


def find(topic: Topic, words: Iterable[Said]) -> tuple[Said, ...]:
    """The sentences among `words` with one of the topic's phrases, without repeats, in order."""
    found: dict[str, Said] = {}
    for said in words:
        for sentence in sentences(said.text):
            if topic.phrases.search(straight(sentence)):
                quote = Said(sentence, said.by, said.at, said.permalink)
                found.setdefault(sentence.casefold(), quote)
    return tuple(found.values())


def straight(text: str) -> str:
    """Replace the typographic apostrophe of phones by the straight one in the tables."""
    return text.replace("\u2019", "'")
