"""What a command finds around it: its settings, its logs, a store. Imported when asked for, as a
command that needs none of it is at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.settings import Settings


def settings() -> "Settings":
    from bot.settings import load

    return load()


def refusal() -> int:
    """The exit status of a command that refuses: 1; for the `muster run` that started it and
    looks after it, one that no crash has."""
    from bot import parent_watch, supervise

    return supervise.REFUSED if parent_watch.has_parent() else 1


def process() -> "Settings":
    """The settings of a process that runs on: its logs are set up, it ends with its parent."""
    from bot import log, parent_watch

    parent_watch.end_with_parent()
    found = settings()
    log.configure(found.log_level, found.log_format, found.secrets)
    return found


def connected(given: "Settings") -> "Settings":
    """With a Slack to talk to, and the store of REDIS_URL or of a running `muster run`."""
    from bot import embedded

    given.require_slack()
    if given.redis_url is not None:
        return given
    running = embedded.find(given.muster_data)
    if running is None:
        raise CommandError(
            "REDIS_URL: set it to your Redis or Valkey (redis://…); "
            f"no `muster run` keeps a store in {given.muster_data}"
        )
    return given.with_store(running)


def with_policy(given: "Settings") -> "Settings":
    """The same; says so in the log if they run by the packaged policy."""
    import structlog

    from bot import packaged

    if given.packaged_policy:
        structlog.get_logger("bot.policy").info(packaged.POLICY_IN_USE)
    return given


@contextmanager
def store(*, anew: bool = False) -> "Iterator[Settings]":
    """The settings with a store: REDIS_URL's, or the folder's, running or not. `anew`: even if
    the folder has none yet."""
    from redis.exceptions import RedisError

    from bot import embedded, log
    from bot.store import TooOld

    found = settings()
    log.configure("warning", found.log_format, found.secrets)
    try:
        if found.redis_url is not None:
            yield found
        else:
            with embedded.opened(found.muster_data, anew=anew) as url:
                yield found.with_store(url)
    except TooOld as old:
        raise CommandError(str(old)) from None
    except RedisError as away:
        why = str(away).partition(" : ")[0]  # redis tells Sentinel's whole state behind it
        raise CommandError(f"REDIS_URL: the store does not answer as it should: {why}") from None
