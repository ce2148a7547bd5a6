"""All checks, in the order in which they depend on each other."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.metadata import version

from bot.doctor import (
    clocks,
    directory,
    files,
    mail_checks,
    online,
    policy_checks,
    processes,
    replica_checks,
    slack_checks,
    store_checks,
    streams,
)
from bot.doctor.finding import Finding, failure
from bot.errors import CommandError
from bot.incident.kind import PREFIX
from bot.settings import Settings
from bot.store.workspaces import remembered
from bot.streams.ids import numbered
from bot.wiring.connection import connect, open_store

Opened = Callable[[], AbstractContextManager[Settings]]


def examine(settings: Settings, opened: Opened, *, ask_slack: bool = False) -> Iterator[Finding]:
    """Yield the findings one by one. `opened`: opens a store and returns settings with its URL.
    `ask_slack`: also validate every message and form (`--online`).
    """
    yield Finding("version", f"muster {version('muster')}")
    yield from files.examine(settings)
    yield from policy_checks.files(settings)
    met = asyncio.run(slack_checks.meet(settings))
    yield from met.findings
    yield from mail_checks.examine(settings)
    ahead = {"Slack": met.ahead} if met.ahead is not None else {}
    try:
        with opened() as with_store:
            redis = connect(with_store)
            yield from store_checks.examine(redis)
            yield from replica_checks.examine(redis)
            if team := met.team or _team(with_store):
                known = open_store(redis, team)
                stores = known.now()
                ahead["the store"] = clocks.ours() - stores
                yield from streams.examine(known)
                if met.shown is not None:
                    yield _numbers(known.transfer.counted_to(PREFIX), met.shown)
                yield from processes.examine(known, with_store)
            else:
                yield Finding(
                    "processes", "no bot has connected to Slack yet", "start one: `muster run`"
                )
    except CommandError as stop:
        wrong, _, cure = str(stop).partition("; ")
        yield failure("store", wrong, cure or "fix that, and run this again")
    yield from clocks.examine(ahead)
    yield from policy_checks.on_call_now(settings, clocks.ours())
    if met.team:
        yield from directory.examine(settings)
    if ask_slack and met.team:
        yield from asyncio.run(online.examine(settings))


def _numbers(given: int, shown: int) -> Finding:
    """Compare the numbers that the store has given with those that Slack shows."""
    following = numbered(PREFIX, given + 1)
    if given >= shown:
        return Finding("numbers", f"{following} is next, above all that Slack shows")
    says = f"{following} would be next, but Slack shows {numbered(PREFIX, shown)}"
    cure = "restart the bot, which skips them; was the store restored from an older backup?"
    return Finding("numbers", says, cure)


def _team(settings: Settings) -> str | None:
    """The workspace that a bot has been connected to, for when Slack is down."""
    token = settings.slack_bot_token
    known = remembered(connect(settings), token.get_secret_value() if token else None)
    return known.team if known else None
