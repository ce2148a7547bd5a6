"""Validate every message and form with Slack's `blocks.validate`, which posts nothing.
https://docs.slack.dev/reference/methods/blocks.validate
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from slack_sdk.errors import SlackApiError

from bot import embedded
from bot.doctor.finding import Finding, failure
from bot.doctor.rehearsal import Rehearsal
from bot.doctor.shape import Shape
from bot.settings import Settings
from bot.slack.client import Slack
from bot.wiring.bot import build
from bot.wiring.runtime import slack_client

PATIENCE = 60  # seconds of waiting for Slack's rate limit, in total


async def examine(settings: Settings) -> list[Finding]:
    """Requires a connection to Slack and a valid token."""
    asked, found = 0, dict[str, Finding]()
    try:
        async for shape, why in _judged(settings):
            asked += 1
            if why:
                says = f"Slack would reject the {shape.what} ({why})"
                cure = (
                    "shorten your playbooks' text for it; if that doesn't help, please report it"
                )
                found.setdefault(shape.what, failure("online", says, cure))
    except (aiohttp.ClientError, TimeoutError, SlackApiError) as away:
        says = f"Slack validated {asked}, then stopped responding ({type(away).__name__})"
        found[""] = failure("online", says, "run this again later")
    if not found:
        return [Finding("online", f"Slack accepts all {asked} messages and forms")]
    return list(found.values())


async def _judged(settings: Settings) -> AsyncIterator[tuple[Shape, str]]:
    """Each message and form, and the reason if Slack would reject it."""
    slack, patience = slack_client(settings), PATIENCE
    with tempfile.TemporaryDirectory(prefix="muster-") as folder:
        store = embedded.EmbeddedServer(Path(folder))
        store.start()
        try:
            services = await build(settings.with_store(store.url), slack)
            for shape in Rehearsal(services).shapes():
                why, waited = await _ask(slack, shape, patience)
                patience -= waited
                yield shape, why
        finally:
            await slack.close()
            store.stop()


async def _ask(slack: Slack, shape: Shape, patience: int) -> tuple[str, int]:
    """The reason if Slack would reject it, and the seconds spent waiting for its rate limit."""
    waited = 0
    while True:
        try:
            await slack.web.api_call("blocks.validate", data={shape.kind: shape.body})
            return "", waited
        except SlackApiError as refusal:
            if refusal.response.status_code == 429 and waited < patience:
                pause = int(refusal.response.headers.get("Retry-After", "1"))
                await asyncio.sleep(pause)
                waited += pause
            elif str(refusal.response.get("error")).startswith("invalid_"):
                return _why(refusal), waited
            else:
                raise


def _why(refusal: SlackApiError) -> str:
    said = refusal.response.get("response_metadata") or {}
    return "; ".join(map(str, said.get("messages") or [refusal.response["error"]]))
