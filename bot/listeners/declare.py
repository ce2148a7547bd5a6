"""Declare an incident: `/incident declare sev1 Checkout is down`, the modal, the shortcut."""

import json
from datetime import datetime

from bot.errors import Refused
from bot.incident.declaring import Declare
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.incident.milestones import IMPACT, CorrectMilestone
from bot.incident.row import IncidentRow, row_of
from bot.incident.text_limits import TEXT_MAX, TITLE_MAX
from bot.listeners.declaration import Reading, read_declaration
from bot.listeners.declare_form import IMPACT_BEGAN, DeclareForm, filled_in, told, view_of
from bot.listeners.duplicates import (
    A_DAY_AGO,
    declaration,
    looks_like,
    same_as,
    similar_open,
    there_is,
    wished_for,
)
from bot.listeners.feature import About, Feature, Group, Where
from bot.listeners.inbound import (
    BlockAction,
    MessageShortcut,
    SlashCommand,
    Submission,
    split_word,
)
from bot.listeners.request import (
    Answer,
    CloseView,
    FieldErrors,
    OpenView,
    Reply,
    Request,
    UpdateView,
)
from bot.listeners.synonyms import THINGS
from bot.listeners.words import fold
from bot.messages.blocks import info_modal, section
from bot.messages.text import clip, escape, unescape
from bot.postmortem.redaction import redact
from bot.slack_message.plain import to_title

feature = Feature()


