"""The pinned card: status, roles and next actions. Edited in place."""

from itertools import accumulate

from bot.incident.card import problems
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.reminders import missing_roles, update_due, waits_for_acknowledgement
from bot.messages.blocks import (
    HEADER_MAX,
    Block,
    Message,
    RenderContext,
    actions,
    button,
    context,
    header,
    role_button,
    section,
)
from bot.messages.merge import where
from bot.messages.slack_failures import what_failed
from bot.messages.task import on_the_card
from bot.messages.text import escape, escape_clip, join_and, mention, moment
from bot.streams.message import OutboundMessage

ALWAYS = ("ic", "ol", "cl")


def card(incident: Incident, message: OutboundMessage | None, ctx: RenderContext) -> Message:
    """The card; also what `/incident` shows privately in an incident's channel."""
    title = f"{incident.severity_id} · {incident.title}"
    blocks = [header(title)]
    if len(title) > HEADER_MAX:
        blocks.append(section(f"*{escape(incident.title)}*"))
    blocks.append(section(_standing(incident, ctx)))
    if incident.summary:
        blocks.append(section(escape_clip(incident.summary, 2900)))
    blocks += [_role(incident, role) for role in _roles(incident)]
    if incident.open_tasks and not incident.merged:
        blocks.append(section(on_the_card(incident, ctx)))
    if due := _update_due(incident, ctx):
        blocks.append(due)
    if buttons := _buttons(incident):
        blocks.append(actions(*buttons))
    blocks += _footer(incident)
    return Message(escape(f"{title} ({incident.stage})"), blocks)


def _standing(incident: Incident, ctx: RenderContext) -> str:
    facts = [f"*{incident.stage.capitalize()}*", incident.id]
    if incident.merged:
        facts.append(f"continues as {where(incident.merged)}")
    if incident.private:
        facts.append(":lock: private")
    when = moment(incident.declared_at, ctx.zone)
    facts.append(f"declared by {mention(incident.declarer)} at {when}")
    if began := incident.corrected.get("impact"):
        facts.append(f"impact since {moment(began, ctx.zone, seen=incident.declared_at)}")
    if on_it := incident.paging.acknowledged_by:
        facts.append(f"acknowledged by {join_and([mention(each) for each in on_it])}")
    return " · ".join(facts)


def _roles(incident: Incident) -> list[str]:
    known = [each.id for each in incident.policy.roles]
    always = [role for role in ALWAYS if role in known]
    wanted = (*always, *missing_roles(incident)) if incident.is_open else ()
    return list(dict.fromkeys((*wanted, *incident.roles)))


def _role(incident: Incident, role: str) -> Block:
    title = incident.role_title(role)
    name = f"*{escape(title)}*"
    if holder := incident.roles.get(role):
        return section(f"{name}  {mention(holder)}")
    style = "primary" if role == "ic" else None
    return section(f"{name}  _unassigned_", role_button(incident.id, role, title, style))


def _update_due(incident: Incident, ctx: RenderContext) -> Block | None:
    due = update_due(incident)
    if not incident.is_open:
        return None
    update = button("Post update", "update_open", incident.id)
    if due is None:
        return section(f"{incident.severity_id} has no regular updates.", update)
    when = f"Next update due {moment(due, ctx.zone)}"
    if incident.snoozed:
        return section(f":zzz: {when}, snoozed by {mention(incident.snoozed.by)}", update)
    return section(f":alarm_clock: {when}", update)


def _buttons(incident: Incident) -> list[Block]:
    if incident.stage is Stage.RESOLVED:
        return [button("Close incident", "close", incident.id)]
    if not incident.is_open:
        return []
    resolve = button("Resolve incident", "resolve_open", incident.id)
    if waits_for_acknowledgement(incident):
        return [button("Acknowledge", "ack", incident.id, style="primary"), resolve]
    return [resolve]


def _footer(incident: Incident) -> list[Block]:
    links = [
        f"<{each.link}|{escape(each.title)}>" if each.link else escape(each.title)
        for each in incident.playbook.runbooks
    ]
    if incident.bridge:
        links.insert(0, f"<{incident.bridge}|Bridge>")
    blocks = [context(_within(":books: ", links))] if links else []
    if troubles := problems(incident):
        said = [f"{what_failed(key)} ({escape(reason)})" for key, reason in troubles]
        blocks.append(context(_within(":warning: Slack refused: ", said)))
    if not incident.is_open:
        return blocks
    how = "Post an update: `/incident update …` · All commands: `/incident help`"
    return [*blocks, context(how)]


def _within(head: str, parts: list[str], most: int = 2000) -> str:
    """As many parts as fit, each in full: half a link would be broken."""
    fitting = [part for part, end in zip(parts, _ends(head, parts), strict=True) if end <= most]
    more = f" · and {len(parts) - len(fitting)} more" if len(fitting) < len(parts) else ""
    return head + " · ".join(fitting) + more


def _ends(head: str, parts: list[str]) -> list[int]:
    return list(accumulate((len(part) + 3 for part in parts), initial=len(head)))[1:]
