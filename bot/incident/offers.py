"""Offers of a role, as the history tells of them: which is open, what ended it, and who is told.

Offering, accepting and declining: `handoffs.py`.
"""

from collections.abc import Iterator

from bot.incident.events import (
    Event,
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    MergedInto,
    Recorded,
    RoleAssigned,
    StageChanged,
)
from bot.incident.incident import OVER, Incident
from bot.streams.address import Person
from bot.streams.message import MessageKind, OutboundMessage


def offer_key(offered: Recorded) -> str:
    return f"handoff:{offered.seq}"


def asked(offered: Recorded | None) -> str:
    """Who was offered the role; empty if no one."""
    return getattr(offered.event, "user", "") if offered else ""


def waiting(incident: Incident, role: str) -> Recorded | None:
    """The open offer of this role, if it can still be accepted or declined."""
    newest = [*offers_of(incident, role)][-1:]
    for each in newest:
        if ending(incident, each) is None and offer_key(each) not in incident.failed:
            return each
    return None


def ending(incident: Incident, offered: Recorded) -> Recorded | None:
    """The event that ended the offer: a response, a newer offer, somebody taking the role, or the
    end of the incident. None while it is open.
    """
    role = getattr(offered.event, "role", "")
    later = (each for each in incident.history if each.seq > offered.seq)
    return next((each for each in later if _ends(incident, each.event, role)), None)


def offer_of(incident: Incident, news: Recorded) -> Recorded | None:
    """The offer that this event ends or asks about."""
    role = getattr(news.event, "role", "")
    before = [each for each in offers_of(incident, role) if each.seq < news.seq][-1:]
    for each in before:
        ended = ending(incident, each)
        if ended is None or ended.seq >= news.seq:
            return each
    return None


def holder_of(incident: Incident, offered: Recorded) -> str:
    """The holder of the offered role; empty if no one."""
    return incident.roles.get(getattr(offered.event, "role", ""), "")


def to_tell(incident: Incident, news: Recorded) -> list[str]:
    """Who is notified of the outcome, except the people who caused it: who offered the role, and
    who holds it.
    """
    people: list[str] = []
    if isinstance(news.event, HandoffOffered):
        people.append(news.event.holder)
    before = offer_of(incident, news)
    if before:
        people.append(before.by)
    if before and isinstance(news.event, RoleAssigned):
        people.append(getattr(before.event, "holder", ""))
    knows = ("", news.by, asked(news))
    return [each for each in dict.fromkeys(people) if each not in knows]


def offers_of(incident: Incident, role: str) -> Iterator[Recorded]:
    """All offers of the role so far."""
    for each in incident.history:
        if isinstance(each.event, HandoffOffered) and each.event.role == role:
            yield each


def _ends(incident: Incident, event: Event, role: str) -> bool:
    match event:
        case HandoffOffered() | HandoffDeclined() | HandoffWithdrawn() | RoleAssigned():
            return event.role == role
        case StageChanged(stage):
            return stage in OVER
        case MergedInto():
            return incident.merged is not None  # it wasn't undone
        case _:
            return False


def _still_news(incident: Incident, message: OutboundMessage) -> bool:
    """That no one has answered is news until somebody does."""
    if not isinstance(message.about.event, HandoffUnanswered):
        return True
    offered = offer_of(incident, message.about)
    return offered is not None and ending(incident, offered) is None


HANDOVER = MessageKind("handover", "handoff news", _still_news)


def news_of_offer(incident: Incident, recorded: Recorded) -> Iterator[OutboundMessage]:
    """The messages to the people of an offer that `recorded` ended, or that no one answers."""
    for user in to_tell(incident, recorded):
        yield OutboundMessage(f"handover:{recorded.seq}:{user}", HANDOVER, Person(user), recorded)
