"""Wording that looks for who instead of how, and what to ask instead.

Nothing is rewritten; people's words are unchanged. The reviewer of the draft sees a note.
"""

import re
from dataclasses import dataclass

from bot.postmortem.evidence import straight


@dataclass(frozen=True, slots=True)
class Phrase:
    """A blaming phrase (whole words, any case), and a neutral alternative."""

    pattern: re.Pattern[str]
    instead: str


@dataclass(frozen=True, slots=True)
class Flag:
    """`words`: as the person wrote them."""

    words: str
    instead: str


def _phrase(pattern: str, instead: str) -> Phrase:
    return Phrase(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), instead)


PHRASES: tuple[Phrase, ...] = (
    _phrase(
        r"[\w.-]{1,40}'s (?:own )?(?:fault|mistake|mess)|(?:your|his|her|their|my) (?:own )?fault",
        "name the condition, not the person: what let this reach production?",
    ),
    _phrase(
        r"who (?:broke|did|pushed|deployed|merged|caused|approved|touched|wrote) (?:this|that|it)",
        "ask what changed, and what would have caught it.",
    ),
    _phrase(
        r"(?:to blame|blam(?:e|ed|es|ing))",
        "describe what happened and what made it likely.",
    ),
    _phrase(
        r"should(?:'ve| have|n't have)? known(?: better)?",
        "say what was known at the time, and where the missing information was.",
    ),
    _phrase(
        r"(?:human|operator|user|pilot) error",
        "say what made the slip easy and its effect large; an error is where questions begin.",
    ),
    _phrase(
        r"careless(?:ly|ness)?|sloppy|negligen(?:t|ce)|reckless(?:ly)?|lazy|incompeten(?:t|ce)",
        "describe the step and the pressure it was taken under.",
    ),
    _phrase(
        r"stupid(?:ly|ity)?|idiot(?:ic)?s?|dumb|moron(?:ic)?s?|clueless",
        "leave out the judgement; the facts are enough.",
    ),
    _phrase(
        r"(?:messed|screwed|fucked) (?:it |this |that )?up|botched",
        "say what was done, what was expected and what happened.",
    ),
    _phrase(
        r"(?:forgot|failed|neglected|didn't bother) to",
        "ask what would have reminded, or made it unnecessary to remember.",
    ),
    _phrase(
        r"why (?:did|didn't|would|wouldn't) (?:you|he|she|they|anyone)",
        "ask how it looked to those who were there, and what made it the sensible thing to do.",
    ),
    _phrase(
        r"(?:nobody|no one|no-one) (?:bothered|cared)",
        "ask what else needed attention then, and what would have made this visible.",
    ),
)


def flags(text: str) -> tuple[Flag, ...]:
    """The blaming phrases in plain `text`, in order.

    >>> [flag.words for flag in flags("Human error. Who broke it?")]
    ['Human error', 'Who broke it']
    """
    text = straight(text)
    found = [
        (match.start(), Flag(match[0], phrase.instead))
        for phrase in PHRASES
        for match in phrase.pattern.finditer(text)
    ]
    return tuple(flag for _, flag in sorted(found, key=lambda each: each[0]))
