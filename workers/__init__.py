"""Background work: the clock, and the workers that RQ gives its jobs to.

    clock      claims what is due from the store and enqueues it in RQ
    queue(s)   one RQ worker process per queue; the queues themselves
    jobs       what a job does: reconcile streams, do heavy work for one
    heavy      does heavy effects, each under a lease of its own
    handlers   which function does which heavy effect
    postmortem drafts a postmortem
    material   the input of a draft: the record, and the channel's messages

RQ only delivers; the store's sorted sets are authoritative. A lost job is claimed again.
Not here: what is done for an incident (`bot.reconcile`), and how a draft is written
(`bot.postmortem`).
"""

import sys

from bot.errors import CommandError
from bot.settings import Settings
from bot.supervise import Child, end, look_after, stop_on_signal

QUEUES = ("timers", "bulk")


def run(settings: Settings) -> None:
    """`muster worker`: one process per queue, because a killed worker of two queues loses the job
    it had popped.
    """
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
        raise CommandError(f"{refusing.name} didn't start; see its log above")
