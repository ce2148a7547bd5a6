"""RQ's queues: one for what is due, one for what takes longer."""

from rq import Queue
from rq.serializers import JSONSerializer

from bot.settings import Settings
from bot.wiring.store import connect

JOB_SECONDS = 300  # a draft of a long channel; a single attendance takes moments


def named(settings: Settings, name: str, team: str) -> Queue:
    """The workspace's queue of that name, over a connection of its own."""
    return Queue(
        f"muster-{team}-{name}",
        connection=connect(settings, patient=True),
        serializer=JSONSerializer,
        default_timeout=JOB_SECONDS,
    )
