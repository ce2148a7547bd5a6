"""RQ's queues: one for timers, one for longer work. Entries that can't be read or aren't ours are
dropped and logged, and the worker continues."""

from collections.abc import Callable
from typing import Any

import redis
import structlog
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job
from rq.serializers import JSONSerializer

from bot.settings import Settings
from bot.wiring.connection import connect

JOB_SECONDS = 300  # for the draft of a long channel; reconciling takes moments
HEAVY_JOB = "workers.jobs.draft"  # the name that workers of the previous release have for it
OURS = ("workers.jobs.attend", "workers.jobs.heavy", HEAVY_JOB)
NOT_ITS_FAULT = (NoSuchJobError, redis.ConnectionError, redis.TimeoutError)

log = structlog.get_logger()


class NotOurs(Exception):
    """The job names a function that isn't one of ours."""


class Ours(Job):
    """A job. An unreadable one counts as missing, because RQ would end every worker that takes it.
    Runs only our functions, whatever the job names."""

    def refresh(self) -> None:
        try:
            super().refresh()  # type: ignore[no-untyped-call]
        except NOT_ITS_FAULT:
            raise
        except Exception as damage:
            log.error("job dropped", job=self.id, why=type(damage).__name__)
            raise NoSuchJobError(self.id) from damage
        self._success_callback_name = self._failure_callback_name = None
        self._stopped_callback_name = None
        self.webhooks = []

    @property
    def func(self) -> Callable[..., Any] | None:
        if self.func_name not in OURS:
            raise NotOurs(self.func_name)
        return super().func  # type: ignore[no-any-return]


class OurQueue(Queue):
    """A queue that drops unreadable entries."""

    @classmethod
    def lmove(
        cls, connection: redis.Redis, queue_key: str, timeout: int | None
    ) -> tuple[str, bytes] | None:
        """The next entry that can be a job id."""
        while found := super().lmove(connection, queue_key, timeout):
            if found[1].isascii():
                return found  # type: ignore[no-any-return]
            log.error("queue entry dropped", queue=queue_key)
            connection.lrem(IntermediateQueue(queue_key, connection).key, 1, found[1])
        return None


def named(settings: Settings, name: str, team: str) -> Queue:
    """The workspace's queue of that name, on its own connection."""
    return OurQueue(
        f"muster-{team}-{name}",
        connection=connect(settings, patient=True),
        serializer=JSONSerializer,
        default_timeout=JOB_SECONDS,
        job_class=Ours,
    )
