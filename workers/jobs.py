"""What RQ runs: plain functions of strings, so that a job outlives a deploy.

Each worker process has one event loop and one house for its life; `settle_in` makes them.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.attend import Attendant
from bot.errors import Stop
from bot.settings import Settings
from bot.slack.client import Slack
from bot.streams.ids import is_stream_id
from bot.wiring.bench import Bench, bench, slack_client

log = structlog.get_logger()


@dataclass
class Room:
    loop: asyncio.AbstractEventLoop
    slack: Slack
    bench: Bench

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """To its end. If RQ's alarm ends it in the middle, nothing of it runs on in the next."""
        try:
            self.loop.run_until_complete(work)
        finally:
            if left := asyncio.all_tasks(self.loop):
                for task in left:
                    task.cancel()
                self.loop.run_until_complete(asyncio.wait(left))


_room: list[Room] = []


def settle_in(settings: Settings) -> str:
    """Make this process's room; the workspace it works for. Waits for Slack, or the store's
    memory of it."""
    loop = asyncio.new_event_loop()

    async def furnish() -> Room:
        slack = slack_client(settings)
        try:
            return Room(loop, slack, await bench(settings, slack))
        except Stop:
            await slack.close()
            raise

    room = loop.run_until_complete(furnish())
    _room.append(room)
    return room.bench.hands.identity.team


def leave() -> None:
    for room in _room:
        room.loop.run_until_complete(room.slack.close())
        room.loop.close()
    _room.clear()


def attend(*incident_ids: str) -> None:
    """Bring Slack in line with the incidents: side by side, so that a call that hangs holds back
    only its own."""
    room = _room[0]
    room.run(_together(room.bench.attendant, [each for each in incident_ids if _is_id(each)]))


async def _together(attendant: Attendant, incident_ids: Sequence[str]) -> None:
    """What one of them raises was logged and put off by the attendant; the others go on."""
    await asyncio.gather(*map(attendant.attend, incident_ids), return_exceptions=True)


def draft(incident_id: str) -> None:
    """Draft the incident's postmortem, if one is wanted."""
    if not _is_id(incident_id):
        return
    from workers import postmortem  # only the queue that drafts pays for it

    room = _room[0]
    room.run(postmortem.draft(incident_id, room.bench))


def _is_id(given: object) -> bool:
    """What stands in a queue may be anything; what isn't a stream's id is nobody's job."""
    is_one = is_stream_id(given)
    if not is_one:
        log.error("not a stream's id", type=type(given).__name__)
    return is_one
