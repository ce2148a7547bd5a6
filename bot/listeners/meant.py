"""Asks which incident typed words are about, and runs them for the one that is chosen."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.errors import Refused
from bot.incident.access import may_act
from bot.incident.incident import Incident
from bot.incident.members import may_see
from bot.listeners.feature import About, Feature, Subcommand
from bot.listeners.inbound import BlockAction, SlashCommand
from bot.listeners.request import Answer, Reply, Request, unknown
from bot.messages.blocks import Block, actions, button, context, section
from bot.messages.text import clip, pieces, unescape

feature = Feature()

TYPED = "typed:"  # prefix of the names of kept words
LONG = 200  # characters that no one types twice
KEEP_A_DAY = timedelta(days=1)
A_DAY_AGO = "That was a day ago or more. Type it again."


def about(incident_id: str, subcommand: Subcommand, request: Request[SlashCommand]) -> Answer:
    """Run the subcommand for this incident, wherever it was typed. Raises `Refused` if the person
    may not see it."""
    if subcommand.about is not About.PAGED and not is_visible(incident_id, request):
        raise Refused(unknown(incident_id))
    request.named = incident_id
    answer = run(subcommand, request)
    here = request.services.store.streams.find(request.channel)
    return _saying_which(answer, incident_id) if here != incident_id else answer


def run(subcommand: Subcommand, request: Request[SlashCommand]) -> Answer:
    """Run the subcommand. If it refuses, long words come back with the reason: Slack keeps none of
    them."""
    words = request.payload.argument
    try:
        return subcommand.listener(request)
    except Refused as refusal:
        if len(words) < LONG:
            raise
        typed = [section(piece) for piece in pieces(unescape(words))]
        return Reply(str(refusal), [section(str(refusal)), context("You typed:"), *typed])


def is_visible(incident_id: str, request: Request) -> bool:
    """Whether the incident is there, and the person may see it, or is in its channel."""
    incident: Incident = request.services.incidents.get(incident_id)
    if not incident.history or may_see(request.actor, incident):
        return bool(incident.history)
    in_channel = request.channel == incident.channel
    return in_channel and may_act(request.actor, incident, request.grants).allowed


def saying(request: Request[SlashCommand], text: str) -> Request[SlashCommand]:
    """The request with other words: the same one, so that nothing is lost that it collects."""
    request.payload = request.payload.saying(text.strip())
    return request


def _saying_which(answer: Answer, incident_id: str) -> Answer:
    """Name the incident in an answer that is read elsewhere."""
    if not isinstance(answer, Reply) or incident_id in f"{answer.text} {answer.blocks}":
        return answer
    which = f"*{incident_id}:*"
    blocks = [section(which), *answer.blocks] if answer.blocks else None
    return replace(answer, text=f"{which} {answer.text}", blocks=blocks)


def ask(
    request: Request[SlashCommand], named: str, there: str, here: str, *, sure: bool | None = None
) -> Reply:
    """The question. `there`: what was typed, if it is about the incident `named`; `here`: if it is
    about that of the channel, or empty if it can't be. `sure`: whether `named` was spelled exactly
    and is there; None if it wasn't spelled exactly."""
    this = request.services.store.streams.find(request.channel) if here else None
    kept = {"user": request.user, "named": named, "there": there, "this": this, "here": here}
    key = f"{TYPED}{request.intent}"
    request.services.store.documents.put(key, json.dumps(kept), KEEP_A_DAY)
    buttons: list[Block] = []
    if sure is not False:
        value = json.dumps({"incident": named, "typed": key})
        buttons.append(button(f"Use {named}", "use_named", value))
    if this:
        value = json.dumps({"incident": this, "typed": key})
        buttons.append(button(f"Use {this}", "use_here", value))
    text = _question(named, this, sure)
    return Reply(text, [section(text), actions(*buttons)])


def _question(named: str, this: str | None, sure: bool | None) -> str:
    if sure is False:
        return f"{unknown(named)} Is this about {this}?"
    if this:
        return f"Is this about {named}, or about {this}?"
    return f"Did you mean {clip(named, 40)}?"


@feature.button("use_named")
def there(request: Request[BlockAction]) -> Answer:
    return _run(request, "named", "there")


@feature.button("use_here")
def here(request: Request[BlockAction]) -> Answer:
    return _run(request, "this", "here")


def _run(request: Request[BlockAction], incident: str, words: str) -> Answer:
    """Run what was typed for that incident. The intent is what was typed, so one click counts."""
    key = str(request.payload.data.get("typed", ""))
    found = request.services.store.documents.get(key) if key.startswith(TYPED) else None
    kept: dict[str, Any] = json.loads(found) if found else {}
    if kept.get("user") != request.user:
        return Reply(A_DAY_AGO)
    typed = as_typed(request, kept[words], key)
    answer = about(kept[incident], request.subcommands[typed.payload.subcommand], typed)
    request.resumed = typed.resumed
    return replace(answer, replace_original=True) if isinstance(answer, Reply) else answer


def as_typed(request: Request[BlockAction], text: str, intent: str) -> Request[SlashCommand]:
    """The request of a person who typed this text after `/incident` where they clicked."""
    typed = SlashCommand(
        command="/incident",
        user_id=request.user,
        channel_id=request.channel or None,
        text=text,
        trigger_id=request.payload.trigger_id,
        response_url=request.payload.response_url,
    )
    return Request(
        request.services, typed, intent, request.to_reconcile, subcommands=request.subcommands
    )
