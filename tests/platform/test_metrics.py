"""`/metrics`: the metrics of all processes from any bot, and the queues in the store."""

import re
from collections.abc import Iterator
from functools import partial
from time import monotonic

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import REGISTRY
from bot.metrics_export import STORE
from bot.wiring.connection import open_store
from tests.harness import TEAM, Harness, answer, until
from tests.platform.processes import ROOT

PREFIX = f"muster:{{{TEAM}}}:"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness(also=("bot-2",)) as harness:
        yield harness
        harness.check_slack()


def numbers(harness: Harness, bot: str = "bot") -> Samples:
    status, page = answer(f"http://127.0.0.1:{harness.processes[bot].env['PORT']}/metrics")
    assert status == 200
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def total(samples: Samples, name: str, **labels: str) -> float:
    """The sum over all processes of the samples with these labels."""
    return sum(
        value
        for (each, held), value in samples.items()
        if each == name and labels.items() <= dict(held).items()
    )


def kinds(samples: Samples) -> set[str]:
    return {
        dict(held)["process"].partition("@")[0] for _, held in samples if dict(held).get("process")
    }


def test_any_bot_tells_of_every_process(harness: Harness) -> None:
    incident = harness.declares()
    harness.ana.types("/incident severity nonsense", incident.channel)
    harness.moves("40m")
    incident.channel.expects(kind="nag")
    harness.rests()
    for bot in ("bot", "bot-2"):
        until(partial(_tells_all, harness, bot), within=15, what=f"all of it from {bot}")
    page = answer(f"{harness.url}/metrics")[1]
    for secret in (incident.record["title"], "nonsense", "U0ANA", "xoxb", incident.channel.id):
        assert secret not in page


def _tells_all(harness: Harness, bot: str) -> bool:
    found = numbers(harness, bot)
    return (
        kinds(found) == {"bot", "timers", "bulk", "clock"}
        and total(found, "muster_commands_total", verb="declare", result="done") == 1
        and total(found, "muster_commands_total", verb="severity", result="refused") == 1
        and total(found, "muster_acknowledgement_seconds_count", transport="socket") >= 2
        and total(found, "muster_attendance_seconds_count", result="done") >= 2
        and total(found, "muster_timer_lateness_seconds_count") >= 1
        and total(found, "muster_slack_calls_total", method="chat.postMessage", result="ok") >= 3
        and total(found, "muster_socket_connections") == 2
        and total(found, "muster_process_info") == 5
        and total(found, "muster_incidents_open") == 1
        and total(found, "muster_store_up") == 1
    )


def test_queue_lengths_and_ages_are_exported(harness: Harness) -> None:
    harness.kill("clock")
    with harness.asks_the_store() as store:
        seconds, _ = store.time()
        store.zadd(f"{PREFIX}again", {"INC-100": (seconds - 90) * 1000, "INC-101": 4e12})
        store.hset(f"{PREFIX}aside", "INC-100", '{"since": 0, "why": "Error"}')
        found = numbers(harness)
        store.zrem(f"{PREFIX}again", "INC-100", "INC-101")
        store.hdel(f"{PREFIX}aside", "INC-100")
    harness.start("clock")
    assert total(found, "muster_wakeups", set="again") >= 2
    assert total(found, "muster_wakeups_overdue", set="again") >= 1
    assert 90 <= total(found, "muster_wakeups_lag_seconds", set="again") < 600
    sets = {dict(held)["set"] for name, held in found if name == "muster_wakeups"}
    assert sets == {"pages", "due", "again", "draft"}
    assert total(found, "muster_incidents_set_aside") == 1


def test_jobs_that_nobody_takes_are_counted(harness: Harness) -> None:
    harness.kill("bulk")
    queue = f"rq:queue:muster-{TEAM}-bulk"
    with harness.asks_the_store() as store:
        store.hset("rq:job:one", "enqueued_at", "2026-01-01T00:00:00.000000Z")
        store.rpush(queue, "one", "two")
        found = numbers(harness)
        store.delete(queue, "rq:job:one")
    harness.start("bulk")
    assert total(found, "muster_queue_jobs", queue="bulk") == 2
    assert total(found, "muster_queue_oldest_job_seconds", queue="bulk") > 86400


def test_numbers_that_are_none_hide_nobody_elses(harness: Harness) -> None:
    with harness.asks_the_store() as store:
        open_store(store, TEAM).stats.share("mad", "muster_commands_total{ what")
        until(lambda: "clock" in kinds(numbers(harness)), within=15)


def test_without_the_store_a_bot_tells_its_own(harness: Harness) -> None:
    harness.kill_the_store()
    began = monotonic()
    try:
        found = numbers(harness)
        took = monotonic() - began
        health = answer(f"{harness.url}/healthz")
        ready = answer(f"{harness.url}/readyz")
    finally:
        harness.revive_the_store()
    assert total(found, "muster_store_up") == 0
    assert kinds(found) == {"bot"}
    assert total(found, "muster_acknowledgement_seconds_count") >= 1
    assert took < 3
    assert health == (200, "ok\n")
    assert ready == (503, "missing: store\n")
    until(
        lambda: total(numbers(harness), "muster_store_up") == 1, within=10, what="the store back"
    )


def test_the_table_of_numbers_is_the_one_in_the_code() -> None:
    section = (ROOT / "docs/running.md").read_text().partition("## Monitoring")[2]
    told = set(re.findall(r"^\| `(muster_\w+)`", section, re.MULTILINE))

    names = {family.name: family.type for family in REGISTRY.collect()}
    counted = {name + ("_total" if kind == "counter" else "") for name, kind in names.items()}
    assert told == counted | set(STORE)
