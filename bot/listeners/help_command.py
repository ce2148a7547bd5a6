"""Help: `/incident help`, and the panel that `/incident` alone opens."""

import difflib

from bot.incident.decide import is_over
from bot.incident.events import Stage
from bot.incident.incident import OPEN
from bot.incident.policy import Policy
from bot.listeners.declare_form import declare_form
from bot.listeners.feature import Subcommand, Where
from bot.listeners.inbound import SlashCommand, split_word
from bot.listeners.request import Answer, OpenView, Reply, Request
from bot.messages.card import card
from bot.messages.text import join_and, quoted

WAYS = ("help", "--help", "-h", "?")  # to ask for help
FEW = 6  # subcommands explained at once; a longer list is easier to read as names

# The most frequent subcommands, in the order in which an incident needs them.
GROUPS = {
    "People": ("ack", "page", "role", "handoff", "who"),
    "Say": ("update", "snooze", "note", "task"),
    "Where it stands": ("severity", "status", "mitigate", "resolve", "close", "reopen"),
    "Not one of its own": ("cancel", "merge"),
    "Look": ("catchup", "timeline", "audit", "subscribe", "unsubscribe"),
    "Afterwards": ("milestone", "postmortem"),
    "Others": ("declare", "list"),
}

EXAMPLES = {
    "declare": "declare sev1 Checkout is down",
    "page": "page @bob the database won't come up",
    "role": "role ic @ana",
    "handoff": "handoff ic @bob",
    "update": "update Rolled back, watching",
    "snooze": "snooze 20m waiting for the provider",
    "severity": "severity sev0 payments fail, too",
    "status": "status identified a bad deploy",
    "mitigate": "mitigate rolled back",
    "resolve": "resolve The pool is as large as before",
    "reopen": "reopen it is back",
    "cancel": "cancel a test sent the alert",
    "note": "note max_pool was 50 before",
    "task": "task Add an alert for the pool @dan friday",
    "merge": "merge INC-7",
    "milestone": "milestone mitigated 14:05",
    "list": "list mine",
    "subscribe": "subscribe me@example.com",
}


def show(request: Request[SlashCommand], subcommands: list[Subcommand]) -> Answer:
    """Reply with all available subcommands, or with the details of one."""
    word = split_word(request.payload.argument)[0].casefold()
    if word and word not in WAYS:
        return Reply(about(word, subcommands, request.services.policy))
    found = request.services.store.streams.find(request.channel)
    if not found:
        head = "*Muster* runs incidents with you. Here you can type:"
        rest = "Inside an incident's channel there is more: type it there."
        return Reply("\n".join([head, *listing(subcommands, Where.ANYWHERE), rest]))
    incident = request.services.incidents.get(found)
    if incident.merged:
        return Reply(is_over(incident))
    head = f"*{incident.id}* is {incident.stage}. Here you can type `/incident` and:"
    return Reply("\n".join([head, *listing(subcommands, _where(incident.stage))]))


def listing(subcommands: list[Subcommand], where: Where) -> list[str]:
    here = [each for each in subcommands if where in each.where]
    if len(here) <= FEW:
        return [f"`/incident {each.usage}`  {each.help}" for each in here]
    usages = {each.names[0]: f"`{each.usage}`" for each in here}
    lines = [
        f"*{what}*  {' · '.join(usages[name] for name in names if name in usages)}"
        for what, names in GROUPS.items()
        if usages.keys() & set(names)
    ]
    return [*lines, "What one of them does: `/incident help VERB`"]


def about(word: str, subcommands: list[Subcommand], policy: Policy) -> str:
    """The details of a subcommand: usage, description, example, and where it works."""
    found = next((sub for sub in subcommands if word in sub.names), None)
    if found is None:
        return unknown(word, subcommands, policy).text
    lines = [f"`/incident {found.usage}`", found.help]
    if example := EXAMPLES.get(found.names[0]):
        lines.append(f"Like: `/incident {example}`")
    if len(found.names) > 1:
        lines.append(f"Also: {join_and([f'`{each}`' for each in found.names[1:]])}")
    if found.where and Where.ANYWHERE not in found.where:
        lines.append("In an incident's channel.")
    return "\n".join(lines)


def panel(request: Request) -> Answer:
    """Handle `/incident` alone: open the form, or in an incident's channel show its status."""
    found = request.services.store.streams.find(request.channel)
    if not found:
        return OpenView(declare_form(request.services.policy))
    shown = card(request.services.incidents.get(found), None, request.services.render_context())
    return Reply(shown.text, shown.blocks)


def unknown(word: str, subcommands: list[Subcommand], policy: Policy) -> Reply:
    if severity := policy.severity(word):
        return Reply(
            f"To declare: `/incident declare {severity.id} TITLE`. In an incident's channel, to "
            f"change how bad it is: `/incident severity {severity.id}`."
        )
    names = [name for each in subcommands for name in each.names]
    near = difflib.get_close_matches(word, [*names, "help"], n=1)
    meant = f"Did you mean `/incident {near[0]}`? " if near else ""
    return Reply(
        f"There is no verb {quoted(word)}. {meant}`/incident help` lists what can be done here."
    )


def _where(stage: Stage) -> Where:
    if stage in OPEN:
        return Where.OPEN
    return Where.RESOLVED if stage is Stage.RESOLVED else Where.OVER
