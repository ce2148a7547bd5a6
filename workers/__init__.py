"""What happens without anybody asking: the clock, and the workers that RQ hands its jobs to.

    clock      claims what is due from the store and hands it to RQ
    queue(s)   one RQ worker process, for one queue; the queues themselves
    jobs       what a job does: reconcile an incident, draft a postmortem
    material   what a draft is made from: the record, and the channel's messages

RQ delivers; the store's sorted sets are the truth. A job that is lost is claimed again.
"""

import sys

from bot.errors import CommandError
from bot.settings import Settings
from bot.supervise import Child, end, look_after, stop_on_signal

QUEUES = ("timers", "bulk")


def run(settings: Settings) -> None:
    """`muster worker`: one process for each queue. A worker of two queues that is killed loses
    the job it had popped."""
    assert settings.redis_url is not None
    stopping = stop_on_signal()
    env = {
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "MUSTER_PLAYBOOKS": str(settings.muster_playbooks),
    }
    children = [
        Child(f"worker {queue}", [sys.executable, "-m", "bot", "worker", "--queue", queue], env)
        for queue in QUEUES
    ]
    try:
        for child in children:
            child.start()
        refusing = look_after(children, stopping, lambda: None)
    finally:
        end(children)
    if refusing:
        raise CommandError(f"{refusing.name} did not start; it says why above")
