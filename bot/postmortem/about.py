"""The section about the draft itself: its sources, what is missing, who reviews it and when."""

from collections.abc import Mapping
from datetime import timedelta

from bot.postmortem import markdown
from bot.postmortem.entries import Chosen
from bot.postmortem.material import Material
from bot.postmortem.times import local, zone

# Reviewed while people remember, published while it is still relevant.
REVIEW_WITHIN = timedelta(hours=48)
PUBLISH_WITHIN = timedelta(days=7)


def render(material: Material, chosen: Chosen, masked: Mapping[str, int]) -> str:
    """`masked`: the count per kind; `material`: what was read."""
    read = len({message.ts for message in material.messages})
    lines = [
        "Drafted from the incident's record and its channel, without AI. People's words are "
        "quoted as they stand in Slack now; edits and deletions are followed.",
        f"Messages read: {read}. Left out of the timeline: {chosen.left_out} (small talk), "
        f"{chosen.said_by_the_bot} (posts by Muster that repeat the record).",
        _masked(masked),
        "Masking covers common forms of secrets, e-mail addresses, card, account and phone "
        "numbers. IP addresses, host names and people's names aren't masked. Reread it before you "
        "share it.",
        f"Reviewers: {_reviewers(material)}, and someone who wasn't there.",
        _deadlines(material),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _masked(masked: Mapping[str, int]) -> str:
    if not masked:
        return "Nothing was masked."
    kinds = ", ".join(f"{kind} ({count})" for kind, count in masked.items())
    return (
        f"Masked in what was read: {kinds}. A secret posted in a channel isn't secret any more: "
        "rotate it."
    )


def _reviewers(material: Material) -> str:
    roles: dict[str, list[str]] = {}
    for title, name in material.roles:
        roles.setdefault(markdown.inline(name), []).append(markdown.inline(title))
    return (
        ", ".join(f"{n} ({', '.join(r)})" for n, r in roles.items() if n)
        or "the people who took part"
    )


def _deadlines(material: Material) -> str:
    if material.resolved_at is None:
        return "Review it within 48 hours of the resolution, publish it within 7 days."
    ended = local(material.resolved_at, zone(material.timezone))
    review, publish = ended + REVIEW_WITHIN, ended + PUBLISH_WITHIN
    return (
        f"Review it by {review:%Y-%m-%d %H:%M} (48 hours after it was resolved), "
        f"publish it by {publish:%Y-%m-%d} (7 days)."
    )
