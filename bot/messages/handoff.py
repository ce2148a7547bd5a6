"""An offer of a role: a direct message with a briefing for the next holder. It can be accepted or
declined, and shows the outcome.
"""

from datetime import datetime

from bot.incident.events import (
    HandoffDeclined,
    HandoffOffered,
    HandoffWithdrawn,
    MergedInto,
    Recorded,
    RoleAssigned,
    UpdatePosted,
)
from bot.incident.handoffs import TASKS_TOLD
from bot.incident.incident import Incident
from bot.incident.members import is_gone
from bot.incident.offers import ending, holder_of
from bot.incident.reminders import update_due
from bot.incident.updates import last_update
from bot.messages.blocks import Message, RenderContext, actions, button, context, section, value_of
from bot.messages.merge import where
from bot.messages.text import (
    clip,
    escape,
    escape_clip,
    in_one_line,
    mention,
    moment,
)
from bot.streams.message import OutboundMessage

TASK_MAX, UPDATE_MAX = 150, 600  # characters each


def handoff(incident: Incident, message: OutboundMessage, ctx: RenderContext) -> Message:
    event = message.about.event
    assert isinstance(event, HandoffOffered)
    title, which = escape(incident.role_title(event.role)), called(incident)
    if ended := ending(incident, message.about):
        head, became = f"{title} of {which}", _became(incident, event, ended)
        return Message(f"{head}: {became}", [section(f"*{head}*"), context(became)])
    head = f":handshake: {_asks(incident, message.about)} {title} of {which}"
    row = incident.policy.role(event.role)
    value = value_of(incident, role=event.role, offer=message.about.seq)
    blocks = [
        section(f"*{head}*\n{_brief(incident, ctx, message.about.at)}"),
        *([section(row.brief)] if row and row.brief else []),
        actions(
            button("Accept", "handoff_accept", value, style="primary"),
            button("Decline", "handoff_decline", value),
        ),
        context(
            f"The role is yours once you accept. Until then, {_held_by(incident, message.about)}."
        ),
    ]
    return Message(head, blocks)


def called(incident: Incident) -> str:
    """The incident as named in a direct message; a private one without its title."""
    return incident.id if incident.private else f"{incident.id} ({escape(incident.title)})"


def _asks(incident: Incident, offered: Recorded) -> str:
    by, holder = mention(offered.by), holder_of(incident, offered)
    if not holder:
        return f"{by} asks you to be"
    if holder == offered.by:
        return f"{by} asks you to take over as"
    return f"{by} asks you to take over from {mention(holder)} as"


def _held_by(incident: Incident, offered: Recorded) -> str:
    holder = holder_of(incident, offered)
    return f"{mention(holder)} holds it" if holder else "it's open"


def _brief(incident: Incident, ctx: RenderContext, seen: datetime) -> str:
    """The status, for somebody who hasn't followed the incident."""
    if incident.private:
        standing = f"{incident.severity_id} · {incident.stage}"
        return f"{standing} · private: accept to join the channel and read the rest"
    since = moment(incident.declared_at, ctx.zone, seen=seen)
    place = f" · <#{incident.channel}>" if incident.channel else ""
    lines = [f"{incident.severity_id} · {incident.stage} · declared {since}{place}"]
    update, due = last_update(incident), update_due(incident)
    if update and isinstance(update.event, UpdatePosted):
        at = moment(update.at, ctx.zone, seen=seen)
        words = in_one_line(update.event.text)
        lines.append(f"Last update {at} by {mention(update.by)}: {escape_clip(words, UPDATE_MAX)}")
    else:
        lines.append("No status updates yet.")
    if due:
        lines.append(f"Next update due {moment(due, ctx.zone, seen=seen)}")
    return "\n".join([*lines, *_tasks(incident)])


def _tasks(incident: Incident) -> list[str]:
    left = incident.open_tasks
    if not left:
        return []
    rows = [
        f"• {escape(clip(each.text, TASK_MAX))} · "
        f"{mention(each.owner) if each.owner else '_unassigned_'}"
        for each in left[:TASKS_TOLD]
    ]
    more = [f"• and {len(left) - TASKS_TOLD} more"] if left[TASKS_TOLD:] else []
    return ["Open tasks:", *rows, *more]


def _became(incident: Incident, offer: HandoffOffered, ended: Recorded) -> str:
    match ended.event:
        case RoleAssigned(_, user) if user == offer.user == ended.by:
            place = f" Join <#{incident.channel}>." if incident.channel else ""
            return f":white_check_mark: You accepted.{place}"
        case RoleAssigned(_, user) if user == offer.user:
            return f":white_check_mark: {mention(ended.by)} assigned the role to you."
        case RoleAssigned(_, user):
            return f"{mention(user)} has the role now. No response needed."
        case HandoffDeclined():
            return "You declined."
        case HandoffWithdrawn(left=True):
            return "You left the workspace."
        case HandoffWithdrawn() if ended.by == offer.user and is_gone(ended.by, incident):
            return "You left the channel."
        case HandoffWithdrawn():
            return f"{mention(ended.by)} withdrew the request. No response needed."
        case HandoffOffered(_, user):
            return f"{mention(ended.by)} asked {mention(user)} instead."
        case MergedInto() as merged:
            return f"{incident.id} was merged into {where(merged)}. No response needed."
        case _:
            return "The incident is over. No response needed."
