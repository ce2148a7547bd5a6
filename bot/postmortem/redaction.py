"""Secrets and personal data become `[masked: kind]`. What counts as one is in `rules.RULES`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.postmortem.rules import RULES, Rule

PASSES = 20


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text that may be shown, and how often each kind was masked in it."""

    text: str
    counts: Mapping[str, int]


def redact(text: str) -> Redacted:
    """`text` without its secrets. It may be plain, or mrkdwn as Slack escapes it.

    Never raises; masking what is already masked changes nothing.

    >>> redact("mail ana@example.com, DB_PASSWORD=hunter2").text
    'mail [masked: e-mail], DB_PASSWORD=[masked: password]'
    """
    counts: Counter[str] = Counter()
    # Again until nothing changes: a mask can lay bare a secret that was glued to another.
    # Twice is usual; the bound keeps a rule that finds its own mask from running for ever.
    for _ in range(PASSES):
        if (masked := _once(text, counts)) == text:
            break
        text = masked
    return Redacted(text, dict(sorted(counts.items())))


def _once(text: str, counts: Counter[str]) -> str:
    for rule in RULES:
        text = _apply(rule, text, counts)
    return text


def _apply(rule: Rule, text: str, counts: Counter[str]) -> str:
    group = "secret" if "secret" in rule.pattern.groupindex else 0
    kept, position = [], 0
    for match in rule.pattern.finditer(text):
        begin = match.start(group)
        found = rule.within(match[group]) if rule.within else [(0, len(match[group]))]
        for start, end in found:
            kept += [text[position : begin + start], f"[masked: {rule.kind}]"]
            position = begin + end
            counts[rule.kind] += 1
    return "".join([*kept, text[position:]])
