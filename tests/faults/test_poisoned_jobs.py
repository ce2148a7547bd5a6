"""A malformed or failing job doesn't end its worker: timers keep firing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from tests.faults.trial_count import Trials
from tests.harness import TEAM, Harness, until

PREFIX = f"muster:{{{TEAM}}}:"


@pytest.fixture(scope="module")
def _shared() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness


@pytest.fixture
def harness(_shared: Harness) -> Iterator[Harness]:
    yield _shared
    _shared.tidy()
    _shared.check_slack()


def _garbage(field: str, value: bytes) -> Callable[[Redis, Queue], None]:
    """One of our jobs, with one field of its record damaged."""

    def put(store: Redis, queue: Queue) -> None:
        job = queue.enqueue("workers.jobs.attend", "INC-1", at_front=False)
        store.hset(job.key, field, value)

    return put


def _calls(name: str, *arguments: Any) -> Callable[[Redis, Queue], None]:
    def put(store: Redis, queue: Queue) -> None:
        queue.enqueue(name, *arguments)

    return put


def _vanished(store: Redis, queue: Queue) -> None:
    store.delete(queue.enqueue("workers.jobs.attend", "INC-1").key)


def _another_type(store: Redis, queue: Queue) -> None:
    job = queue.enqueue("workers.jobs.attend", "INC-1")
    store.delete(job.key)
    store.lpush(job.key, "no hash")


def _entry(name: bytes) -> Callable[[Redis, Queue], None]:
    def put(store: Redis, queue: Queue) -> None:
        store.rpush(queue.key, name)

    return put


POISONED: dict[str, Callable[[Redis, Queue], None]] = {
    "a function that isn't there": _calls("workers.jobs.resurrect", "INC-1"),
    "a module that isn't there": _calls("nobody.knows", "INC-1"),
    "a function of somebody else's that ends the process": _calls("os._exit", 0),
    "a number for an incident": _calls("workers.jobs.attend", 7),
    "an object for an incident": _calls("workers.jobs.attend", {"id": "INC-1"}),
    "an incident that isn't there": _calls("workers.jobs.attend", "INC-99999"),
    "too many arguments": _calls("workers.jobs.draft", "INC-1", "INC-2", "INC-3"),
    "no argument": _calls("workers.jobs.draft"),
    "a draft of nonsense": _calls("workers.jobs.draft", ["INC-1"]),
    "data that is no text": _garbage("data", b"\xff\x00\xfe"),
    "data that is no job": _garbage("data", b'{"not": "a job"}'),
    "data of five parts": _garbage("data", b"[1, 2, 3, 4, 5]"),
    "no data": _garbage("data", b""),
    "a state that isn't one": _garbage("status", b"possessed"),
    "a time that isn't one": _garbage("created_at", b"yesterday"),
    "a time-out that isn't one": _garbage("timeout", b"a while"),
    "a text that is none": _garbage("origin", b"\xff\xfe"),
    "a callback of somebody else's": _garbage("success_callback_name", b"os.abort"),
    "a job whose record vanished": _vanished,
    "a record of another type": _another_type,
    "an entry without a job": _entry(b"no-such-job"),
    "an entry that is no text": _entry(b"\xff\xfe\xfd"),
    "an empty entry": _entry(b""),
}


@pytest.mark.parametrize("name", ["timers", "bulk"])
def test_a_malformed_job_does_not_end_its_worker(
    harness: Harness, name: str, trials: Trials
) -> None:
    incident = harness.declares()
    harness.rests()
    worker = harness.processes[name]
    with harness.asks_the_store() as store:
        queue = Queue(f"muster-{TEAM}-{name}", connection=store, serializer=JSONSerializer)
        for put in POISONED.values():
            put(store, queue)
            trials.add()
        until(lambda: queue.count == 0, within=15, what="an empty queue")
        assert worker.running
        worker.kill()  # the next worker finds its unfinished job, and survives it, too
        for put in POISONED.values():
            put(store, queue)
        store.lpush(queue.intermediate_queue_key, "no-such-job")
        harness.start(name)
        until(lambda: queue.count == 0, within=15, what="an empty queue again")
    harness.moves("31m")
    incident.channel.expects(kind="nag", within=10)
    harness.ana.types("/incident resolve it is over", incident.channel)
    incident.channel.expects(kind="postmortem", within=15)
    assert worker.running


def test_a_job_that_takes_too_long_leaves_nothing_behind(harness: Harness) -> None:
    incident = harness.declares()
    harness.rests()
    harness.kill("clock")
    slow = harness.slack.fails("chat.postMessage", channel=incident.channel.id, hang=4, times=1)
    harness.slack.moves("31m")
    with harness.asks_the_store() as store:
        queue = Queue(f"muster-{TEAM}-timers", connection=store, serializer=JSONSerializer)
        job = queue.enqueue("workers.jobs.attend", incident.id, job_timeout=1)
        until(lambda: job.get_status() == "failed", what="the job ended by its alarm")
        assert not store.exists(f"{PREFIX}lock:{incident.id}")
    slow.met()
    harness.start("clock")
    incident.channel.expects(kind="nag", within=20)
    harness.rests()
    keys = [each.payload["key"] for each in incident.channel.messages() if each.payload.get("key")]
    assert len(keys) == len(set(keys))
