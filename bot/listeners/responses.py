"""Delivers an answer after the acknowledgement: once, to that person only."""

import asyncio
import json
from dataclasses import dataclass, replace
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
from bot.slack.way_out import proxy_for

log = structlog.get_logger()

METADATA_MAX = 3000  # characters of a form's private_metadata; Slack's limit
REDELIVERED = timedelta(hours=1)  # within which Slack may deliver the same request again


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from, so that the answer goes there.

    `key`: the same for each delivery. `view`: the form or Home tab that the person sees.
    `channel`, `user`: where an event happened, and who caused it. `person`: who gets a direct
    message if there is no other way. `about`: the id of what the answer is about.
    """

    key: str
    trigger_id: str | None = None
    response_url: str | None = None
    view: View | None = None
    channel: str | None = None
    user: str | None = None
    person: str | None = None
    about: str = ""


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


def afterwards(received: Received, about: str) -> Origin:
    """The origin of news that follow the answer: the form is closed by then."""
    origin = origin_of(received)
    key = f"{origin.key}:after"
    return replace(origin, key=key, view=None, person=received.user, about=about)


def returning_to(answer: OpenView, response_url: str | None) -> OpenView:
    """The form, which keeps where it was opened, so that what follows is said there."""
    kept = json.loads(answer.view.get("private_metadata") or "{}")
    with_url = json.dumps({"response_url": response_url, **kept})
    if not response_url or len(with_url) > METADATA_MAX:
        return answer
    return OpenView({**answer.view, "private_metadata": with_url})


async def send(services: Services, answer: OpenView | UpdateView | Reply, origin: Origin) -> None:
    """Deliver the answer once, even if Slack sends the request again, or to another bot."""
    try:
        if not await asyncio.to_thread(
            services.store.documents.claim_once, f"answer:{origin.key}", REDELIVERED
        ):
            return
    except RedisError as away:
        log.warning("response may be shown twice", error=type(away).__name__)
    match answer:
        case OpenView():
            await _open(services, answer, origin)
        case UpdateView(view) if origin.view and origin.view.type == "modal":
            await _replace(services, view, origin.view)
        case UpdateView(view):  # there is no form to replace
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
        late = "Slack didn't open the form in time. Try again."
        await _tell(services, Reply(late), origin)


async def _replace(services: Services, view: dict[str, Any], seen: View) -> None:
    """Replace the form's content unless it has changed since."""
    state = {"hash": seen.hash} if seen.hash else {}
    try:
        await services.slack.call("views.update", view_id=seen.id, view=view, **state)
    except SlackError as refusal:
        log.warning("form not updated", reason=refusal.reason)


async def _tell(services: Services, answer: Reply, origin: Origin) -> None:
    """Send the text privately, at most once, because ephemeral messages can't be searched for."""
    message: dict[str, Any] = {"text": answer.text}
    if answer.blocks:
        message["blocks"] = answer.blocks
    try:
        if url := origin.response_url:
            message |= {"response_type": "ephemeral", "replace_original": answer.replace_original}
            timeout = aiohttp.ClientTimeout(total=5)
            way = proxy_for(url)
            async with services.slack.session.post(url, json=message, proxy=way, timeout=timeout):
                return
        if origin.view:
            await _tell_over(
                origin.view, message_view(answer.text, answer.blocks), services, origin
            )
        elif origin.person:
            await _write_to(origin.person, message, services, origin)
        if origin.user and origin.channel:
            there = {"channel": origin.channel, "user": origin.user}
            await services.slack.call("chat.postEphemeral", **there, **message)
    except (SlackError, aiohttp.ClientError, TimeoutError, ValueError) as lost:
        log.warning("response not shown", error=type(lost).__name__)


async def _write_to(
    person: str, message: dict[str, Any], services: Services, origin: Origin
) -> None:
    """Send a direct message."""
    about = {"incident": origin.about, "subject": origin.about}
    payload = {**about, "kind": "answer", "key": f"answer:{origin.key}"}
    metadata = {"event_type": "muster", "event_payload": payload}
    await services.slack.call("chat.postMessage", channel=person, metadata=metadata, **message)


async def _tell_over(
    view: View, shown: dict[str, Any], services: Services, origin: Origin
) -> None:
    """Show the text in the open form, or in a modal on top of the Home tab."""
    if view.type == "home":
        await services.slack.call("views.open", trigger_id=origin.trigger_id or "", view=shown)
    else:
        await services.slack.call("views.update", view_id=view.id, view=shown)


async def publish(services: Services, user: str, home: HomeView) -> None:
    """Publish the Home tab; doing it twice is harmless."""
    try:
        await services.slack.call("views.publish", user_id=user, view=home.view)
    except SlackError as refusal:
        log.warning("home tab not updated", reason=refusal.reason)


def message_view(text: str, blocks: list[Block] | None = None) -> dict[str, Any]:
    """A modal that shows text and has no inputs."""
    return info_modal("said", "Muster", blocks or [section(text)])
