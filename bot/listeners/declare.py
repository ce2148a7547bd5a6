"""Declare an incident: `/incident declare sev1 Checkout is down`, the modal, the shortcut."""

import json
import re
from dataclasses import replace

from bot.incident.incident import Incident
from bot.incident.lifecycle import TITLE_MAX, Declare
from bot.incident.members import may_see
from bot.incident.policy import Policy
from bot.incident.words import TEXT_MAX
from bot.listeners.ask import Answer, Ask, Closed, Invalid, Open, Show, Words
from bot.listeners.feature import Feature, Where
from bot.listeners.inbound import BlockAction, MessageShortcut, SlashCommand, Submission
from bot.listeners.intake import Intake, so_far, told, view
from bot.listeners.joining import (
    A_DAY_AGO,
    looks_like,
    open_like,
    same_as,
    there_is,
    wished_for,
)
from bot.messages.shape import section, telling
from bot.messages.text import clip, escape, plain

feature = Feature()

# `private`, `private:`, `[private]`; but not `private-key`
_PRIVATE = re.compile(r"[^\w\s]*private(?:[^\w\s]*(?=\s|$)|:)\s*", re.IGNORECASE)


@feature.verb(
    "declare",
    "new",
    "open",
    usage="declare [SEV] [TITLE]",
    help="Declare an incident; without a title, in a form.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask[SlashCommand]) -> Answer:
    """Whoever types `private` first, or right after the severity, gets the form with that ticked:
    were it taken for a part of the title, what has to stay private would be announced."""
    command, private = meant_private(ask.payload.argument, ask.house.policy)
    if private or not command.title:
        intake = Intake(clip(command.title, TITLE_MAX), command.severity, private=private)
        return Open(view(ask.house.policy, intake))
    return declared(ask, command)


@feature.shortcut("declare")
def chosen(ask: Ask) -> Answer:
    return Open(view(ask.house.policy))


@feature.message_shortcut("declare_from_message")
def chosen_on_message(ask: Ask[MessageShortcut]) -> Answer:
    """The form, with what the message says; or the incident that was declared from it. What was
    written in a private incident's channel stays private, unless the person says otherwise."""
    source = f"{ask.channel}/{ask.payload.message.ts}"
    if kept := ask.house.store.kept(f"source:{source}"):
        first = ask.house.incidents.get(json.loads(kept)["id"])
        if may_see(first, ask.user):
            return from_this(first, ask)
    text, link = (
        plain(ask.payload.message.text).strip(),
        ask.house.identity.permalink(ask.channel, ask.payload.message.ts),
    )
    summary = f"{clip(text, TEXT_MAX - len(link) - 2)}\n\n{link}".strip()
    title = clip(" ".join(text.partition("\n")[0].split()), TITLE_MAX)
    back = {"source": source, "response_url": ask.payload.response_url or ""}
    there = ask.of_the_channel()
    private = there is not None and there.private
    intake = Intake(title, summary=summary, private=private, kept=back)
    return Open(view(ask.house.policy, intake))


@feature.submission("declare")
def submitted(ask: Ask[Submission]) -> Answer:
    intake, policy = so_far(ask), ask.house.policy
    if not intake.title.strip():
        return Invalid({"title": "Say in a few words what is broken, like: Checkout is down."})
    if (size := len(told(intake))) > TEXT_MAX:
        return Invalid({"summary": f"With the rest, this has {size:,} characters; 3,000 fit."})
    always = any(each.private for each in policy.playbooks if each.id == intake.playbook)
    command = Declare(
        intake.title.strip(),
        intake.severity or policy.default_severity().id,
        policy,
        told(intake),
        intake.playbook,
        always or intake.private,
        ask.payload.metadata.get("source", ""),
    )
    first = open_like(command, ask)
    answer = same_as(first, ask, command) if first else declared(ask, command)
    if answer.blocks:
        return Show(telling("declared", "Same incident?", answer.blocks))
    return Closed(answer) if ask.payload.metadata.get("source", "") else None


@feature.button("declare_anyway")
def insisted(ask: Ask[BlockAction]) -> Answer:
    """Two clicks are one wish: the intent is what was about to be declared, not the click."""
    wished, wish = wished_for(ask)
    if wish is None:
        return Words(A_DAY_AGO)
    ask.intent = f"anyway:{wished}"
    return declared(ask, Declare(policy=ask.house.policy, **wish), anyway=True)


def declared(ask: Ask, command: Declare, *, anyway: bool = False) -> Words:
    """Declare it, or name the incident that already is and offer to declare it all the same."""
    found = ask.house.incidents.declare(command, by=ask.user, intent=ask.intent, anyway=anyway)
    if isinstance(found, Incident):
        if command.source and found.source == command.source:
            return from_this(found, ask)
        return same_as(found, ask, command)
    incident = found.incident
    ask.touched.add(incident.id)
    lock = " It is private: only its members see it." if incident.private else ""
    answer = Words(
        f"*{incident.id}* is declared, {incident.severity_id}: {escape(incident.title)}. "
        f"Its channel opens now and you are in it first.{lock}",
        instead=anyway,
    )
    return answer if anyway else looks_like(incident, ask, command, answer)


def from_this(first: Incident, ask: Ask) -> Words:
    text = there_is(first, "from this message", ask)
    return Words(text, [section(text)])


def meant_private(text: str, policy: Policy) -> tuple[Declare, bool]:
    """What is to be declared, and whether it is said to be private."""
    rest = _PRIVATE.sub("", text, count=1) if _PRIVATE.match(text) else text
    command = read(rest, policy)
    if rest is text and _PRIVATE.match(command.title):
        return replace(command, title=_PRIVATE.sub("", command.title, count=1)), True
    return command, rest is not text


def read(text: str, policy: Policy) -> Declare:
    """The first word is the severity if it names one (`sev1:` does, too); the rest is the title.

    A title that begins with a severity's name has to be written after the severity.
    """
    first, *rest = text.split(maxsplit=1)[:2] or [""]
    named = policy.severity(first.rstrip(":,")) if first else None
    title = plain("".join(rest) if named else text).strip()
    severity = named or policy.default_severity()
    return Declare(title, severity.id, policy)
