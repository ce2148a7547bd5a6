"""The briefing of a role, sent privately to its holder."""

from bot.incident.events import RoleAssigned
from bot.incident.incident import Incident
from bot.messages.blocks import Message, RenderContext, section
from bot.messages.text import escape, mention
from bot.streams.message import OutboundMessage


def briefing(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event, by = message.about.event, message.about.by
    assert isinstance(event, RoleAssigned)
    role = next(each for each in incident.policy.roles if each.id == event.role)
    which = incident.id if incident.private else f"{incident.id} ({escape(incident.title)})"
    head = f"You're now {escape(role.title)} of {which}."
    named = "" if by == event.user else f"{mention(by)} assigned you. "
    place = f"Join <#{incident.channel}>." if incident.channel else ""
    text = f"*{head}*\n{named}{place}".strip()
    return Message(head, [section(text), section(role.brief)] if role.brief else [section(text)])
