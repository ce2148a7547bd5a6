"""What can be done here, now: `/incident help`, and the panel of `/incident` alone."""

import difflib

from bot.incident.events import Stage
from bot.incident.incident import OPEN
from bot.incident.policy import Policy
from bot.listeners.ask import Answer, Ask, Open, Words
from bot.listeners.feature import Verb, Where
from bot.listeners.intake import view
from bot.messages.card import card
from bot.messages.text import quoted

LATER = ("audit")


def show(ask: Ask, verbs: list[Verb]) -> Answer:
    """Only what can be done here: a list that fits on a phone."""
    found = ask.house.store.find(ask.channel)
    where, head = Where.ANYWHERE, "*Muster* runs incidents with you. Here you can type:"
    if found:
        incident = ask.house.incidents.get(found)
        where = _where(incident.stage)
        head = f"*{incident.id}* is {incident.stage}. Here you can type:"
    lines = [f"`/incident {each.usage}`  {each.help}" for each in verbs if where in each.where]
    rest = "" if found else "Inside an incident's channel there is more: type it there."
    return Words("\n".join([head, *lines, rest]).strip())


def panel(ask: Ask) -> Answer:
    """`/incident` alone: the form, or in an incident's channel how it stands."""
    found = ask.house.store.find(ask.channel)
    if not found:
        return Open(view(ask.house.policy))
    shown = card(ask.house.incidents.get(found), None, ask.house.voice())
    return Words(shown.text, shown.blocks)


def unknown(word: str, verbs: list[Verb], policy: Policy) -> Answer:
    if word in LATER:
        return Words(f"`/incident {word}` is not there yet: it comes with the next release.")
    if severity := policy.severity(word):
        return Words(
            f"To declare: `/incident declare {severity.id} TITLE`. In an incident's channel, to "
            f"change how bad it is: `/incident severity {severity.id}`."
        )
    names = [name for each in verbs for name in each.names]
    near = difflib.get_close_matches(word, [*names, "help"], n=1)
    meant = f"Did you mean `/incident {near[0]}`? " if near else ""
    return Words(
        f"There is no verb {quoted(word)}. {meant}`/incident help` lists what can be done here."
    )


def _where(stage: Stage) -> Where:
    if stage in OPEN:
        return Where.OPEN
    return Where.RESOLVED if stage is Stage.RESOLVED else Where.OVER
