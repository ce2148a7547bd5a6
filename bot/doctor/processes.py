"""Who runs, what waits, and what was set aside."""

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
    yield from _aside(store)


def _alive(shared: Mapping[str, str]) -> Iterator[Finding]:
    """Each process says so every five seconds."""
    running = [process.partition("@")[0] for process in shared]
    if not running:
        yield Finding("processes", "none runs", "start them: `muster run`")
        return
    for kind in dict.fromkeys(KINDS[each] for each in KINDS if each not in running):
        yield failure("processes", f"no {kind} runs", f"start one: `muster {kind}`")
    if all(each in running for each in KINDS):
        counts = ", ".join(f"{running.count(each)} {each}" for each in KINDS)
        yield Finding("processes", counts)
    versions = {each for numbers in shared.values() for each in _versions(numbers)}
    if len(versions) > 1:
        says = f"several versions run: {', '.join(sorted(versions))}"
        yield Finding("processes", says, "end the upgrade: restart those that are left")


def _versions(numbers: str) -> list[str]:
    return re.findall(r'^muster_process_info\{[^}]*version="([^"]*)"', numbers, re.MULTILINE)


def _is_bot(process: str) -> bool:
    return process.startswith("bot@")


def _socket(store: Store) -> Finding:
    """What a bot says of itself may be as old as its latest share: then it is asked once more."""
    count = _connections(store)
    if not count:
        threading.Event().wait(EVERY + 1)
        count = _connections(store)
    if not count:
        cure = "look at the bot's log; may this machine open wss:// to Slack?"
        return failure("socket mode", "no bot has a connection to Slack", cure)
    return Finding("socket mode", f"{count} connection{'s' if count > 1 else ''} to Slack")


def _connections(store: Store) -> int:
    bots = [numbers for process, numbers in store.stats.shared().items() if _is_bot(process)]
    found = re.findall(r"^muster_socket_connections (\S+)$", "\n".join(bots), re.MULTILINE)
    return int(sum(map(float, found)))


def _lag(waits: Mapping[str, QueueDepth]) -> Iterator[Finding]:
    late = {what: depth for what, depth in waits.items() if depth.seconds > NOTICED}
    for what, depth in late.items():
        says = f"{what}: {depth.overdue} overdue, the oldest for {depth.seconds:.0f} s"
        cure = "is there a clock, and a worker with time? start another one"
        yield Finding("lag", says, cure, fails=depth.seconds > BREAKS)
    if not late:
        yield Finding("lag", "nothing that is due waits")


def _aside(store: Store) -> Iterator[Finding]:
    aside = store.quarantine.all_quarantined()
    for what, why in aside.items():
        cure = f"mend what the log names, then `muster incidents --retry {why.stream_id}`"
        yield failure("set aside", f"{what}: {why.why}", cure)
    if not aside:
        yield Finding("set aside", "no incident")
