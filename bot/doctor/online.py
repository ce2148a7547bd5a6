"""Every message and form, as Slack judges it: `blocks.validate`, which shows it to nobody.
https://docs.slack.dev/reference/methods/blocks.validate"""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from slack_sdk.errors import SlackApiError

from bot import embedded
from bot.doctor.finding import Finding, failure
from bot.doctor.rehearsal import Rehearsal, Shape
from bot.doctor.slack import client
from bot.house import House
from bot.settings import Settings
from bot.wiring.bench import slack_client
from bot.wiring.bot import furnish

PATIENCE = 60  # seconds that Slack may ask us to wait, in all


def examine(settings: Settings) -> Iterator[Finding]:
    """Slack has to be there, and to know our token."""
    asked, wrong = 0, dict[str, str]()
    try:
        for shape, why in _judged(settings):
            asked += 1
            if why:
                wrong.setdefault(shape.what, why)
    except (OSError, SlackApiError) as away:
        why = getattr(away, "response", {}).get("error") or str(away)
        cure = "ask again in a while"
        yield failure("online", f"Slack judged {asked} of them, then no more ({why})", cure)
    for what, why in wrong.items():
        cure = (
            "shorten what your playbooks say there; else it is a bug of Muster, please report it"
        )
        yield failure("online", f"Slack would refuse the {what} ({why})", cure)
    if asked and not wrong:
        yield Finding("online", f"Slack would take all {asked} messages and forms")


def _judged(settings: Settings) -> Iterator[tuple[Shape, str]]:
    with tempfile.TemporaryDirectory(prefix="muster-") as folder:
        store = embedded.Store(Path(folder))
        store.start()
        try:
            house = asyncio.run(_furnished(settings.with_store(store.url)))
            left = PATIENCE
            for shape in Rehearsal(house).shapes():
                why, waited = _ask(settings, shape, left)
                left -= waited
                yield shape, why
        finally:
            store.stop()


async def _furnished(settings: Settings) -> House:
    slack = slack_client(settings)
    try:
        return await furnish(settings, slack)
    finally:
        await slack.close()


def _ask(settings: Settings, shape: Shape, patience: int) -> tuple[str, int]:
    """Why Slack would refuse it; and how long it had us wait before it answered."""
    waited = 0
    while True:
        try:
            client(settings).api_call("blocks.validate", data={shape.kind: shape.body})
            return "", waited
        except SlackApiError as refusal:
            if refusal.response.status_code != 429 or waited >= patience:
                if not str(refusal.response.get("error", "")).startswith("invalid_"):
                    raise
                return _why(refusal), waited
            pause = int(refusal.response.headers.get("Retry-After", "1"))
            threading.Event().wait(pause)
            waited += pause


def _why(refusal: SlackApiError) -> str:
    said = refusal.response.get("response_metadata") or {}
    return "; ".join(map(str, said.get("messages") or [refusal.response["error"]]))
