"""Declare an incident: `/incident declare sev1 Checkout is down`, the modal, the shortcut."""

import json
import re
from dataclasses import replace

from bot.incident.declaring import TITLE_MAX, Declare
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.incident.policy import Policy
from bot.incident.row import IncidentRow, row_of
from bot.incident.text_limits import TEXT_MAX
from bot.listeners.declare_form import DeclareForm, declare_form, filled_in, told
from bot.listeners.duplicates import (
    A_DAY_AGO,
    looks_like,
    same_as,
    similar_open,
    there_is,
    wished_for,
)
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import BlockAction, MessageShortcut, SlashCommand, Submission
from bot.listeners.request import (
    Answer,
    CloseView,
    FieldErrors,
    OpenView,
    Reply,
    Request,
    UpdateView,
)
from bot.messages.blocks import info_modal, section
from bot.messages.text import clip, escape, unescape

feature = Feature()

# `private`, `private:`, `[private]`; but not `private-key`
_PRIVATE = re.compile(r"[^\w\s]*private(?:[^\w\s]*(?=\s|$)|:)\s*", re.IGNORECASE)


@feature.subcommand(
    "declare",
    "new",
    "open",
    usage="declare [SEV] [TITLE]",
    help="Declare an incident; without a title, in a form.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.OTHERS,
    example="declare sev1 Checkout is down",
)
def typed(request: Request[SlashCommand]) -> Answer:
    """Declare from a command. `private` as the first word, or right after the severity, opens the
    form with that box checked: taken as part of the title, it would announce something meant to be
    private."""
    command, private = meant_private(request.payload.argument, request.services.policy)
    if private or not command.title:
        form = DeclareForm(clip(command.title, TITLE_MAX), command.severity, private=private)
        return OpenView(declare_form(request.services.policy, form))
    return declared(request, command)


@feature.shortcut("declare")
def chosen(request: Request) -> Answer:
    return OpenView(declare_form(request.services.policy))


@feature.message_shortcut("declare_from_message")
def chosen_on_message(request: Request[MessageShortcut]) -> Answer:
    """Open the form, filled in from the message; or reply with the incident that was declared from
    it. A message in a private incident's channel preselects private."""
    source = f"{request.channel}/{request.payload.message.ts}"
    if kept := request.services.store.documents.get(f"source:{source}"):
        first = request.services.incidents.get(json.loads(kept)["id"])
        if may_see(request.actor, first):
            return from_this(row_of(first), request)
    text, link = (
        unescape(request.payload.message.text).strip(),
        request.services.identity.permalink(request.channel, request.payload.message.ts),
    )
    summary = f"{clip(text, TEXT_MAX - len(link) - 2)}\n\n{link}".strip()
    title = clip(" ".join(text.partition("\n")[0].split()), TITLE_MAX)
    back = {"source": source, "response_url": request.payload.response_url or ""}
    there = request.channel_incident()
    private = there is not None and there.private
    form = DeclareForm(title, summary=summary, private=private, kept=back)
    return OpenView(declare_form(request.services.policy, form))


@feature.submission("declare")
def submitted(request: Request[Submission]) -> Answer:
    form, policy = filled_in(request), request.services.policy
    if not form.title.strip():
        return FieldErrors({"title": "Say in a few words what is broken, like: Checkout is down."})
    if (size := len(told(form))) > TEXT_MAX:
        return FieldErrors({"summary": f"With the rest, this has {size:,} characters; 3,000 fit."})
    always = any(each.private for each in policy.playbooks if each.id == form.playbook)
    command = Declare(
        form.title.strip(),
        form.severity or policy.default_severity().id,
        policy,
        told(form),
        form.playbook,
        always or form.private,
        request.payload.metadata.get("source", ""),
    )
    first = similar_open(command, request)
    answer = same_as(first, request, command) if first else declared(request, command)
    if answer.blocks:
        return UpdateView(info_modal("declared", "Same incident?", answer.blocks))
    return CloseView(answer) if request.payload.metadata.get("source", "") else None


@feature.button("declare_anyway")
def insisted(request: Request[BlockAction]) -> Answer:
    """Declare anyway. Two clicks count as one, because the intent is the declaration, not the
    click."""
    wished, wish = wished_for(request)
    if wish is None:
        return Reply(A_DAY_AGO)
    request.intent = f"anyway:{wished}"
    return declared(request, Declare(policy=request.services.policy, **wish), anyway=True)


def declared(request: Request, command: Declare, *, anyway: bool = False) -> Reply:
    """Declare it; or reply with the existing incident, offering to declare anyway."""
    found = request.services.incidents.declare(
        command, by=request.actor, intent=request.intent, anyway=anyway
    )
    if isinstance(found, Incident):
        if command.source and found.source == command.source:
            return from_this(row_of(found), request)
        return same_as(row_of(found), request, command)
    incident = found.incident
    request.to_reconcile.add(incident.id)
    lock = " It is private: only its members see it." if incident.private else ""
    answer = Reply(
        f"*{incident.id}* is declared, {incident.severity_id}: {escape(incident.title)}. "
        f"Its channel opens now and you are in it first.{lock}",
        replace_original=anyway,
    )
    return answer if anyway else looks_like(incident, request, command, answer)


def from_this(first: IncidentRow, request: Request) -> Reply:
    text = there_is(first, "from this message", request)
    return Reply(text, [section(text)])


def meant_private(text: str, policy: Policy) -> tuple[Declare, bool]:
    """Parse a declaration, and whether it is marked private."""
    rest = _PRIVATE.sub("", text, count=1) if _PRIVATE.match(text) else text
    command = parse_declaration(rest, policy)
    if rest is text and _PRIVATE.match(command.title):
        return replace(command, title=_PRIVATE.sub("", command.title, count=1)), True
    return command, rest is not text


def parse_declaration(text: str, policy: Policy) -> Declare:
    """Split a declaration: the first word is the severity if it names one (`sev1:` does, too); the
    rest is the title.

    A title that begins with a severity's name has to be written after the severity.
    """
    first, *rest = text.split(maxsplit=1)[:2] or [""]
    named = policy.severity(first.rstrip(":,")) if first else None
    title = unescape("".join(rest) if named else text).strip()
    severity = named or policy.default_severity()
    return Declare(title, severity.id, policy)
