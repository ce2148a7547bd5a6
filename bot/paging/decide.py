"""The events that follow when somebody answers a page, or shows in another way that they are on
it.
"""

from bot.paging.chain import still_asks
from bot.paging.events import Acknowledged, PageAnswered, Paged, PagingEvent
from bot.paging.state import Paging, Record, Subject, aims, user_of


def answer(paging: Paging, subject: Subject, by: str) -> list[PagingEvent]:
    """The events that follow when `by` acknowledges. The first acknowledgement counts for the
    subject, and so does one from somebody new while more people are being paged; both stop paging.
    Any other answers the pages by hand that `by` got.
    """
    if not paging.acknowledged_by:
        return [Acknowledged()]
    if paging.run and not paging.run.ended and by not in paging.on_it:
        return [Acknowledged()]
    asked = any(user_of(page) == by for page in unanswered(paging, subject))
    return [PageAnswered()] if asked else []


def take_part(paging: Paging, subject: Subject, by: str) -> list[PagingEvent]:
    """The events that follow when `by` posts an update: if no one had acknowledged, or `by` has an
    open page, it counts as their acknowledgement.
    """
    if not subject.is_open:
        return []
    asked = any(
        f"@{by}" in aims(page.event) for page in paging.pages if still_asks(paging, subject, page)
    )
    if not paging.acknowledged_by or (asked and by not in paging.on_it):
        return [Acknowledged()]
    return []


def unanswered(paging: Paging, subject: Subject) -> list[Record]:
    """The pages by hand that still need an answer."""
    return [
        each
        for each in paging.pages
        if isinstance(each.event, Paged) and wants_answer(paging, subject, each)
    ]


def wants_answer(paging: Paging, subject: Subject, page: Record) -> bool:
    """Whether this page by hand still needs an answer."""
    withdrawn = page.seq in paging.withdrawn
    return subject.is_open and not withdrawn and not is_answered(paging, page)


def is_answered(paging: Paging, page: Record) -> bool:
    """Whether the person who was paged by hand has acknowledged since."""
    return paging.answered.get(user_of(page), 0) > page.seq
