"""Whom a reminder asks: whose job it is, or else another responder who can be reached."""

from collections.abc import Set

from bot.incident.escalation import last_paged, paged
from bot.incident.events import Recorded
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.incident.nag_parts import asked, name_of
from bot.streams.actor import User

NO_ONE: Set[str] = frozenset()


def holder(incident: Incident, reminder: str) -> str:
    """Whose job it is."""
    commander = incident.commander or incident.declarer
    match reminder:
        case "update":
            return incident.roles.get("cl") or commander
        case "commander":
            return incident.declarer
        case "ack":
            return last_paged(incident) or commander
        case _:
            return commander


def candidates(incident: Incident, reminder: str) -> list[str]:
    """Who can be asked, in order: the one whose job it is, then the other responders. Of a private
    incident only its members."""
    first = holder(incident, reminder)
    commander = [incident.commander] if incident.commander else []
    others = [*commander, *incident.roles.values(), *incident.paging.acknowledged_by]
    if reminder == "ack":
        others += [each for each in reversed(paged(incident)) if not each.startswith("#")]
    others.append(incident.declarer)
    seen = [each for each in others if may_see(User(each), incident)]
    return list(dict.fromkeys([first, *seen]))


def whom(incident: Incident, reminder: str, away: Set[str]) -> str:
    """Whom to ask, if `away` can't be reached. If no one can, it's whose job it is."""
    able = (each for each in candidates(incident, reminder) if each not in away)
    return next(able, holder(incident, reminder))


def choices(incident: Incident, lead: Recorded) -> list[str]:
    """The people between whom there is a choice in the message that `lead` leads; empty if there
    is none."""
    every = [candidates(incident, name_of(each)) for each in asked(incident, lead)]
    return list(dict.fromkeys(user for users in every if len(users) > 1 for user in users))
