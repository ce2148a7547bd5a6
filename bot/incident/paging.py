"""Pages by hand and acknowledgements: `bot.paging`, mounted.

A page by hand is sent at once to anybody, whatever the chain is doing. Only the person it was sent
to answers it. The first acknowledgement also counts for the incident.
"""

from bot.errors import Refused
from bot.incident.escalation import subject
from bot.incident.events import Event, Paged, Recorded
from bot.incident.incident import Incident
from bot.incident.text_limits import fitting
from bot.paging import decide
from bot.paging.commands import Page


def page_people(incident: Incident, command: Page) -> list[Event]:
    if not incident.is_open:
        raise Refused(
            f"{incident.id} is {incident.stage}: nobody is paged for it. "
            "To open it again: `/incident reopen [reason]`."
        )
    text = fitting(command.text, "The text")
    return [Paged(user, text, command.schedule) for user in command.people]


def answer(incident: Incident, by: str) -> list[Event]:
    """The events that follow when `by` acknowledges."""
    return [*decide.answer(incident.paging, subject(incident), by)]


def take_part(incident: Incident, by: str) -> list[Event]:
    """The events that follow when `by` posts an update."""
    return [*decide.take_part(incident.paging, subject(incident), by)]


def wants_answer(incident: Incident, page: Recorded) -> bool:
    """Whether this page by hand still needs an answer."""
    return decide.wants_answer(incident.paging, subject(incident), page)


def is_answered(incident: Incident, page: Recorded) -> bool:
    """Whether the person who was paged by hand has acknowledged since."""
    return decide.is_answered(incident.paging, page)
