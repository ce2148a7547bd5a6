"""What follows when somebody answers a page, or shows otherwise that they are on it."""

from bot.paging.chain import still_asks
from bot.paging.events import Acknowledged, PageAnswered, Paged, PagingEvent
from bot.paging.state import Paging, Record, Subject, aims, user_of


def answer(paging: Paging, subject: Subject, by: str) -> list[PagingEvent]:
    """What follows when `by` says that they are on it. The first acknowledgement is the
    subject's. While more people are asked, so is that of anybody who was not on it yet: no more
    are asked then. Otherwise it answers the pages by hand that `by` got."""
    if not paging.acknowledged_by:
        return [Acknowledged()]
    if paging.run and not paging.run.ended and by not in paging.on_it:
        return [Acknowledged()]
    asked = any(user_of(page) == by for page in unanswered(paging, subject))
    return [PageAnswered()] if asked else []


def take_part(paging: Paging, subject: Subject, by: str) -> list[PagingEvent]:
    """What follows when `by` tells how it stands: if nobody had acknowledged, or a page asks
    them, they have acknowledged."""
    if not subject.is_open:
        return []
    asked = any(
        f"@{by}" in aims(page.event) for page in paging.pages if still_asks(paging, subject, page)
    )
    if not paging.acknowledged_by or (asked and by not in paging.on_it):
        return [Acknowledged()]
    return []


def unanswered(paging: Paging, subject: Subject) -> list[Record]:
    """The pages by hand that still want an answer."""
    return [
        each
        for each in paging.pages
        if isinstance(each.event, Paged) and wants_answer(paging, subject, each)
    ]


def wants_answer(paging: Paging, subject: Subject, page: Record) -> bool:
    """Whether this page by hand still wants an answer."""
    return subject.is_open and not is_answered(paging, page)


def is_answered(paging: Paging, page: Record) -> bool:
    """Whether the person who was paged by hand said since that they are on it."""
    return paging.answered.get(user_of(page), 0) > page.seq
