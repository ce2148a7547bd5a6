"""Drafts a postmortem: reads the channel, writes the document, uploads it, records its link.

All steps can be repeated safely (no one sees an upload without a link), so after a crash the draft
is simply written again.
"""

import asyncio
from datetime import timedelta
from uuid import uuid4

import structlog

from bot.incident.effects import draft_wanted
from bot.incident.events import CLOCK, Failed, PostmortemDrafted
from bot.incident.incident import Incident
from bot.ports import Turn, whose_turn
from bot.postmortem.draft import draft as write
from bot.slack.client import SlackError
from bot.slack.files import upload
from bot.store import Store
from bot.streams.effect import Urgency
from bot.wiring.runtime import WorkerRuntime
from workers.material import gather

LOCK_FOR = timedelta(seconds=30)  # renewed while the draft is written
LONGEST = 280  # seconds; less than the limit of a job (see `queues.py`), to end in order

log = structlog.get_logger()


class TookTooLong(Exception):
    """The draft took longer than the limit of a job."""


async def draft(incident_id: str, runtime: WorkerRuntime) -> None:
    """Write the draft, if it is wanted and no other process is writing it."""
    whose_turn.set(Turn(f"{incident_id}/draft", Urgency.DECORATION))
    lock, token = f"drafting:{incident_id}", uuid4().hex
    with runtime.store.schedule.holding(lock, token, LOCK_FOR) as free:
        if not free:
            return
        holding_on = asyncio.create_task(_hold_on(incident_id, lock, token, runtime.store))
        try:
            with structlog.contextvars.bound_contextvars(incident=incident_id):
                await _in_time(incident_id, runtime)
        except Exception as error:  # noqa: BLE001 — any error is reported, and retried later
            await runtime.reconciler.admins.report(incident_id, error, schedule="draft")
            return
        finally:
            holding_on.cancel()
    await runtime.reconciler.reconcile(incident_id)


async def _in_time(incident_id: str, runtime: WorkerRuntime) -> None:
    limit = asyncio.timeout(LONGEST)
    try:
        async with limit:
            await _until_drafted(incident_id, runtime)
    except TimeoutError:
        if limit.expired():
            raise TookTooLong(incident_id) from None
        raise


async def _until_drafted(incident_id: str, runtime: WorkerRuntime) -> None:
    while True:
        incident: Incident = runtime.store.streams.state(incident_id)
        if draft_wanted(incident):
            try:
                await _draft(incident, runtime)
            except SlackError as refusal:
                log.warning("draft failed", reason=refusal.reason)
                if not refusal.permanent:
                    runtime.store.quarantine.record_failure(incident_id, "draft")
                    return
                _give_up(incident, refusal, runtime)
        elif runtime.store.schedule.drafted(incident_id, incident.version):
            return


async def _hold_on(incident_id: str, lock: str, token: str, store: Store) -> None:
    """Renew the lock, so that a slow worker keeps it; that of a dead one expires in half a
    minute."""
    held = True
    while held:
        await asyncio.sleep(LOCK_FOR.total_seconds() / 3)
        held = await asyncio.to_thread(store.schedule.begin, lock, token, LOCK_FOR, incident_id)


async def _draft(incident: Incident, runtime: WorkerRuntime) -> None:
    document = await asyncio.to_thread(write, await gather(incident, runtime))
    runtime.store.documents.put(f"draft:{incident.id}", document)
    link = await upload(
        runtime.slack_port.slack,
        f"postmortem-{incident.id.lower()}.md",
        f"Postmortem of {incident.id}",
        document.encode(),
    )
    drafted = PostmortemDrafted(link, through=incident.asked_draft)
    runtime.store.streams.append(incident.id, [drafted], at=runtime.clock.now(), by=CLOCK)
    log.info("drafted", link=link)


def _give_up(incident: Incident, refusal: SlackError, runtime: WorkerRuntime) -> None:
    failed = Failed("draft", refusal.reason, str(incident.asked_draft))
    runtime.store.streams.append(incident.id, [failed], at=runtime.clock.now(), by=CLOCK)
