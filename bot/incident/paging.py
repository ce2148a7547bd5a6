"""Somebody is paged by hand, or answers: `bot.paging`, mounted.

A page by hand goes out now, whoever it is, and whatever the chain does meanwhile. Only who was
paged this way answers it. The first acknowledgement is the incident's, too.
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
    """What follows when `by` says that they are on it."""
    return [*decide.answer(incident.paging, subject(incident), by)]


def take_part(incident: Incident, by: str) -> list[Event]:
    """What follows when `by` tells how it stands."""
    return [*decide.take_part(incident.paging, subject(incident), by)]


def wants_answer(incident: Incident, page: Recorded) -> bool:
    """Whether this page by hand still wants an answer."""
    return decide.wants_answer(incident.paging, subject(incident), page)


def is_answered(incident: Incident, page: Recorded) -> bool:
    """Whether the person who was paged by hand said since that they are on it."""
    return decide.is_answered(incident.paging, page)
