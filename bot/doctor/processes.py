"""Check what runs, what waits, and what is quarantined."""

import re
import threading
from collections.abc import Iterator, Mapping

from bot.doctor import levels
from bot.doctor.finding import Finding, failure
from bot.metrics_export import EVERY
from bot.settings import Settings
from bot.store import Store
from bot.store.queue_stats import QueueDepth
from bot.wiring.connection import incident_clock

KINDS = {"bot": "bot", "timers": "worker", "bulk": "worker", "clock": "clock"}
NOTICED, BREAKS = 10.0, 60.0  # seconds that something due has waited


def examine(store: Store, settings: Settings) -> Iterator[Finding]:
    shared = store.stats.shared()
    yield from _alive(shared)
    yield from levels.examine(store.level)
    if settings.socket_mode and any(map(_is_bot, shared)):
        yield _socket(store)
    stats = store.stats.queue_stats(incident_clock(settings, store).now())
    waits = {f"wake-ups `{name}`": each for name, each in stats.schedules.items()}
    waits |= {f"queue `{name}`": each for name, each in stats.queues.items()}
    yield from _lag(waits)
    yield from _quarantined(store)


def _alive(shared: Mapping[str, str]) -> Iterator[Finding]:
    """The running processes; each reports every five seconds."""
    running = [process.partition("@")[0] for process in shared]
    if not running:
        yield Finding("processes", "none running", "start them: `muster run`")
        return
    for kind in dict.fromkeys(KINDS[each] for each in KINDS if each not in running):
        yield failure("processes", f"no {kind} running", f"start one: `muster {kind}`")
    if all(each in running for each in KINDS):
        counts = ", ".join(f"{running.count(each)} {each}" for each in KINDS)
        yield Finding("processes", counts)
    versions = {each for numbers in shared.values() for each in _versions(numbers)}
    if len(versions) > 1:
        says = f"several versions running: {', '.join(sorted(versions))}"
        yield Finding("processes", says, "finish the upgrade: restart the others")


def _versions(numbers: str) -> list[str]:
    return re.findall(r'^muster_process_info\{[^}]*version="([^"]*)"', numbers, re.MULTILINE)


def _is_bot(process: str) -> bool:
    return process.startswith("bot@")


def _socket(store: Store) -> Finding:
    """The bots' connections to Slack. Their last report may be old, so they are checked
    once more.
    """
    count = _connections(store)
    if not count:
        threading.Event().wait(EVERY + 1)
        count = _connections(store)
    if not count:
        cure = "check the bot's log, and that this machine can open wss:// to Slack"
        return failure("socket mode", "no bot is connected to Slack", cure)
    return Finding("socket mode", f"{count} connection{'s' if count > 1 else ''} to Slack")


def _connections(store: Store) -> int:
    bots = [numbers for process, numbers in store.stats.shared().items() if _is_bot(process)]
    found = re.findall(r"^muster_socket_connections (\S+)$", "\n".join(bots), re.MULTILINE)
    return int(sum(map(float, found)))


def _lag(waits: Mapping[str, QueueDepth]) -> Iterator[Finding]:
    late = {what: depth for what, depth in waits.items() if depth.seconds > NOTICED}
    for what, depth in late.items():
        says = f"{what}: {depth.overdue} overdue, the oldest for {depth.seconds:.0f} s"
        cure = "check that a clock and a worker run; start another worker"
        yield Finding("lag", says, cure, fails=depth.seconds > BREAKS)
    if not late:
        yield Finding("lag", "nothing overdue")


def _quarantined(store: Store) -> Iterator[Finding]:
    quarantined = store.quarantine.all_quarantined()
    for what, why in quarantined.items():
        cure = f"fix the error in the log, then `muster incidents --retry {why.stream_id}`"
        yield failure("quarantined", f"{what}: {why.why}", cure)
    if not quarantined:
        yield Finding("quarantined", "nothing")
