"""Messages carry their key as metadata, and are found by it after a call in doubt."""

from datetime import datetime
from typing import Any

from bot.incident.events import Reminded
from bot.incident.incident import Incident
from bot.incident.nag_parts import asked, name_of
from bot.messages import RenderContext, render_message
from bot.slack.client import Calls
from bot.slack.conversations import paginate
from bot.streams.address import Thread
from bot.streams.message import OutboundMessage


def message_arguments(
    outbound: OutboundMessage, incident: Incident, context: RenderContext
) -> dict[str, Any]:
    """The arguments of `chat.postMessage` and `chat.update`: text, blocks and metadata."""
    message = render_message(incident, outbound, context)
    about: dict[str, Any] = {
        "subject": incident.id,
        "incident": incident.id,
        "kind": outbound.kind.name,
        "key": _key(outbound, incident),
    }
    if isinstance(outbound.about.event, Reminded):
        reason, *also = [name_of(each) for each in asked(incident, outbound.about)]
        about |= {"reason": reason, "also": also} if also else {"reason": reason}
    arguments: dict[str, Any] = {
        "text": message.text,
        "metadata": {"event_type": "muster", "event_payload": about},
    }
    return {**arguments, "blocks": message.blocks} if message.blocks else arguments


def thread_argument(outbound: OutboundMessage, name: str = "thread_ts") -> dict[str, str]:
    """The thread to post in, if any, as Slack's parameter `name`."""
    return {name: outbound.to.ts} if isinstance(outbound.to, Thread) else {}


async def find_message(
    slack: Calls, outbound: OutboundMessage, incident: Incident, channel: str, oldest: datetime
) -> str | None:
    """The `ts` of the message with this key; None if there is none since `oldest`. Raises
    `SlackError`.
    """
    key = _key(outbound, incident)
    parent: dict[str, Any] = thread_argument(outbound, "ts")
    history = paginate(
        slack,
        "conversations.replies" if parent else "conversations.history",
        "messages",
        channel=channel,
        oldest=f"{oldest.timestamp():.6f}",
        include_all_metadata=True,
        **parent,
    )
    async for message in history:
        about = (message.get("metadata") or {}).get("event_payload") or {}
        if about.get("key") == key:
            return str(message["ts"])
    return None


def _key(outbound: OutboundMessage, incident: Incident) -> str:
    """Unique in Slack, also beside the messages of another incident that had this number."""
    return f"{key_prefix(incident)}{outbound.key}"


def key_prefix(incident: Incident) -> str:
    """The beginning of the keys of an incident's messages."""
    return "".join(f"{each}/" for each in (incident.id, incident.mark) if each)
