"""Background processes: the clock, and the workers that run RQ's jobs.

    clock      claims what is due from the store and enqueues it in RQ
    queue(s)   one RQ worker process per queue; the queues
    jobs       the jobs: reconcile streams, do the heavy work of one
    heavy      does heavy effects, each under a lease of its own
    handlers   which function does which heavy effect
    postmortem drafts a postmortem
    material   the input of a draft: the timeline, and the channel's messages

RQ only delivers jobs; the store's sorted sets are authoritative. A lost job is claimed again.
Not here: reconciliation (`bot.reconcile`), and the text of drafts (`bot.postmortem`).
"""

import sys

from bot.errors import CommandError
from bot.settings import Settings
from bot.supervise import Child, end, look_after, stop_on_signal

QUEUES = ("timers", "bulk")


def run(settings: Settings) -> None:
    """Run `muster worker`: one process per queue, because a killed worker of two queues would lose
    the job it had taken."""
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
