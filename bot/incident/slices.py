"""The features of an incident, in one list. Each is a slice, and says in its own file what its
events mean, what its commands lead to and what it has to say.

Two more slices have commands only, and act on what these say: see `decide.py`.
"""

from collections.abc import Mapping

from bot.incident import (
    announcing,
    channel,
    declaring,
    describing,
    drafting,
    duplicates,
    fatigue,
    groups,
    handoffs,
    joining,
    lifecycle,
    members,
    merging,
    milestones,
    nags,
    notes,
    old_channel,
    paging,
    pins,
    receipts,
    roles,
    severity,
    snoozing,
    subscriptions,
    task_slice,
    undoing,
    unmerging,
    updates,
)
from bot.incident.incident import Incident
from bot.streams.slice import Slice, Slices

FEATURES: tuple[Slice[Incident], ...] = (
    declaring.SLICE,
    announcing.SLICE,
    describing.SLICE,
    severity.SLICE,
    lifecycle.SLICE,
    roles.SLICE,
    handoffs.SLICE,
    fatigue.SLICE,
    paging.SLICE,
    groups.SLICE,
    updates.SLICE,
    snoozing.SLICE,
    nags.SLICE,
    notes.SLICE,
    duplicates.SLICE,
    joining.SLICE,
    merging.SLICE,
    milestones.SLICE,
    pins.SLICE,
    task_slice.SLICE,
    undoing.SLICE,
    unmerging.SLICE,
    members.SLICE,
    subscriptions.SLICE,
    drafting.SLICE,
    channel.SLICE,
    old_channel.SLICE,
    receipts.SLICE,
)
SLICES = Slices(*FEATURES)

# The name that each event is stored under.
EVENTS: Mapping[str, type] = {rule.stored_as: event for event, rule in SLICES.events.items()}
STORED_AS: Mapping[type, str] = {event: name for name, event in EVENTS.items()}
