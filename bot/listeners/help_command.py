"""Help: `/incident help`, and the panel that `/incident` alone opens."""

import re

from bot.incident.decide import is_over
from bot.incident.events import Stage
from bot.incident.incident import OPEN
from bot.incident.policy import Policy
from bot.listeners.declare_form import view_of
from bot.listeners.feature import About, Group, Subcommand, Where
from bot.listeners.inbound import SlashCommand, split_word
from bot.listeners.request import Answer, OpenView, Reply, Request
from bot.listeners.synonyms import HINTS, SYNONYMS, nearest
from bot.listeners.words import bare, fold
from bot.messages.card import card
from bot.messages.text import code, join_and

WAYS = ("help", "h", "?")  # to ask for help
NOT_A_COMMAND = ("me", "please", "all", "commands")  # after `help`
_ID = re.compile(r"u[a-z0-9]{2,20}\|.*")  # a mention without its marks
FEW = 6  # subcommands explained at once; a longer list is easier to read as names


def show(request: Request[SlashCommand], subcommands: list[Subcommand]) -> Answer:
    """Reply with all available subcommands, or with the details of one."""
    word = split_word(request.payload.argument)[0]
    word = bare(word) or word
    if word and word not in (*WAYS, *NOT_A_COMMAND):
        return Reply(about(word, subcommands, request.services.policy))
    found = request.services.store.streams.find(request.channel)
    if not found:
        head = "*Muster* manages incidents in Slack. Commands here:"
        rest = (
            "An incident channel has more commands: type `/incident help` there. With the "
            "incident's number they work anywhere, like `/incident ack INC-7`."
        )
        return Reply("\n".join([head, *listing(subcommands, Where.ANYWHERE), rest]))
    incident = request.services.incidents.get(found)
    if incident.merged:
        lines = listing(subcommands, Where.ANYWHERE)
        return Reply("\n".join([is_over(incident), "Commands here:", *lines]))
    head = f"*{incident.id}* is {incident.stage}. Commands here, after `/incident`:"
    return Reply("\n".join([head, *listing(subcommands, _where(incident.stage))]))


def listing(subcommands: list[Subcommand], where: Where) -> list[str]:
    """The subcommands that work there: a few with their help, more as names, by group."""
    here = [sub for sub in subcommands if where in sub.where]
    if len(here) <= FEW:
        return [f"`/incident {sub.usage}`  {sub.help}" for sub in here]
    lines = [
        f"*{group}*  {' · '.join(usages)}"
        for group in Group
        if (usages := [f"`{sub.usage}`" for sub in here if sub.group is group])
    ]
    return [*lines, "For details: `/incident help COMMAND`"]


def about(word: str, subcommands: list[Subcommand], policy: Policy) -> str:
    """The details of a subcommand: usage, description, example, and where it works."""
    if hint := HINTS.get(fold(word)):
        return hint
    name = SYNONYMS.get(fold(word), word).partition(" ")[0]
    found = next((sub for sub in subcommands if name in sub.names), None)
    if found is None:
        return unknown(word, subcommands, policy).text
    lines = [f"`/incident {found.usage}`", found.help]
    if found.example:
        lines.append(f"Example: `/incident {found.example}`")
    if len(found.names) > 1:
        lines.append(f"Aliases: {join_and([f'`{each}`' for each in found.names[1:]])}")
    if found.where and Where.ANYWHERE not in found.where:
        number = f", or anywhere with the incident's number: `/incident {found.names[0]} INC-7`"
        named = found.about is not About.NOTHING
        lines.append(f"Works in an incident channel{number if named else ''}.")
    return "\n".join(lines)


def panel(request: Request) -> Answer:
    """Handle `/incident` alone: open the form, or in an incident's channel show its status."""
    incident = request.channel_incident()
    if incident is None:
        return OpenView(view_of(request))
    shown = card(incident, None, request.services.render_context())
    return Reply(shown.text, shown.blocks)


def unknown(word: str, subcommands: list[Subcommand], policy: Policy) -> Reply:
    if word[:1] == "@" or _ID.fullmatch(word):
        return Reply("Say what to do first: `/incident role ic @name` or `/incident page @name`.")
    if severity := policy.severity(word):
        return Reply(
            f"To declare: `/incident declare {severity.id} TITLE`. To change the severity, in an "
            f"incident channel: `/incident severity {severity.id}`."
        )
    names = [name for each in subcommands for name in each.names]
    near = nearest(word, [*names, *SYNONYMS, "help"])
    meant = f"Did you mean `/incident {SYNONYMS.get(near, near)}`? " if near else ""
    return Reply(f"Unknown command {code(word)}. {meant}Try `/incident help`.")


def _where(stage: Stage) -> Where:
    if stage in OPEN:
        return Where.OPEN
    return Where.RESOLVED if stage is Stage.RESOLVED else Where.OVER
