"""Masking: after it, people's text has no secret that the rules recognize.

All text is masked at once, before anything is selected, cut or quoted, so that no later step has
to do it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from bot.postmortem.material import Fact, Material, Message, Task
from bot.postmortem.redaction import redact


def mask(material: Material) -> tuple[Material, Mapping[str, int]]:
    """`material` without secrets, and the count of each kind that was found, sorted by kind."""
    counts: Counter[str] = Counter()

    def text(original: str) -> str:
        redacted = redact(original)
        counts.update(redacted.counts)
        return redacted.text

    def fact(original: Fact) -> Fact:
        return replace(original, by=text(original.by), text=text(original.text))

    def message(original: Message) -> Message:
        return replace(
            original,
            by=text(original.by),
            text=text(original.text),
            files=tuple(map(text, original.files)),
        )

    def task(original: Task) -> Task:
        return replace(
            original,
            text=text(original.text),
            owner=None if original.owner is None else text(original.owner),
        )

    facts = {each: fact(each) for each in dict.fromkeys(material.facts + material.updates)}
    masked = replace(
        material,
        title=text(material.title),
        summary=text(material.summary),
        resolution=text(material.resolution),
        channel_name=text(material.channel_name),
        roles=tuple((title, text(name)) for title, name in material.roles),
        facts=tuple(facts[each] for each in material.facts),
        updates=tuple(facts[each] for each in material.updates),
        messages=tuple(map(message, material.messages)),
        tasks=tuple(map(task, material.tasks)),
        # The name of a mention is looked up, not written: masked, but not counted.
        names={user: redact(name).text for user, name in material.names.items()},
    )
    return masked, dict(sorted(counts.items()))
