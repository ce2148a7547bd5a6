"""One RQ worker, for one queue. `SimpleWorker`: ten times the jobs of one that forks, and no
orphan that runs a job twice."""

import structlog
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from bot.settings import Settings
from workers import jobs, queues

log = structlog.get_logger()


class Worker(SimpleWorker):
    max_connection_wait_time = 2.0  # seconds, not a minute: timers go on when the store is back


def run(settings: Settings, name: str) -> None:
    """Work until SIGTERM or SIGINT; the job in hand is finished first."""
    team = jobs.settle_in(settings)
    queue = queues.named(settings, name, team)
    worker = Worker(
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
