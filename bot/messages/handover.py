"""The outcome of an offer, sent privately to the person who made it and to the holder of
the role.
"""

from bot.incident.deactivation import NOT_THERE
from bot.incident.events import (
    HandoffDeclined,
    HandoffOffered,
    HandoffUnanswered,
    HandoffWithdrawn,
    Recorded,
    RoleAssigned,
)
from bot.incident.incident import Incident
from bot.incident.members import is_gone
from bot.incident.offers import asked, offer_key, offer_of
from bot.messages.blocks import Message, RenderContext
from bot.messages.handoff import called
from bot.messages.text import approx, escape, mention
from bot.streams.address import Person
from bot.streams.message import OutboundMessage


def handover(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    assert isinstance(message.to, Person)
    news, to = message.about, message.to.user
    role: str = getattr(news.event, "role", "")
    what = f"{escape(incident.role_title(role))} of {called(incident)}"
    if message.key.endswith(":refused"):
        return Message(
            f":warning: {_unreachable(incident, news, what)} {_next(incident, role, to)}"
        )
    offered = offer_of(incident, news)
    who = mention(asked(offered))
    match news.event:
        case HandoffOffered():
            return Message(f":handshake: {_offered_anew(incident, news, offered, what, to)}")
        case HandoffDeclined():
            text = (
                f"{who} declined {_request(offered, to)} for {what}. {_next(incident, role, to)}"
            )
        case HandoffWithdrawn(left=True):
            text = f"{who} left the workspace and can't be {what}. {_next(incident, role, to)}"
        case HandoffWithdrawn() if news.by == asked(offered) and is_gone(news.by, incident):
            text = f"{who} left the channel and can't be {what}. {_next(incident, role, to)}"
        case HandoffWithdrawn():
            text = f"{mention(news.by)} withdrew the handoff request to {who} for {what}. "
            text += _held(incident, role, to)
        case HandoffUnanswered():
            waited = f" ({approx(news.at - offered.at)})" if offered else ""
            text = f"{who} hasn't responded to {_request(offered, to)} for {what}{waited}. "
            text += _next(incident, role, to, withdraw=True)
        case RoleAssigned(_, user) if user == asked(offered):
            if news.by == user:
                return Message(f":white_check_mark: {who} accepted and is now {what}.")
            text = f"{mention(news.by)} assigned {who}, who is now {what}."
        case RoleAssigned(_, user):
            text = f"{mention(user)} is now {what}. The handoff request to {who} was withdrawn."
        case _:
            raise AssertionError(news.event)
    return Message(f":handshake: {text}")


def _offered_anew(
    incident: Incident, news: Recorded, before: Recorded | None, what: str, to: str
) -> str:
    """For the holder of a role that somebody else offers, and for the person whose offer is
    replaced.
    """
    event = news.event
    assert isinstance(event, HandoffOffered)
    instead = f" instead of {mention(asked(before))}" if before and before.by == to else ""
    text = f"{mention(news.by)} asked {mention(event.user)} to be {what}{instead}."
    if event.holder != to:
        return text
    return (
        f"{text} You keep the role until they accept. "
        f"To withdraw the request: `/incident handoff {event.role} none`."
    )


def _request(offered: Recorded | None, to: str) -> str:
    return "your handoff request" if offered and offered.by == to else "the handoff request"


def _unreachable(incident: Incident, offered: Recorded, what: str) -> str:
    reason = incident.failed[offer_key(offered)].reason
    why = "they left the workspace" if reason in NOT_THERE else f"Slack error {escape(reason)}"
    return f"Couldn't ask {mention(asked(offered))} to be {what}: {why}."


def _held(incident: Incident, role: str, to: str) -> str:
    holder = incident.roles.get(role)
    if holder is None:
        return "The role is open."
    return (
        "You still hold the role." if holder == to else f"{mention(holder)} still holds the role."
    )


def _next(incident: Incident, role: str, to: str, *, withdraw: bool = False) -> str:
    place = f" in <#{incident.channel}>" if incident.channel else ""
    back = f" To withdraw the request: `/incident handoff {role} none`." if withdraw else ""
    somebody = f"To ask someone else: `/incident handoff {role} @name`{place}.{back}"
    return f"{_held(incident, role, to)} {somebody}"
