"""Reporting a duplicate: somebody who was about to declare an open incident joins it instead, and
their description is added to it.
"""

from dataclasses import dataclass

from bot.errors import Refused
from bot.incident.events import DuplicateReported, Event
from bot.incident.incident import Incident


@dataclass(frozen=True, slots=True)
class Join:
    """Join instead of declaring. `text`: what they were about to declare."""

    text: str


def join(incident: Incident, command: Join) -> list[Event]:
    if incident.is_over:
        raise Refused(
            f"{incident.id} is {incident.stage} by now, so there is nothing to join. "
            "If it is back, declare it: `/incident declare TITLE`."
        )
    return [DuplicateReported(command.text)]
