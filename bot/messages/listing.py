"""Incidents in a list: a line each, for a phone."""

from collections.abc import Sequence

from bot.incident.incident import Incident
from bot.messages.aside import left_out
from bot.messages.shape import Block, Message, Voice, actions, button, context, section
from bot.messages.text import ago, escape, mention, moment, shown

TITLE_MAX = 120  # characters


def line(incident: Incident, voice: Voice) -> str:
    """What it is, how it stands, since when, who commands, and where."""
    facts = [f"*{incident.id}* {incident.severity_id}", incident.stage.value]
    if incident.is_open:
        facts.append(f"for {ago(voice.now - incident.declared_at)}")
        who = mention(incident.commander) if incident.commander else "nobody"
        facts.append(f"{who} commands")
    else:
        facts.append(f"of {moment(incident.declared_at, voice.zone, seen=voice.now)}")
        facts += [mention(incident.commander)] if incident.commander else []
    facts += [f"<#{incident.channel}>"] if incident.channel else []
    lock = ":lock: " if incident.private else ""
    return f"{' · '.join(facts)}\n{lock}{shown(incident.title, TITLE_MAX)}"


def listing(
    head: str,
    incidents: Sequence[Incident],
    voice: Voice,
    more: str | None = None,
    unread: int = 0,
) -> Message:
    """`more`: what the button for the older ones says to us, if there are any. `unread`: how many
    of them can't be read."""
    blocks: list[Block] = [section(f"*{escape(head)}*")]
    blocks += [section(line(each, voice)) for each in incidents]
    if unread:
        blocks.append(context(left_out(unread)))
    if more is not None:
        blocks.append(actions(button("Show older ones", "list_more", more)))
    return Message(f"{head}: {', '.join(each.id for each in incidents)}", blocks)