@feature.subcommand(
    "declare",
    "new",
    "open",
    usage="declare [SEV] [TITLE]",
    help="Declare an incident. Without a title, opens the form.",
    where={Where.ANYWHERE, Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.OTHERS,
    example="declare sev1 Checkout is down",
    about=About.NOTHING,
)
def typed(request: Request[SlashCommand]) -> Answer:
    """Declare from a command. What could be meant otherwise (a severity, `private`) opens the form
    with what was understood: see `declaration.py`."""
    _refuse_other_things(request)
    policy = request.services.policy
    reading = read_declaration(request.payload.argument, policy)
    if reading.is_sure and 0 < len(reading.title) <= TITLE_MAX:
        return declared_unless_similar(request, reading)
    return OpenView(view_of(request, form_of(reading)))


def _refuse_other_things(request: Request[SlashCommand]) -> None:
    """Refuse `new task …` in an incident's channel, where it isn't a title."""
    thing = THINGS.get(fold(split_word(request.payload.argument)[0]))
    if not thing or request.payload.subcommand not in ("new", "open"):
        return
    if here := request.channel_incident():
        raise Refused(
            f"Nothing was declared. For a new {thing} of {here.id}: `/incident {thing} TEXT`. To "
            "declare an incident: `/incident declare TITLE`."
        )


def declared_unless_similar(request: Request, reading: Reading) -> Reply:
    """Declare it; but where that pages no one and an open incident resembles it, ask first."""
    policy = request.services.policy
    command = Declare(reading.title, reading.severity.id, policy)
    pages = bool(reading.severity.escalation)
    if not pages and (first := similar_open(command, request)):
        return same_as(first, request, command)
    return declared(request, command, compared=not pages)


def form_of(reading: Reading) -> DeclareForm:
    """The form with what was understood. A title that is too long is cut, and stands whole in the
    summary."""
    size = len(reading.title)
    return DeclareForm(
        clip(reading.title, TITLE_MAX),
        reading.severity.id,
        summary=reading.title if size > TITLE_MAX else "",
        private=reading.private,
        unknown=reading.unknown,
        too_long=size if size > TITLE_MAX else 0,
    )


@feature.shortcut("declare")
def chosen(request: Request) -> Answer:
    return OpenView(view_of(request))


@feature.message_shortcut("declare_from_message")
def chosen_on_message(request: Request[MessageShortcut]) -> Answer:
    """Open the form, filled in from the message, without its secrets; or reply with the incident
    that was declared from it. A message in a private incident's channel preselects private."""
    message = request.payload.message
    source = message.place_in(request.channel)
    if kept := request.services.store.documents.get(f"source:{source}"):
        first = request.services.incidents.get(json.loads(kept)["id"])
        if may_see(request.actor, first):
            return from_this(row_of(first), request)
    link = request.services.identity.permalink(request.channel, message.ts, message.parent)
    text = redact(unescape(message.named)).text.strip()
    summary = f"{clip(text, TEXT_MAX - len(link) - 2)}\n\n{link}".strip()
    title = clip(redact(to_title(message.title)).text, TITLE_MAX)
    back = {"source": source, "response_url": request.payload.response_url or ""}
    there = request.channel_incident()
    private = there is not None and there.private
    form = DeclareForm(title, summary=summary, private=private, kept=back)
    return OpenView(view_of(request, form))


@feature.submission("declare")
def submitted(request: Request[Submission]) -> Answer:
    form, policy = filled_in(request), request.services.policy
    if not form.title.strip():
        return FieldErrors({"title": "Add a title: a few words about what's broken."})
    if (size := len(told(form))) > TEXT_MAX:
        return FieldErrors(
            {"summary": f"Too long with the details below: {size:,} characters, 3,000 at most."}
        )
    if form.impact_began and form.impact_began > request.services.clock.now():
        return FieldErrors({IMPACT_BEGAN: "That's in the future. Enter when the impact began."})
    always = any(each.private for each in policy.playbooks if each.id == form.playbook)
    command = Declare(
        form.title.strip(),
        form.severity or policy.default_severity().id,
        policy,
        told(form),
        form.playbook,
        always or form.private,
        request.payload.metadata.get("source", ""),
        form.impact_began,
    )
    first = similar_open(command, request)
    answer = same_as(first, request, command) if first else declared(request, command)
    if answer.blocks:
        return UpdateView(info_modal("declared", "Declare an incident", answer.blocks))
    return CloseView(answer) if request.payload.metadata.get("source", "") else None


@feature.button("declare_anyway")
def insisted(request: Request[BlockAction]) -> Answer:
    """Declare anyway. Two clicks count as one, because the intent is the declaration, not the
    click."""
    wished, wish = wished_for(request)
    if wish is None:
        return Reply(A_DAY_AGO)
    request.intent = f"anyway:{wished}"
    return declared(request, declaration(wish, request.services.policy), anyway=True)


def declared(
    request: Request, command: Declare, *, anyway: bool = False, compared: bool = False
) -> Reply:
    """Declare it; or reply with the existing incident, offering to declare anyway. `compared`: it
    was compared with open incidents, and resembles none."""
    request.spend("declarations", [request.intent], request.services.open_to.incidents)
    found = request.services.incidents.declare(
        command, by=request.actor, intent=request.intent, anyway=anyway
    )
    if isinstance(found, Incident):
        if command.source and found.source == command.source:
            return from_this(row_of(found), request)
        return same_as(row_of(found), request, command)
    incident = found.incident
    request.to_reconcile.add(incident.id)
    request.handled[incident.id], request.declared = incident, incident.id
    if command.impact_began:
        set_impact(request, incident, command.impact_began)
    lock = " It's private: only its members can see it." if incident.private else ""
    answer = Reply(
        f"Declared *{incident.id}* ({incident.severity_id}): {escape(incident.title)}. "
        f"Opening the channel now; you'll be added automatically.{lock}",
        replace_original=anyway,
    )
    if anyway or compared:
        return answer
    return looks_like(incident, request, command, answer)


def set_impact(request: Request, incident: Incident, at: datetime) -> None:
    """Set the milestone. Its intent is the declaration's, so a redelivery completes what an
    interrupted delivery left."""
    request.services.incidents.handle(
        incident.id,
        CorrectMilestone(IMPACT, at),
        by=request.actor,
        intent=f"{request.intent}:{IMPACT}",
    )


def from_this(first: IncidentRow, request: Request) -> Reply:
    text = f"Nothing new declared. {there_is(first, 'from this message', request)}"
    return Reply(text, [section(text)])
