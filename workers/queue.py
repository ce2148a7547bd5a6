"""An RQ worker for one queue. It doesn't fork: that gives ten times the throughput, and leaves no
orphans that run a job twice.
"""

import threading
from contextlib import suppress
from types import FrameType

import redis
import structlog
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.serializers import JSONSerializer
from rq.utils import now
from rq.worker import WorkerStatus

from bot.metrics_export import keep_sharing
from bot.pulse import beat
from bot.settings import Settings
from bot.wiring.connection import WAIT_PATIENTLY, connect, open_store
from workers import jobs, queues

AGAIN = 0.5  # seconds before restarting a worker that RQ gave up

log = structlog.get_logger()


class Worker(SimpleWorker):
    """RQ's worker, which ends in time when it is told to, also if the store is down."""

    dequeue_timeout = 2  # seconds; then it looks again whether it was told to stop
    # RQ would wait ten seconds longer for each answer of a store that is silent
    connection_timeout = WAIT_PATIENTLY  # type: ignore[assignment]
    # Seconds instead of a minute, so that timers continue soon after the store is back.
    max_connection_wait_time = 2.0
    told_to_stop = False
    has_given_up = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop even if the store is down, or between two workers."""
        self.told_to_stop = True
        if self.has_given_up:
            raise StopRequested
        with suppress(redis.RedisError):  # RQ records the request in the store
            super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ looks whether to stop, then begins to wait for a job, without a look in between: a
        signal at that moment would be heard after the next job, hours later maybe."""
        beat()
        super().heartbeat(timeout, pipeline)
        if self.told_to_stop and self.get_state() != WorkerStatus.BUSY:
            raise StopRequested

    def clean_registries(self) -> None:
        """Keep working if cleaning up old jobs fails."""
        try:
            super().clean_registries()  # type: ignore[no-untyped-call]
        except (StopRequested, redis.ConnectionError, redis.TimeoutError):
            raise
        except Exception:
            log.exception("can't clean RQ's registries")
            self.last_cleaned_at = now()  # type: ignore[assignment]


def run(settings: Settings, name: str) -> None:
    """Work until SIGTERM or SIGINT; finishes the current job first."""
    team = jobs.start(settings)
    queue = queues.named(settings, name, team)
    keep_sharing(open_store(connect(settings), team), name)
    log.info("worker ready", queue=name)
    try:
        with suppress(StopRequested):  # while restarting
            while not _works_to_its_end(queue):
                log.error("worker gave up, restarting", queue=name)
                threading.Event().wait(AGAIN)
    finally:
        jobs.stop()


def _works_to_its_end(queue: Queue) -> bool:
    """Run a worker; returns whether it was told to stop. RQ's worker quits on unexpected errors,
    which it logs, and has to be restarted then."""
    worker = Worker(
        [queue],
        connection=queue.connection,
        serializer=JSONSerializer,
        job_class=queues.Ours,
        queue_class=queues.OurQueue,
        worker_ttl=60,
        maintenance_interval=60,
        log_job_description=False,
    )
    try:
        worker.work(with_scheduler=False, logging_level="WARNING")
    except redis.RedisError as away:
        log.warning("store unavailable", error=type(away).__name__)
    worker.has_given_up = True
    return worker.told_to_stop
