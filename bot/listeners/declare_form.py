"""The form to declare an incident: only the title is required. People who aren't sure of the
severity can answer a few questions, people with time can add details, and what they typed stays
when the form changes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.incident.policy import Policy, Question
from bot.incident.row import IncidentRow
from bot.incident.text_limits import TEXT_MAX, TITLE_MAX
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction, FormPayload
from bot.listeners.inbound.inputs import DateTimePicker
from bot.listeners.request import Answer, Request, UpdateView
from bot.messages.blocks import (
    Block,
    actions,
    button,
    context,
    datetime_picker,
    input_block,
    modal,
    option,
    reference,
    section,
    select,
    text_input,
)
from bot.messages.outlook import NO_OUTLOOK, Outlook, brings, follows, opens
from bot.messages.text import clip, escape

feature = Feature()

IMPACT_BEGAN = "impact_began"
LINE_MAX = 200  # characters
KEPT = ("source", "response_url", "home")  # kept whatever the form shows

# Two more of the five Ws: an input, its question, and how the answer begins in the summary.
MORE = (
    ("affected", "Who's affected", "Affected"),
    ("where", "Affected service or region", "Where"),
)


@dataclass(frozen=True, slots=True)
class DeclareForm:
    """The state of the form. `question`: the id of the question shown instead of the severity.
    `suggested`: the severity that the answers led to. `unknown`: a word that was typed like a
    severity, and isn't one. `too_long`: the length of a title that had to be cut; else 0.
    `more`: the answers to `MORE`; None if it isn't expanded, and then `impact_began` isn't asked
    for either. `kept`: `source` and
    `response_url` of the message that it came from, or `home` if it came from the Home tab.
    """

    title: str = ""
    severity: str = ""
    summary: str = ""
    playbook: str = "default"
    private: bool = False
    question: str = ""
    suggested: str = ""
    unknown: str = ""
    too_long: int = 0
    more: Mapping[str, str] | None = None
    impact_began: datetime | None = None
    kept: Mapping[str, str] = field(default_factory=dict)


def filled_in(request: Request[FormPayload]) -> DeclareForm:
    """Read what the person has filled in so far."""
    asked_more = MORE[0][0] in request.payload.values
    return DeclareForm(
        title=request.payload.field("title"),
        severity=request.payload.field("severity") or request.payload.metadata.get("severity", ""),
        summary=request.payload.field("summary"),
        playbook=request.payload.field("playbook") or "default",
        private="private" in request.payload.checked("private"),
        suggested=request.payload.metadata.get("suggested", ""),
        more={name: request.payload.field(name) for name, _, _ in MORE} if asked_more else None,
        impact_began=request.payload.input(IMPACT_BEGAN, DateTimePicker),
        kept={
            name: request.payload.metadata[name]
            for name in KEPT
            if name in request.payload.metadata
        },
    )


def told(form: DeclareForm) -> str:
    """The summary: the person's text, then the answers about who and where."""
    more = form.more or {}
    lines = [f"{begin}: {more[name].strip()}" for name, _, begin in MORE if more.get(name)]
    return "\n".join([form.summary.strip(), *lines]).strip()


def view_of(request: Request, form: DeclareForm = DeclareForm()) -> dict[str, object]:
    """The form, with what follows from it as things stand now."""
    services = request.services
    now, title = services.clock.now(), form.title.strip()
    duplicate = services.incidents.like(title, request.actor) if title else None
    outlook = Outlook(services.slack_port.announce, services.roster.people(now), duplicate)
    return declare_form(services.policy, form, outlook)


@feature.button("severity_ask")
def unsure(request: Request[BlockAction]) -> Answer:
    policy = request.services.policy
    first = policy.questions[0].id if policy.questions else ""
    return UpdateView(view_of(request, replace(filled_in(request), question=first)))


@feature.button("severity_yes")
def yes(request: Request[BlockAction]) -> Answer:
    asked = _asked(request)
    return _leads_to(asked.yes if asked else "", request)


@feature.button("severity_no")
def no(request: Request[BlockAction]) -> Answer:
    asked = _asked(request)
    return _leads_to(asked.no if asked else "", request)


@feature.button("severity_choose")
def chooses(request: Request[BlockAction]) -> Answer:
    return UpdateView(view_of(request, filled_in(request)))


@feature.button("severity")
@feature.button("playbook")
@feature.button("private")
def changes(request: Request[BlockAction]) -> Answer:
    """Show what follows from the choice."""
    view = request.payload.view
    if view is None or view.callback_id != "declare":
        return None
    question = view.metadata.get("question", "")
    return UpdateView(view_of(request, replace(filled_in(request), question=question)))


@feature.button("declare_more")
def says_more(request: Request[BlockAction]) -> Answer:
    form = filled_in(request)
    return UpdateView(view_of(request, replace(form, more=form.more or {})))


def _asked(request: Request[BlockAction]) -> Question | None:
    """The question; None if the policy has changed since."""
    said = request.payload.data
    return request.services.policy.question(str(said.get("question", "")))


