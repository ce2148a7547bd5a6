"""Possible duplicates: a declaration that resembles an open incident.

Where its severity pages no one, and in the form, nothing is made before the person has chosen
between joining that one and declaring anyway. Where it pages, it is declared at once; joining then
merges it into the older one.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from bot.incident.declaring import Declare
from bot.incident.duplicates import Join
from bot.incident.incident import Incident
from bot.incident.policy import Policy
from bot.incident.row import IncidentRow
from bot.incident.similarity import same
from bot.incident.text_limits import TEXT_MAX
from bot.listeners.feature import Feature
from bot.listeners.inbound import BlockAction
from bot.listeners.merge import merge_or_ask
from bot.listeners.request import Answer, Reply, Request
from bot.messages.blocks import Block, actions, button, naming, section, value_of
from bot.messages.text import approx, clip, escape, mention

feature = Feature()

WISH = "wish:"  # prefix of the names of stored declarations
KEEP_A_DAY = timedelta(days=1)
A_DAY_AGO = "This offer has expired. Declare it again: `/incident declare TITLE`."


@feature.button("join_instead")
def joined(request: Request[BlockAction]) -> Answer:
    """Join the other incident; if theirs was declared by now, merge it into that one. Two clicks
    count as one, as for `declare_anyway`."""
    wished, wish = wished_for(request)
    if wish is None:
        return Reply(A_DAY_AGO)
    request.intent = f"join:{wished}"
    if own := str(request.payload.data.get("own", "")):
        return merge_or_ask(request, request.incident(), request.services.incidents.get(own))
    text = "\n".join(filter(None, (wish["title"], wish["summary"])))
    incident = request.handle(Join(clip(text, TEXT_MAX))).incident
    place = f"<#{incident.channel}>" if incident.channel else "its channel is opening"
    return Reply(
        f"You joined *{incident.id}* ({place}). What you wrote is in its timeline. "
        "Nothing new was declared.",
        replace_original=True,
    )


def wished_for(request: Request[BlockAction]) -> tuple[str, dict[str, Any] | None]:
    """The declaration that the button is about, and the name it is stored under; None if it has
    expired."""
    said = request.payload.data
    wished = str(said.get("declare", ""))
    kept = request.services.store.documents.get(wished) if wished.startswith(WISH) else None
    return wished, json.loads(kept) if kept else None


def declaration(wish: dict[str, Any], policy: Policy) -> Declare:
    """The stored declaration as a command."""
    began = wish.get("impact_began")
    at = datetime.fromisoformat(began) if began else None
    return Declare(policy=policy, **{**wish, "impact_began": at})


def similar_open(command: Declare, request: Request) -> IncidentRow | None:
    """The open incident with a similar title that the person may see; for declarations from the
    same message, only the incident declared from it."""
    first = request.services.incidents.like(command.title, request.actor)
    if first is None or (command.source and first.source == command.source):
        return None
    # checked after the lookup, so that a redelivery doesn't find what the first delivery declared
    return None if request.services.store.streams.intended(request.intent) else first


def same_as(first: IncidentRow, request: Request, command: Declare) -> Reply:
    """The reply to a declaration that wasn't made, because there is this incident."""
    if same(first.title, command.title):
        there = there_is(first, "with the same title", request)
    else:
        there = f"Similar: {_which(first)}, {first.severity_id}: {escape(first.title)}."
    text = f"Possible duplicate. Not declared yet. {there}"
    value = keep_declaration(first, request, command)
    anyway = button("Declare anyway", "declare_anyway", value)
    return Reply(text, [section(text), actions(*_join(first, command, value), anyway)])


def looks_like(declared: Incident, request: Request, command: Declare, answer: Reply) -> Reply:
    """The reply to a declaration that resembles this open incident."""
    first = request.services.incidents.like(command.title, request.actor, but=declared.id)
    if first is None:
        return answer
    text = f"Possible duplicate of {_which(first)}, {first.severity_id}: {escape(first.title)}."
    join = _join(first, command, keep_declaration(first, request, command, own=declared))
    if join:
        text += f" If it's the same, join that one; {declared.id} will be merged into it."
    blocks = [section(answer.text), section(text), *([actions(*join)] if join else [])]
    return Reply(f"{answer.text}\n{text}", blocks, answer.replace_original)


def there_is(first: IncidentRow, why: str, request: Request) -> str:
    since = approx(request.services.clock.now() - first.declared_at)
    place = f" in <#{first.channel}>" if first.channel else ""
    over = f" It's {first.stage}." if first.is_over else ""
    return (
        f"{mention(first.declarer)} declared *{first.id}* {why} {since} ago{place}: "
        f"{escape(first.title)}.{over}"
    )


def keep_declaration(
    first: IncidentRow, request: Request, command: Declare, own: Incident | None = None
) -> str:
    """Store the declaration; returns the value for the buttons that continue it. `own`: the
    incident that was declared of it."""
    wish: dict[str, Any] = {
        "title": command.title,
        "severity": command.severity,
        "summary": command.summary,
        "playbook": command.playbook,
        "private": command.private,
        "source": command.source,
    }
    if command.impact_began:
        wish["impact_began"] = command.impact_began.isoformat()
    request.services.store.documents.put(f"{WISH}{request.intent}", json.dumps(wish), KEEP_A_DAY)
    named = naming("own", own) if own else {"own": ""}
    return value_of(first, declare=f"{WISH}{request.intent}", **named)


def _which(first: IncidentRow) -> str:
    place = f" in <#{first.channel}>" if first.channel else ""
    return f"*{first.id}*, open{place}"


def _join(first: IncidentRow, command: Declare, value: str) -> list[Block]:
    """The button to join; None if it can't be joined any more, or if that would reveal in public
    what was meant to be private."""
    if first.is_over or (command.private and not first.private):
        return []
    return [button(f"Join {first.id}", "join_instead", value, style="primary")]
