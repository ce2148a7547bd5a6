"""Several people under one name are told: a user group of the policy, or the admins. Slack is
asked who they are, and the step or the end of the chain then has them as its targets.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.incident.effects import ReadGroup
from bot.incident.escalation import is_escalating
from bot.incident.events import GroupRead
from bot.incident.incident import Incident
from bot.paging import groups
from bot.paging.state import page_key
from bot.streams.record import Recorded
from bot.streams.slice import EventRule, Slice


def _effects(incident: Incident) -> Iterator[ReadGroup]:
    """While paging runs: an answer makes it pointless."""
    if not is_escalating(incident):
        return
    for record in (*incident.paging.pages, *incident.paging.ends):
        for group in groups.open_groups(record):
            yield ReadGroup(record.seq, group, page_key(record, group))


def _read(incident: Incident, recorded: Recorded[GroupRead]) -> Incident:
    event = recorded.event
    known = groups.expand(
        incident.paging, event.seq, event.group, event.people, private=incident.private
    )
    return replace(incident, paging=known)


SLICE: Slice[Incident] = Slice(
    "groups", events=(EventRule(GroupRead, "GroupRead", _read),), effects=_effects
)