def _leads_to(where: str, request: Request[FormPayload]) -> Answer:
    policy, form = request.services.policy, filled_in(request)
    if policy.question(where):
        return UpdateView(view_of(request, replace(form, question=where)))
    severity = where or form.severity
    return UpdateView(view_of(request, replace(form, severity=severity, suggested=where)))


# --- rendering -----------------------------------------------------------------------------


def declare_form(
    policy: Policy, form: DeclareForm = DeclareForm(), outlook: Outlook = NO_OUTLOOK
) -> dict[str, object]:
    severity = policy.severity(form.severity) or policy.default_severity()
    asked = policy.question(form.question)
    title = text_input(TITLE_MAX, initial=form.title, placeholder="Checkout is down")
    summary = text_input(TEXT_MAX, lines=True, initial=form.summary)
    hint = "What you see, and why you think so."
    brought = _said("follows", follows(severity, policy, outlook))
    chosen = (
        [*_question(asked, severity.id), brought]
        if asked
        else _severity(policy, severity.id, form, brought)
    )
    blocks = [
        input_block("title", "Title", title, hint=_title_hint(form)),
        *chosen,
        input_block("summary", "Summary", summary, optional=True, hint=hint),
        *_more(form),
    ]
    if len(policy.playbooks) > 1:
        kinds = [(each.id, each.title) for each in policy.playbooks]
        kind = select(kinds, form.playbook)
        blocks.append(
            input_block("playbook", "Incident type", kind, optional=True, sent_at_once=True)
        )
    blocks.append(
        input_block("private", "Private", _private(form), optional=True, sent_at_once=True)
    )
    playbook = next((each for each in policy.playbooks if each.id == form.playbook), None)
    kind_of_it = playbook or policy.playbooks[0]
    blocks.append(_said("opens", opens(kind_of_it, outlook, private=form.private)))
    if outlook.duplicate:
        blocks.insert(0, _duplicate(outlook.duplicate))
    kept = {**form.kept, "suggested": form.suggested}
    if asked:
        kept["severity"] = severity.id  # the severity used if nothing more is answered
        kept["question"] = asked.id
    metadata = {name: each for name, each in kept.items() if each}
    return modal("declare", "Declare an incident", "Declare", blocks, metadata)


def _title_hint(form: DeclareForm) -> str:
    if not form.too_long:
        return ""
    return (
        f"Title too long: {form.too_long:,} characters, {TITLE_MAX} at most. Shorten it here; the "
        "full text is in the summary."
    )


def _severity(policy: Policy, chosen: str, form: DeclareForm, brought: Block) -> list[Block]:
    hint = "You can change it at any time. When in doubt, choose the more severe one."
    if form.unknown:
        hint = f"“{clip(form.unknown, 40)}” isn't a severity. Choose one."
    if form.suggested:
        hint = f"Your answers suggest {form.suggested}. You can choose another."
    severities = [
        (each.id, f"{each.id} · {each.title}", brings(each, policy)) for each in policy.severities
    ]
    asks = input_block(
        "severity",
        "Severity",
        select(severities, chosen),
        optional=True,
        hint=hint,
        sent_at_once=True,
    )
    if not policy.questions:
        return [asks, brought]
    return [asks, brought, actions(button("Help me choose", "severity_ask", "{}"))]


def _duplicate(first: IncidentRow) -> Block:
    """A similar open incident, which the person may join instead of declaring."""
    place = f"\n<#{first.channel}>" if first.channel else ""
    what = f"*{first.id}* {first.severity_id} · {escape(first.title)}"
    join = button(f"Join {first.id}", "join", json.dumps(reference(first)))
    return {**section(f"Possible duplicate: {what}{place}", join), "block_id": "duplicate"}


def _said(name: str, text: str) -> Block:
    return {**context(text), "block_id": name}


def _question(asked: Question, otherwise: str) -> list[Block]:
    """The question shown in place of the severity, which returns with the suggested one."""
    value = json.dumps({"question": asked.id})
    return [
        section(f"*Severity*\n{escape(asked.ask)}"),
        actions(
            button("Yes", "severity_yes", value),
            button("No", "severity_no", value),
            button(f"Skip, use {otherwise}", "severity_choose", value),
        ),
    ]


def _more(form: DeclareForm) -> list[Block]:
    if form.more is None:
        return [actions(button("Add details", "declare_more", "{}"))]
    asked = [
        input_block(
            name,
            label,
            text_input(LINE_MAX, initial=form.more.get(name, "")),
            optional=True,
        )
        for name, label, _ in MORE
    ]
    began = datetime_picker(form.impact_began)
    return [*asked, input_block(IMPACT_BEGAN, "Impact began", began, optional=True)]


def _private(form: DeclareForm) -> Block:
    ticked = [option("private", "Only invited people can see it")]
    boxes: Block = {"type": "checkboxes", "options": ticked}
    return {**boxes, "initial_options": ticked} if form.private else boxes
