"""Requests that guests, people of other organizations and apps may make, too: reading what their
channels show, and answering a page. For all others they have to be members.

Whether a command is allowed is decided at the door (`bot.incident.access`); this refuses before a
form opens, or a list is read.
"""

from bot.listeners import help_command
from bot.listeners.inbound import EventCallback, SlashCommand
from bot.listeners.request import Request

ANSWERS = ("ack", "unsubscribe")
READS = ("timeline", "timeline_more", "catchup", "who", "show")


def is_for_everyone(name: str, request: Request) -> bool:
    """Whether the request of this name may be made by anyone. Reading is, in an incident's
    channel."""
    if isinstance(request.payload, EventCallback) or name in ANSWERS:
        return True  # an event asks for nothing: what it causes is checked at the door
    if isinstance(request.payload, SlashCommand) and (
        request.payload.subcommand in help_command.WAYS
    ):
        return True
    return name in READS and request.channel_incident() is not None
