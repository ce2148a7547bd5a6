"""A list of incidents, one line each, readable on a phone."""

from collections.abc import Sequence

from bot.incident.row import IncidentRow
from bot.messages.blocks import Block, Message, RenderContext, actions, button, context, section
from bot.messages.quarantine import left_out
from bot.messages.text import approx, escape, escape_clip, mention, moment

TITLE_MAX = 120  # characters


def line(incident: IncidentRow, ctx: RenderContext) -> str:
    """One incident: title, status, age, commander and channel."""
    facts = [f"*{incident.id}* {incident.severity_id}", incident.stage.value]
    if incident.is_open:
        facts.append(f"open for {approx(ctx.now - incident.declared_at)}")
        who = incident.commander
        facts.append(f"Commander: {mention(who)}" if who else "No commander yet")
    else:
        facts.append(f"declared {moment(incident.declared_at, ctx.zone, seen=ctx.now)}")
        facts += [mention(incident.commander)] if incident.commander else []
    facts += [f"<#{incident.channel}>"] if incident.channel else []
    lock = ":lock: " if incident.private else ""
    return f"{' · '.join(facts)}\n{lock}{escape_clip(incident.title, TITLE_MAX)}"


def listing(
    head: str,
    incidents: Sequence[IncidentRow],
    ctx: RenderContext,
    more: str | None = None,
    unread: int = 0,
) -> Message:
    """`more`: the value of the button for older ones, if there are any. `unread`: how many can't
    be read.
    """
    blocks: list[Block] = [section(f"*{escape(head)}*")]
    blocks += [section(line(each, ctx)) for each in incidents]
    if unread:
        blocks.append(context(left_out(unread)))
    if more is not None:
        blocks.append(actions(button("Show older incidents", "list_more", more)))
    return Message(f"{head}: {', '.join(each.id for each in incidents)}", blocks)
