"""One RQ worker, for one queue. `SimpleWorker`: ten times the jobs of one that forks, and no
orphan that runs a job twice."""

import structlog
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from bot.settings import Settings
from bot.wiring import connect
from workers import jobs

JOB_SECONDS = 300  # a draft of a long channel; a single attendance takes moments

log = structlog.get_logger()


def named(settings: Settings, name: str) -> Queue:
    """The queue of that name, over a connection of its own."""
    return Queue(
        f"muster-{name}",
        connection=connect(settings, patient=True),
        serializer=JSONSerializer,
        default_timeout=JOB_SECONDS,
    )


def run(settings: Settings, name: str) -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished first."""
    jobs.settle_in(settings)
    queue = named(settings, name)
    worker = SimpleWorker(
        [queue],
        connection=queue.connection,
        serializer=JSONSerializer,
        worker_ttl=60,
        maintenance_interval=60,
        log_job_description=False,
    )
    log.info("worker ready", queue=name)
    try:
        worker.work(with_scheduler=False, logging_level="WARNING")
    finally:
        jobs.leave()
