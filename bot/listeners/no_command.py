"""Words after `/incident` that aren't a command: a title, or a mistyped command."""

from bot.incident.kind import PREFIX
from bot.incident.policy import Policy
from bot.listeners.declaration import is_private, read_declaration
from bot.listeners.declare import form_of
from bot.listeners.declare_form import view_of
from bot.listeners.feature import Listener, Subcommand
from bot.listeners.help_command import unknown
from bot.listeners.inbound import SlashCommand
from bot.listeners.request import Answer, OpenView, Reply, Request
from bot.listeners.severity_words import SEVERITY_NAMES, could_mean_severity, digits_of
from bot.listeners.synonyms import nearest
from bot.listeners.words import words
from bot.streams.ids import Certainty, spelled


def no_command(
    request: Request[SlashCommand], subcommands: list[Subcommand], known: Listener | None
) -> Answer:
    """Open the declare form with the words if they could be a title; else run the command of that
    name (`known`), or name the nearest."""
    policy, text = request.services.policy, request.payload.text
    if is_declaration(request, subcommands):
        return OpenView(view_of(request, form_of(read_declaration(text, policy))))
    if known:
        return known(request)
    word = request.payload.subcommand
    if (number := spelled(text, PREFIX)) and number.rest:
        after = request.payload.saying(number.rest).subcommand
        if number.certainty is Certainty.EXACT:
            word = after  # `INC-7 restart`
        elif any(after in each.names for each in subcommands):
            return Reply(f"Did you mean `/incident {number.id} {after}`?")
    return unknown(word, subcommands, policy)


def is_declaration(request: Request[SlashCommand], subcommands: list[Subcommand]) -> bool:
    """Whether the words are meant as a declaration: outside an incident's channel, two or more,
    the first of which isn't a mistyped command. Words that begin with a severity or `private` are
    one even if a command has that name, because that command needs an incident's channel."""
    text = request.payload.text
    if len(text.split()) < 2 or request.services.store.streams.find(request.channel):
        return False
    names = {name for sub in subcommands for name in sub.names}
    word = request.payload.subcommand
    named = spelled(request.payload.argument, PREFIX)
    if word in names and named and named.certainty is Certainty.EXACT:  # `private INC-7`
        return False
    if begins_like_a_declaration(text, request.services.policy):
        return True
    number = spelled(text, PREFIX)
    if number and number.certainty is not Certainty.NUMBER:  # `7 hosts are down` is a title
        return False
    return word not in names and nearest(word, names) is None


def begins_like_a_declaration(text: str, policy: Policy) -> bool:
    """Whether a severity (`sev1`, `SEV-1`, `sev 1`) or `private` stands first, and a title
    follows.
    """
    found = [word for word in words(text, 3) if word.plain or is_private(word)]
    if len(found) < 2:
        return False
    first, *rest = found
    if first.plain in SEVERITY_NAMES:
        number = digits_of(rest[0].plain)
        both = first.plain + number if number else ""
        return len(rest) > 1 and could_mean_severity(policy, both)
    return is_private(first) or could_mean_severity(policy, first.plain)
