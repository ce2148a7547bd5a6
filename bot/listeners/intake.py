"""The form to declare with: a title is enough. Who isn't sure how bad it is answers a few
questions, who has time says more, and whatever the form shows next, what was typed stays."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.incident.lifecycle import TITLE_MAX
from bot.incident.policy import Policy, Question
from bot.incident.words import TEXT_MAX
from bot.listeners.ask import Answer, Ask, Show
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction, FormPayload
from bot.messages.shape import (
    Block,
    actions,
    button,
    field_,
    modal,
    option,
    section,
    select,
    text_input,
)
from bot.messages.text import escape

feature = Feature()

LINE_MAX = 200  # characters
KEPT = ("source", "response_url", "home")  # of where it came from, whatever the form shows

# The rest of the five Ws: an input, what it asks, and how its answer begins in the summary.
MORE = (
    ("affected", "Who is affected?", "Affected"),
    ("where", "Where?", "Where"),
    ("began", "Since when?", "Since"),
)


@dataclass(frozen=True, slots=True)
class Intake:
    """What the form holds. `question`: the one that it asks now instead of for the severity, by
    its id. `suggested`: the severity that the answers led to. `more`: the answers to `MORE`;
    None if it doesn't ask for them. `kept`: `source` and `response_url` of the message that it
    came from, or `home` if from the home tab."""

    title: str = ""
    severity: str = ""
    summary: str = ""
    playbook: str = "default"
    private: bool = False
    question: str = ""
    suggested: str = ""
    more: Mapping[str, str] | None = None
    kept: Mapping[str, str] = field(default_factory=dict)


def so_far(ask: Ask[FormPayload]) -> Intake:
    """What the person has put into the form in front of them."""
    asked_more = MORE[0][0] in ask.payload.values
    return Intake(
        title=ask.payload.field("title"),
        severity=ask.payload.field("severity") or ask.payload.metadata.get("severity", ""),
        summary=ask.payload.field("summary"),
        playbook=ask.payload.field("playbook") or "default",
        private="private" in ask.payload.checked("private"),
        suggested=ask.payload.metadata.get("suggested", ""),
        more={name: ask.payload.field(name) for name, _, _ in MORE} if asked_more else None,
        kept={name: ask.payload.metadata[name] for name in KEPT if name in ask.payload.metadata},
    )


def told(intake: Intake) -> str:
    """What they know: their words, then who, where and since when."""
    more = intake.more or {}
    lines = [f"{begin}: {more[name].strip()}" for name, _, begin in MORE if more.get(name)]
    return "\n".join([intake.summary.strip(), *lines]).strip()


@feature.button("severity_ask")
def unsure(ask: Ask[BlockAction]) -> Answer:
    policy = ask.house.policy
    first = policy.questions[0].id if policy.questions else ""
    return Show(view(policy, replace(so_far(ask), question=first)))


@feature.button("severity_yes")
def yes(ask: Ask[BlockAction]) -> Answer:
    asked = _asked(ask)
    return _leads_to(asked.yes if asked else "", ask)


@feature.button("severity_no")
def no(ask: Ask[BlockAction]) -> Answer:
    asked = _asked(ask)
    return _leads_to(asked.no if asked else "", ask)


@feature.button("severity_choose")
def chooses(ask: Ask[BlockAction]) -> Answer:
    return Show(view(ask.house.policy, so_far(ask)))


@feature.button("declare_more")
def says_more(ask: Ask[BlockAction]) -> Answer:
    intake = so_far(ask)
    return Show(view(ask.house.policy, replace(intake, more=intake.more or {})))


def _asked(ask: Ask[BlockAction]) -> Question | None:
    """None if the policy has changed since."""
    said = ask.payload.data
    return ask.house.policy.question(str(said.get("question", "")))


def _leads_to(where: str, ask: Ask[FormPayload]) -> Answer:
    policy, intake = ask.house.policy, so_far(ask)
    if policy.question(where):
        return Show(view(policy, replace(intake, question=where)))
    severity = where or intake.severity
    return Show(view(policy, replace(intake, severity=severity, suggested=where)))


# --- how it looks --------------------------------------------------------------------------


def view(policy: Policy, intake: Intake = Intake()) -> dict[str, object]:
    severity = policy.severity(intake.severity) or policy.default_severity()
    asked = policy.question(intake.question)
    title = text_input(TITLE_MAX, initial=intake.title, placeholder="Checkout is down")
    summary = text_input(TEXT_MAX, lines=True, initial=intake.summary)
    hint = "What you see, and why you think it is so."
    blocks = [
        field_("title", "What is broken?", title),
        *(_question(asked, severity.id) if asked else _severity(policy, severity.id, intake)),
        field_("summary", "What do you know?", summary, optional=True, hint=hint),
        *_more(intake),
    ]
    if len(policy.playbooks) > 1:
        kinds = [(each.id, each.title) for each in policy.playbooks]
        blocks.append(field_("playbook", "Kind", select(kinds, intake.playbook), optional=True))
    blocks.append(field_("private", "Private", _private(intake), optional=True))
    kept = {**intake.kept, "suggested": intake.suggested}
    if asked:
        kept["severity"] = severity.id  # what it is declared with if nothing more is answered
    metadata = {name: each for name, each in kept.items() if each}
    return modal("declare", "Declare an incident", "Declare", blocks, metadata)


def _severity(policy: Policy, chosen: str, intake: Intake) -> list[Block]:
    hint = "It can be changed at any time. When in doubt, take the worse one."
    if intake.suggested:
        hint = f"Your answers suggest {intake.suggested}. Choose another if you know better."
    severities = [(each.id, f"{each.id} · {each.title}") for each in policy.severities]
    asks = field_(
        "severity", "How bad is it?", select(severities, chosen), optional=True, hint=hint
    )
    if not policy.questions:
        return [asks]
    return [asks, actions(button("Not sure? Answer a few questions", "severity_ask", "{}"))]


def _question(asked: Question, otherwise: str) -> list[Block]:
    """Instead of the severity: when that comes back, it has what the answers led to."""
    value = json.dumps({"question": asked.id})
    return [
        section(f"*How bad is it?*\n{escape(asked.ask)}"),
        actions(
            button("Yes", "severity_yes", value),
            button("No", "severity_no", value),
            button(f"Never mind, {otherwise}", "severity_choose", value),
        ),
    ]


def _more(intake: Intake) -> list[Block]:
    if intake.more is None:
        return [actions(button("Add who, where, since when", "declare_more", "{}"))]
    return [
        field_(
            name,
            label,
            text_input(LINE_MAX, initial=intake.more.get(name, "")),
            optional=True,
        )
        for name, label, _ in MORE
    ]


def _private(intake: Intake) -> Block:
    ticked = [option("private", "Only the people I invite may see it")]
    boxes: Block = {"type": "checkboxes", "options": ticked}
    return {**boxes, "initial_options": ticked} if intake.private else boxes
