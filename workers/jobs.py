"""The jobs: plain functions of strings, so that queued jobs survive a deployment.

Each worker process has one event loop and one `WorkerRuntime`, created by `start`.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.errors import CommandError
from bot.pulse import keep_beating
from bot.reconcile import Reconciler
from bot.settings import Settings
from bot.slack.client import Slack
from bot.streams.ids import is_stream_id
from bot.wiring.runtime import WorkerRuntime, build_runtime, slack_client

log = structlog.get_logger()


@dataclass
class WorkerProcess:
    """The event loop, Slack client and runtime of this process."""

    loop: asyncio.AbstractEventLoop
    slack: Slack
    runtime: WorkerRuntime

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run to the end. If RQ's alarm interrupts it, cancel all of its tasks."""
        beating = self.loop.create_task(keep_beating())
        try:
            self.loop.run_until_complete(work)
        finally:
            beating.cancel()
            if left := asyncio.all_tasks(self.loop):
                for task in left:
                    task.cancel()
                self.loop.run_until_complete(asyncio.wait(left))


_process: list[WorkerProcess] = []


def start(settings: Settings) -> str:
    """Create this process's `WorkerProcess`; returns its workspace. Waits for Slack, or for an
    identity stored earlier."""
    loop = asyncio.new_event_loop()

    async def build() -> WorkerProcess:
        slack = slack_client(settings)
        try:
            return WorkerProcess(loop, slack, await build_runtime(settings, slack))
        except CommandError:
            await slack.close()
            raise

    process = loop.run_until_complete(build())
    _process.append(process)
    return process.runtime.slack_port.identity.team


def stop() -> None:
    for process in _process:
        process.loop.run_until_complete(process.slack.close())
        process.loop.close()
    _process.clear()


def attend(*incident_ids: str) -> None:
    """Reconcile the incidents concurrently, so that a hanging call delays only its own."""
    process = _process[0]
    process.run(
        _reconcile_all(
            process.runtime.reconciler, [given for given in incident_ids if _is_id(given)]
        )
    )


async def _reconcile_all(reconciler: Reconciler, incident_ids: Sequence[str]) -> None:
    """Reconcile all. The reconciler logs and handles the errors of each, and the others
    continue."""
    await asyncio.gather(*map(reconciler.reconcile, incident_ids), return_exceptions=True)


def heavy(stream_id: str) -> None:
    """Do the heavy effects that the stream wants."""
    if not _is_id(stream_id):
        return
    from workers.handlers import heavy_worker  # imported only by the queue of heavy work

    process = _process[0]
    process.run(heavy_worker(process.runtime).work(stream_id))


draft = heavy  # its name in queues: see `workers.queues`


def _is_id(given: object) -> bool:
    """Whether this is a stream id. Anything else in a queue is logged and ignored."""
    is_one = is_stream_id(given)
    if not is_one:
        log.error("not a stream id", type=type(given).__name__)
    return is_one
