"""The postmortem draft: what is known is filled in, and the rest is asked for."""

from datetime import tzinfo

from bot.postmortem import about, evidence, header, markdown, quotes, timeline, wording
from bot.postmortem.entries import Chosen, choose, everything
from bot.postmortem.evidence import TOPICS, Said
from bot.postmortem.masking import mask
from bot.postmortem.material import Material, Task
from bot.postmortem.sections import Section, join
from bot.postmortem.times import local, since, zone

# The questions in sections without any content.
PROMPTS = {
    "summary": "What happened, to whom, and how did it end? Three sentences for a newcomer.",
    "impact": "Who was affected, how many were they, and what couldn't they do?",
    "timeline": "Nothing was recorded. What happened, and when?",
    "cause": "What triggered it, and what had made that possible?",
    "well": "What made this shorter or smaller than it could have been? Who or what helped?",
    "wrong": "What slowed us down, was missing, or misled us?",
    "lucky": "What could have made it worse, and just happened not to?",
    "actions": "What one change would have prevented this, and what would have halved it?",
}

# The facts that are people's own words; the others are the bot's.
SPOKEN = frozenset({"update", "note", "pinned"})

WHYS = """\
Keep asking until the answer is something we can change. Look for conditions, not for people.

1. Why did it hurt? _…_
2. Why did that happen? _…_
3. Why was that possible? _…_
4. Why didn't anything stop it earlier? _…_
5. Why was it like that? _…_"""


def draft(material: Material) -> str:
    """Write the whole document. The same material gives the same bytes; no text makes it raise."""
    material, masked = mask(material)
    there = zone(material.timezone)
    chosen = choose(material)
    said = _said(material, chosen)
    found = {topic.key: quotes.render(evidence.find(topic, said), there) for topic in TOPICS}
    sections = (
        Section("summary", "Summary", _summary(material)),
        Section("impact", "Impact", _together(_outage(material), _found(found, "impact"))),
        Section("timeline", "Timeline", _timeline(chosen, there)),
        Section("root-cause", "Root cause", _together(_found(found, "cause"), WHYS)),
        Section("went-well", "What went well", _found(found, "well")),
        Section("went-wrong", "What went wrong", _found(found, "wrong")),
        Section("lucky", "Where we got lucky", _found(found, "lucky")),
        Section("action-items", "Action items", _action_items(material)),
        Section("wording", "Wording check", wording.render(said, there)),
        Section("about", "About this draft", about.render(material, chosen, masked)),
    )
    return join(header.render(material), sections)


def _said(material: Material, chosen: Chosen) -> tuple[Said, ...]:
    """The people's words in the draft, in order; not the bot's, nor those of other apps."""
    machines = {each.permalink for each in material.messages if each.is_bot or each.is_app}
    entries = sorted(everything(chosen.entries), key=lambda each: local(each.at, zone("UTC")))
    return (
        Said(material.summary, "summary", material.declared_at, None),
        *(
            Said(entry.plain, entry.by, entry.at, entry.permalink)
            for entry in entries
            if entry.kind in SPOKEN or (not entry.kind and entry.permalink not in machines)
        ),
        Said(
            material.resolution, "resolution", material.resolved_at or material.declared_at, None
        ),
    )


def _summary(material: Material) -> str:
    written = markdown.block(material.summary)
    resolution = markdown.block(material.resolution)
    return _together(
        written or _ask("summary"), resolution and f"**How it was resolved:** {resolution}"
    )


def _outage(material: Material) -> str:
    if material.mitigated_at is None:
        return ""
    lasted = since(material.declared_at, material.mitigated_at)
    return f"From the declaration to the mitigation: {lasted}. When did it really begin?"


def _timeline(chosen: Chosen, there: tzinfo) -> str:
    if not chosen.entries:
        return _ask("timeline")
    intro = f"Times are in {markdown.inline(str(there))}; each one links to its message."
    return _together(intro, timeline.render(chosen.entries, there))


def _action_items(material: Material) -> str:
    if not material.tasks:
        return _ask("actions")
    rows = (
        (
            markdown.inline(task.text) + _asked_for(task),
            markdown.inline(task.owner or "") or "**nobody**",
            f"{task.due:%Y-%m-%d}" if task.due else "**no date**",
            "done" if task.done else "open",
        )
        for task in material.tasks
    )
    return markdown.table(("Action item", "Owner", "Due", "State"), rows)


def _asked_for(task: Task) -> str:
    return f" ({markdown.link('message', task.permalink)})" if task.permalink else ""


def _found(found: dict[str, str], key: str) -> str:
    return found[key] or _ask(key)


def _ask(key: str) -> str:
    return f"_{PROMPTS[key]}_"


def _together(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))
