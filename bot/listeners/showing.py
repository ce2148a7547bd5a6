"""Show a person what they were answered, after the acknowledgement: once, to them alone."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aiohttp
import structlog
from redis import RedisError

from bot.house import House
from bot.listeners.ask import Home, Open, Show, Words
from bot.messages.shape import Block, section, telling
from bot.slack.client import SlackError

log = structlog.get_logger()

REDELIVERED = timedelta(hours=1)  # within this time Slack may deliver the same thing once more


async def show(house: House, answer: Open | Show | Words, body: dict[str, Any]) -> None:
    """Once, though Slack may deliver the same thing again, and to another bot."""
    deed = f"answer:{body.get('trigger_id') or body.get('event_id') or uuid4().hex}"
    try:
        if not await asyncio.to_thread(house.store.is_first, deed, REDELIVERED):
            return
    except RedisError as away:
        log.warning("maybe shown twice", error=type(away).__name__)
    match answer:
        case Open():
            await _open(house, answer, body)
        case Show(view) if body.get("view", {}).get("type") == "modal":
            await _replace(house, view, body["view"])
        case Show(view):  # they look at no form that it could take the place of
            await _open(house, Open(view), body)
        case Words():
            await _tell(house, answer, body)


async def _open(house: House, answer: Open, body: dict[str, Any]) -> None:
    try:
        if "trigger_id" not in body:
            raise SlackError("no_trigger")
        await house.slack.call("views.open", trigger_id=body["trigger_id"], view=answer.view)
    except SlackError as refusal:
        log.warning("modal not opened", reason=refusal.reason)
        if refusal.reason in ("exchanged_trigger_id", "trigger_exchanged"):
            return  # the same request came twice; the form is open
        late = "Slack did not open the form in time. Please try again."
        await _tell(house, Words(late), body)


async def _replace(house: House, view: dict[str, Any], seen: dict[str, Any]) -> None:
    """Other content in the form in front of somebody, unless it has changed since."""
    state = {"hash": seen["hash"]} if seen["hash"] else {}
    try:
        await house.slack.call("views.update", view_id=seen["id"], view=view, **state)
    except SlackError as refusal:
        log.warning("form not changed", reason=refusal.reason)


async def _tell(house: House, answer: Words, body: dict[str, Any]) -> None:
    """Say it to the asker alone, at most once: what was said this way can't be looked for."""
    message: dict[str, Any] = {"text": answer.text}
    if answer.blocks:
        message["blocks"] = answer.blocks
    event = body.get("event", {})
    try:
        if url := body.get("response_url"):
            message |= {"response_type": "ephemeral", "replace_original": answer.instead}
            timeout = aiohttp.ClientTimeout(total=5)
            async with house.slack.session.post(url, json=message, timeout=timeout):
                return
        if view := body.get("view"):
            await _tell_over(view, saying(answer.text, answer.blocks), house, body)
        if "user" in event and "channel" in event:
            there = {"channel": event["channel"], "user": event["user"]}
            await house.slack.call("chat.postEphemeral", **there, **message)
    except (SlackError, aiohttp.ClientError, TimeoutError, ValueError) as lost:
        log.warning("answer not shown", error=type(lost).__name__)


async def _tell_over(
    view: dict[str, Any], shown: dict[str, Any], house: House, body: dict[str, Any]
) -> None:
    """In the form that they look at; over the home tab, which is no form."""
    if view["type"] == "home":
        await house.slack.call("views.open", trigger_id=body.get("trigger_id", ""), view=shown)
    else:
        await house.slack.call("views.update", view_id=view["id"], view=shown)


async def publish(house: House, user: str, home: Home) -> None:
    """Twice is as good as once."""
    try:
        await house.slack.call("views.publish", user_id=user, view=home.view)
    except SlackError as refusal:
        log.warning("home not shown", reason=refusal.reason)


def saying(text: str, blocks: list[Block] | None = None) -> dict[str, Any]:
    """A modal that says something and asks for nothing."""
    return telling("said", "Muster", blocks or [section(text)])
