"""A worker ends when it is told to, whatever it does at that moment."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from bot.embedded import EmbeddedServer
from workers.queue import Worker
from workers.queues import OurQueue


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    server = EmbeddedServer(tmp_path)
    server.start()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Redis.from_url(server.url) as redis:
            queue = OurQueue("timers", connection=redis, serializer=JSONSerializer)
            yield Worker([queue], connection=redis, serializer=JSONSerializer)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        server.stop()


def test_waiting_for_a_job(worker: Worker) -> None:
    worker.set_state(WorkerStatus.IDLE)
    with pytest.raises(StopRequested):
        worker.request_stop(signal.SIGTERM, None)


def test_between_its_last_job_and_waiting_for_the_next(worker: Worker) -> None:
    """RQ has just looked whether to stop: it would wait until there is another job."""
    worker.set_state(WorkerStatus.BUSY)
    worker.request_stop(signal.SIGTERM, None)
    with pytest.raises(StopRequested):
        worker.dequeue_job_and_maintain_ttl(worker.dequeue_timeout)


def test_amid_a_job_it_finishes_that(worker: Worker) -> None:
    worker.set_state(WorkerStatus.BUSY)
    worker.request_stop(signal.SIGTERM, None)
    worker.heartbeat()
    assert worker.told_to_stop
