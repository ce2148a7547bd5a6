"""Replaces secrets and personal data by `[masked: kind]`. The rules are in `rules.RULES`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.postmortem.rules import RULES, Rule

PASSES = 20


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text that may be shown, and the count of each masked kind."""

    text: str
    counts: Mapping[str, int]


def redact(text: str) -> Redacted:
    """Mask the secrets in `text`, which may be plain, or mrkdwn as Slack escapes it.

    Never raises; masking twice changes nothing.

    >>> redact("mail ana@example.com, DB_PASSWORD=hunter2").text
    'mail [masked: e-mail], DB_PASSWORD=[masked: password]'
    """
    counts: Counter[str] = Counter()
    # Repeat until nothing changes: a mask can expose a secret that was joined to another one.
    # Twice is usual; the limit stops a rule that matches its own mask.
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
