"""Show a person what they were answered, after the acknowledgement: once, to them alone."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import structlog
from redis import RedisError

from bot.listeners.inbound import (
    EventCallback,
    FormPayload,
    Received,
    Submission,
    View,
)
from bot.listeners.request import HomeView, OpenView, Reply, UpdateView
from bot.messages.blocks import Block, info_modal, section
from bot.services import Services
from bot.slack.client import SlackError

log = structlog.get_logger()

REDELIVERED = timedelta(hours=1)  # within this time Slack may deliver the same thing once more


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, so that it can be answered there.

    `key`: the same however often it is delivered. `view`: the form or home tab that the person
    looks at. `channel` and `user`: where an event happened, and who did it.
    """

    key: str
    trigger_id: str | None = None
    response_url: str | None = None
    view: View | None = None
    channel: str | None = None
    user: str | None = None


def origin_of(received: Received) -> Origin:
    if isinstance(received, EventCallback):
        event = received.event
        return Origin(received.event_id, channel=event.place, user=event.actor)
    view = received.form if isinstance(received, FormPayload) else None
    kept = view.metadata if isinstance(received, Submission) and view else {}
    return Origin(
        received.trigger_id or uuid4().hex,
        received.trigger_id,
        kept.get("response_url") or received.response_url,
        view,
    )


async def send(services: Services, answer: OpenView | UpdateView | Reply, origin: Origin) -> None:
    """Once, though Slack may deliver the same thing again, and to another bot."""
    try:
        if not await asyncio.to_thread(
            services.store.documents.claim_once, f"answer:{origin.key}", REDELIVERED
        ):
            return
    except RedisError as away:
        log.warning("maybe shown twice", error=type(away).__name__)
    match answer:
        case OpenView():
            await _open(services, answer, origin)
        case UpdateView(view) if origin.view and origin.view.type == "modal":
            await _replace(services, view, origin.view)
        case UpdateView(view):  # they look at no form that it could take the place of
            await _open(services, OpenView(view), origin)
        case Reply():
            await _tell(services, answer, origin)


async def _open(services: Services, answer: OpenView, origin: Origin) -> None:
    try:
        if origin.trigger_id is None:
            raise SlackError("no_trigger")
        await services.slack.call("views.open", trigger_id=origin.trigger_id, view=answer.view)
    except SlackError as refusal:
        log.warning("modal not opened", reason=refusal.reason)
        if refusal.reason in ("exchanged_trigger_id", "trigger_exchanged"):
            return  # the same request came twice; the form is open
        late = "Slack did not open the form in time. Please try again."
        await _tell(services, Reply(late), origin)


async def _replace(services: Services, view: dict[str, Any], seen: View) -> None:
    """Other content in the form in front of somebody, unless it has changed since."""
    state = {"hash": seen.hash} if seen.hash else {}
    try:
        await services.slack.call("views.update", view_id=seen.id, view=view, **state)
    except SlackError as refusal:
        log.warning("form not changed", reason=refusal.reason)


async def _tell(services: Services, answer: Reply, origin: Origin) -> None:
    """Say it to the asker alone, at most once: what was said this way can't be looked for."""
    message: dict[str, Any] = {"text": answer.text}
    if answer.blocks:
        message["blocks"] = answer.blocks
    try:
        if url := origin.response_url:
            message |= {"response_type": "ephemeral", "replace_original": answer.replace_original}
            timeout = aiohttp.ClientTimeout(total=5)
            async with services.slack.session.post(url, json=message, timeout=timeout):
                return
        if origin.view:
            await _tell_over(
                origin.view, message_view(answer.text, answer.blocks), services, origin
            )
        if origin.user and origin.channel:
            there = {"channel": origin.channel, "user": origin.user}
            await services.slack.call("chat.postEphemeral", **there, **message)
    except (SlackError, aiohttp.ClientError, TimeoutError, ValueError) as lost:
        log.warning("answer not shown", error=type(lost).__name__)


async def _tell_over(
    view: View, shown: dict[str, Any], services: Services, origin: Origin
) -> None:
    """In the form that they look at; over the home tab, which is no form."""
    if view.type == "home":
        await services.slack.call("views.open", trigger_id=origin.trigger_id or "", view=shown)
    else:
        await services.slack.call("views.update", view_id=view.id, view=shown)


async def publish(services: Services, user: str, home: HomeView) -> None:
    """Twice is as good as once."""
    try:
        await services.slack.call("views.publish", user_id=user, view=home.view)
    except SlackError as refusal:
        log.warning("home not shown", reason=refusal.reason)


def message_view(text: str, blocks: list[Block] | None = None) -> dict[str, Any]:
    """A modal that says something and asks for nothing."""
    return info_modal("said", "Muster", blocks or [section(text)])
