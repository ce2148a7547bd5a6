"""Somebody is paged by hand: now, whoever it is, and whatever the chain does meanwhile.

Only who was paged this way answers it. The first acknowledgement is the incident's, too.
"""

from dataclasses import dataclass

from bot.incident.escalation import page_key
from bot.incident.events import Acknowledged, Event, PageAnswered, Paged, Recorded
from bot.incident.incident import Incident, Refused
from bot.incident.reminders import waits_for_acknowledgement
from bot.incident.words import fitting


@dataclass(frozen=True, slots=True)
class Page:
    """`schedule`: that those people are on call for, if it was asked for so."""

    people: tuple[str, ...]
    text: str = ""
    schedule: str = ""


def page(incident: Incident, command: Page) -> list[Event]:
    if not incident.is_open:
        raise Refused(
            f"{incident.id} is {incident.stage}: nobody is paged for it. "
            "To open it again: `/incident reopen [reason]`."
        )
    text = fitting(command.text, "The text")
    return [Paged(user, text, command.schedule) for user in command.people]


def answer(incident: Incident, by: str) -> list[Event]:
    """What follows when `by` says that they are on it."""
    if waits_for_acknowledgement(incident):
        return [Acknowledged()]
    pages = (each for each in incident.history if isinstance(each.event, Paged))
    asked = any(_user(each) == by and wants_answer(incident, each) for each in pages)
    return [PageAnswered()] if asked else []


def wants_answer(incident: Incident, page: Recorded) -> bool:
    return incident.is_open and not is_answered(incident, page)


def is_answered(incident: Incident, page: Recorded) -> bool:
    return incident.answered.get(_user(page), 0) > page.seq


def is_settled(incident: Incident, page: Recorded) -> bool:
    """Whether it is known if the page reached its person."""
    key = page_key(page, f"@{_user(page)}")
    return key in incident.said or key in incident.failed


def _user(page: Recorded) -> str:
    assert isinstance(page.event, Paged)
    return page.event.user
