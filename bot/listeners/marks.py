"""Whether the incident that a button or a form was made for is the one that has its number now.

A store that is restored from an older backup may give a number again, while the buttons of the
lost incident are still in Slack. So each carries the mark of its incident, too. Those made by
releases without marks are about incidents without one.
"""

from bot.errors import Refused
from bot.incident.members import may_see
from bot.listeners.inbound import Received
from bot.listeners.inbound.forms import FormPayload
from bot.listeners.request import Request, unknown


def check_marks(request: Request) -> None:
    """Raise `Refused` if it was made for another incident than the one that has the number."""
    for incident_id, mark in _references(request.payload):
        incident = request.services.incidents.get(incident_id)
        if incident.mark == mark:
            continue
        # what one may not see isn't there, whatever was asked
        if mark or may_see(request.actor, incident):
            raise Refused(
                f"Nothing was done: this was made for an earlier {incident_id}, which Muster no "
                "longer has. Its store was probably restored from an older backup. If that "
                "incident goes on, declare it again: `/incident declare TITLE`."
            )
        raise Refused(unknown(incident_id))


def _references(received: Received) -> list[tuple[str, str]]:
    return received.references if isinstance(received, FormPayload) else []
