"""A whole Muster for a test: store, bot, workers and clock as real processes, and a local Slack.

    with Harness("socket") as harness:
        incident = harness.declares("sev1 Checkout is down")
        incident.channel.expects(kind="card")

Nothing is pretended but Slack. Processes are ended by their ids, whatever happens; and the
local Slack's list of violations has to be empty.
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
