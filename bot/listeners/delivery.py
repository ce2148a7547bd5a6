"""Answers say what happened: what waits for the channel, and what Slack refused afterwards."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog
from redis import RedisError

from bot.incident.incident import Incident
from bot.listeners.inbound import Submission
from bot.listeners.request import Answer, Reply, Request, UpdateView
from bot.listeners.responses import afterwards, message_view, send
from bot.messages.blocks import section
from bot.messages.delivery import cannot_post, declared, news
from bot.store import Unreadable

WAIT = 5.0  # seconds for what a person's action causes, before they hear how far it is
LOOK_EVERY = 0.2  # seconds, while another process opens the channel

log = structlog.get_logger()


def with_what_waits(answer: Answer, request: Request) -> Answer:
    """Add that nothing can be posted in the incident's channel now, if so."""
    changed = (each for key, each in request.handled.items() if key != request.declared)
    waits = " ".join(filter(None, map(cannot_post, changed)))
    if not waits or not isinstance(answer, Reply | None):
        return answer
    if answer is None:
        is_form, saved = isinstance(request.payload, Submission), f"Saved. {waits}"
        return UpdateView(message_view(saved)) if is_form else Reply(saved)
    blocks = [*answer.blocks, section(waits)] if answer.blocks else None
    return replace(answer, text=f"{answer.text} {waits}", blocks=blocks)


async def follow_up(request: Request, reconciling: Sequence[asyncio.Task[None]]) -> None:
    """Tell the person what their action led to, where the answer couldn't know it yet: the channel
    of a declaration by form, and what Slack refused.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + WAIT
    if reconciling:
        await asyncio.wait(reconciling, timeout=WAIT)
    said: list[str] = []
    for incident_id, before in request.handled.items():
        after = await _read(request, incident_id)
        in_form = incident_id == request.declared and isinstance(request.payload, Submission)
        while in_form and after and _is_opening(after) and loop.time() < until:
            await asyncio.sleep(LOOK_EVERY)
            after = await _read(request, incident_id)
        if after is not None:
            said += (
                [declared(after, request.user)] if in_form else news(before, after, request.user)
            )
    if said:
        about = next(iter(request.handled))
        await send(request.services, Reply("\n".join(said)), afterwards(request.payload, about))


def _is_opening(incident: Incident) -> bool:
    return incident.channel is None and "channel" not in incident.failed


async def _read(request: Request, incident_id: str) -> Incident | None:
    try:
        return await asyncio.to_thread(request.services.incidents.get, incident_id)
    except (RedisError, Unreadable) as away:
        log.warning("no follow-up", incident=incident_id, error=type(away).__name__)
        return None
