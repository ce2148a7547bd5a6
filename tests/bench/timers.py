"""How late timers fire, with 10 and with 100,000 waiting."""

import asyncio
from typing import Any

from bot.incident.events import Reminded
from bot.incident.evolve import replay
from bot.slack.keyed_messages import key_prefix
from bot.store import Store
from tests.bench.deployment import Muster
from tests.bench.signed_requests import Lines, declaration
from tests.bench.slack_observations import last_call
from tests.bench.statistics import Part, Row, both, p99

OPEN, EVERY, BEATS = 10, 2.0, 10
MANY = 100_000
FAR = 4_000_000_000_000  # ms since 1970: far in the future

MEANING = f"""\
**Timers.** {OPEN} open incidents, each with a reminder every {EVERY:.0f} s (a severity made for
this test), spread evenly over the {EVERY:.0f} s, with real clock, RQ and worker processes.
*Recorded* is the time from when a reminder was due until the worker recorded that it came due, by
the store's clock. *Received by Slack* is the time until the local Slack received the message,
with no injected latency; it includes recording the pending call. Each run measures {OPEN * BEATS}
reminders. The second run has {MANY:,} more wake-ups in the store's sorted set, far in the future.
One worker handles all of them, one at a time."""


async def _declare(muster: Muster) -> list[str]:
    async with Lines(muster.port, 1) as lines:
        for _ in range(OPEN):
            await lines.one(declaration("timed"))
            await asyncio.sleep(EVERY / OPEN)
    ids = await asyncio.to_thread(muster.store.streams.all_ids, "INC")
    return ids[-OPEN:]


def _wait_long(store: Store) -> None:
    """Add entries far in the future to the sorted set."""
    for start in range(0, MANY, 10_000):
        far = {f"INC-{FAR + each}": FAR + each for each in range(start, start + 10_000)}
        store.redis.zadd(f"{store.prefix}due", far)


def _forget(store: Store) -> None:
    store.redis.zremrangebyscore(f"{store.prefix}due", FAR, "+inf")


async def _beat(muster: Muster, ids: list[str]) -> tuple[list[float], list[float]]:
    """For some reminders: how many seconds late they fired and reached Slack."""
    before = await asyncio.to_thread(last_call, muster.slack)
    since = await asyncio.to_thread(muster.store.now)
    await asyncio.sleep(EVERY * BEATS)
    calls = await asyncio.to_thread(muster.slack.calls, "chat.postMessage", since=before)
    sent = {_key(call): float(call["at"]) for call in calls}
    attended, at_slack = [], []
    for incident_id in ids:
        history = await asyncio.to_thread(muster.store.streams.read, incident_id)
        prefix = key_prefix(replay(incident_id, history))
        for recorded in history:
            event = recorded.event
            if isinstance(event, Reminded) and recorded.at >= since:
                attended.append((recorded.at - event.due).total_seconds())
                if at := sent.get(f"{prefix}nag:{recorded.seq}"):
                    at_slack.append(at - event.due.timestamp())
    return attended, at_slack


def _key(call: dict[str, Any]) -> str:
    metadata = call["args"].get("metadata", {})
    return str(metadata.get("event_payload", {}).get("key", ""))


async def measure(muster: Muster) -> Part:
    ids = await _declare(muster)
    await asyncio.sleep(EVERY)
    few, few_sent = await _beat(muster, ids)
    await asyncio.to_thread(_wait_long, muster.store)
    await asyncio.sleep(EVERY)
    many, many_sent = await _beat(muster, ids)
    await asyncio.to_thread(_forget, muster.store)
    rows = []
    for waiting, late, sent in ((OPEN, few, few_sent), (MANY, many, many_sent)):
        ratio = p99(late) / p99(few) if late is not few else None
        beside = f"received by Slack {both(sent)}"
        what = f"timer lateness, {waiting:,} waiting: recorded, p50 / p99"
        rows.append(Row(what, both(late), beside, ratio, "p99 ≤ 50 ms"))
    return Part(rows, MEANING)
