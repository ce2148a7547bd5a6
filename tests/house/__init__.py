"""A whole Muster for a test: store, bot, workers and clock as real processes, and a local Slack.

    with House("socket") as house:
        incident = house.declares("sev1 Checkout is down")
        incident.channel.expects(kind="card")

Nothing is pretended but Slack. Processes are ended by their ids, whatever happens; and the
local Slack's list of violations has to be empty.
"""

from tests.house.house import SECRET, TOKEN, House
from tests.house.incident import TEAM, Incident, channels_of, everything_said
from tests.house.process import free_port
from tests.house.waiting import answer, until

__all__ = [
    "SECRET",
    "TEAM",
    "TOKEN",
    "House",
    "Incident",
    "answer",
    "channels_of",
    "everything_said",
    "free_port",
    "until",
]
