"""The environment of commands: settings, logs, a store. Imported lazily, so that commands
without these needs start fast.
"""

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
    """The exit status of a command that refuses: 1; under a supervising `muster run`, one that no
    crash has.
    """
    from bot import parent_watch, supervise

    return supervise.REFUSED if parent_watch.has_parent() else 1


def process() -> "Settings":
    """The settings of a long-running process: configures logging, and ends with its parent. If
    it is aborted, it says where it was."""
    import faulthandler

    from bot import log, parent_watch, pulse

    faulthandler.enable()
    parent_watch.end_with_parent()
    pulse.taken()
    found = settings()
    log.configure(found.log_level, found.log_format, found.secrets)
    return found


def connected(given: "Settings") -> "Settings":
    """The settings with a Slack connection, and with the store of REDIS_URL or of a running
    `muster run`.
    """
    from bot import embedded

    given.require_slack()
    if given.redis_url is not None:
        return given
    running = embedded.find(given.muster_data)
    if running is None:
        raise CommandError(
            "REDIS_URL: set it to your Redis or Valkey (redis://…); "
            f"no `muster run` has a store in {given.muster_data}"
        )
    return given.with_store(running)


def with_policy(given: "Settings") -> "Settings":
    """The same settings; logs it if the packaged policy is used."""
    import structlog

    from bot import packaged

    if given.packaged_policy:
        structlog.get_logger("bot.policy").info(packaged.POLICY_IN_USE)
    return given


@contextmanager
def store(*, anew: bool = False) -> "Iterator[Settings]":
    """The settings with a store: REDIS_URL's or the folder's, running or not. `anew`: even if the
    folder has none yet.
    """
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
        why = str(away).partition(" : ")[0]  # redis appends Sentinel's whole state
        raise CommandError(f"REDIS_URL: can't use the store: {why}") from None
