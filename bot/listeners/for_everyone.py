"""Requests that guests, people of other organizations and apps may make, too: reading what their
channels show, and answering a page. For all others they have to be members.

Whether a command is allowed is decided at the door (`bot.incident.access`); this refuses before a
form opens, or a list is read.
"""

from bot.listeners import help_command
from bot.listeners.inbound import EventCallback, SlashCommand
from bot.listeners.request import Request
from bot.streams.access import Standing

ANSWERS = ("ack", "unsubscribe")
READS = ("timeline", "timeline_more", "catchup", "who", "show")


def admit(name: str, request: Request) -> None:
    """Raise `Refused` if the request of this name is only for members, and this isn't one's.
    Reading is for everyone in an incident's channel."""
    if isinstance(request.payload, EventCallback) or name in ANSWERS:
        return  # an event asks for nothing: what it causes is checked at the door
    if request.standing is Standing.MEMBER or _asks_for_help(request):
        return
    if name not in READS or request.channel_incident() is None:
        request.require_member()


def _asks_for_help(request: Request) -> bool:
    command = request.payload
    return isinstance(command, SlashCommand) and command.subcommand in help_command.WAYS
