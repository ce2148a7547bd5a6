"""A complete Muster for tests: store, bot, workers and clock as real processes, and a local Slack.

    with Harness("socket") as harness:
        incident = harness.declares("sev1 Checkout is down")
        incident.channel.expects(kind="card")

Only Slack is simulated. Processes are always stopped, by id, and the local Slack's list of
violations must be empty at the end.
"""

from tests.harness.harness import SECRET, TOKEN, Harness
from tests.harness.incident import TEAM, Incident, channels_of, everything_said
from tests.harness.process import free_port
from tests.harness.waiting import answer, until

__all__ = [
    "SECRET",
    "TEAM",
    "TOKEN",
    "Harness",
    "Incident",
    "answer",
    "channels_of",
    "everything_said",
    "free_port",
    "until",
]
