"""Everything, in the order in which one thing stands on another."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from bot.doctor import clocks, online, policy, processes, slack, store
from bot.doctor.finding import Finding, failure
from bot.errors import Stop
from bot.settings import Settings
from bot.store import Store
from bot.store.workspaces import remembered
from bot.wiring.store import connect

Opened = Callable[[], AbstractContextManager[Settings]]


def examine(settings: Settings, opened: Opened, *, ask_slack: bool = False) -> Iterator[Finding]:
    """What is found, one by one. `opened`: the settings with a store to ask. `ask_slack`: about
    every message and form, too (`--online`)."""
    yield from policy.files(settings)
    met = slack.meet(settings)
    yield from met.findings
    store_time = None
    try:
        with opened() as with_store:
            redis = connect(with_store)
            yield from store.examine(redis)
            team = met.team or _team(with_store)
            if team:
                known = Store(redis, team)
                store_time = known.now()
                yield from processes.examine(known, with_store)
            else:
                yield Finding("processes", "no bot has met Slack yet", "start it: `muster run`")
    except Stop as stop:
        yield failure("store", *_told(stop))
    ours = datetime.fromtimestamp(time.time(), UTC)
    yield from clocks.examine(ours, met.time, store_time)
    yield from policy.on_call_now(settings, store_time or ours)
    if ask_slack:
        yield from online.examine(settings)


def _team(settings: Settings) -> str | None:
    """The workspace that a bot has met, while Slack itself is away."""
    token = settings.slack_bot_token
    known = remembered(connect(settings), token.get_secret_value() if token else None)
    return known.team if known else None


def _told(stop: Stop) -> tuple[str, str]:
    """A refusal of ours says what is wrong, and then what to do."""
    wrong, _, cure = str(stop).partition("; ")
    return wrong, cure or "mend that, and ask again"
