"""The table at the top: what happened, who was involved, how long it took."""

from datetime import datetime

from bot.postmortem import markdown
from bot.postmortem.material import Material
from bot.postmortem.times import local, since, zone


def render(material: Material) -> str:
    """The title and the main facts."""
    lines = [f"# Postmortem: {markdown.inline(material.id)} {markdown.inline(material.title)}"]
    if material.private:
        lines.append("**This incident is private.** Share this only with those who may see it.")
    lines.append(markdown.table(("Incident", markdown.inline(material.id)), _rows(material)))
    return "\n\n".join(lines)


def _rows(material: Material) -> list[tuple[str, str]]:
    rows = [
        ("Severity", markdown.inline(material.severity)),
        ("Status", markdown.inline(material.stage)),
        *_roles(material),
    ]
    if material.channel_name:
        rows.append(("Channel", markdown.inline("#" + material.channel_name.removeprefix("#"))))
    return [
        *rows,
        ("Declared", _when(material, material.declared_at)),
        ("Acknowledged", _milestone(material, material.acknowledged_at)),
        ("Mitigated", _milestone(material, material.mitigated_at)),
        ("Resolved", _milestone(material, material.resolved_at)),
        ("Time to acknowledge", _span(material, material.acknowledged_at)),
        ("Time to mitigate", _span(material, material.mitigated_at)),
        ("Time to resolve", _span(material, material.resolved_at)),
    ]


def _roles(material: Material) -> list[tuple[str, str]]:
    held = [(markdown.inline(title), markdown.inline(name)) for title, name in material.roles]
    if not any("commander" in title.casefold() for title, _ in held):
        held.insert(0, ("Incident Commander", "nobody"))
    # The commander first, the others in the order of the material.
    return sorted(held, key=lambda role: "commander" not in role[0].casefold())


def _when(material: Material, at: datetime) -> str:
    there = local(at, zone(material.timezone))
    return f"{there:%Y-%m-%d %H:%M} ({markdown.inline(there.tzname() or '')})"


def _milestone(material: Material, at: datetime | None) -> str:
    return _when(material, at) if at else "not recorded"


def _span(material: Material, at: datetime | None) -> str:
    return since(material.declared_at, at) if at else "not recorded"
