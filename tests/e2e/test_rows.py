"""The row of an incident is current once nothing is left to do, even if no list was shown."""

import json
from typing import Any

from redis import Redis

from tests.harness import TEAM, Harness, until


def test_deliveries_are_in_the_row_once_everything_is_done(harness: Harness) -> None:
    incident = harness.declares("sev2")
    channel = incident.channel.id
    with harness.asks_the_store() as store:
        until(lambda: _shown(store, incident.id) == channel, what="its row, with the channel")


def _shown(store: "Redis", incident_id: str) -> str | None:
    """The channel in its row, if the row is current."""
    prefix = f"muster:{{{TEAM}}}:"
    kept: Any = store.hget(f"{prefix}rows:INC", incident_id)
    row = json.loads(kept)
    current = row["version"] == store.xlen(f"{prefix}events:{incident_id}")
    return row["fields"]["channel"] if current else None
