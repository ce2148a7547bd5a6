"""The names of people, groups and channels in what operators read: from the store's directory of
people, else from Slack, if it answers at once; else their ids stay.
"""

import asyncio
from collections.abc import Iterable, Mapping

from bot import local_slack
from bot.settings import Settings
from bot.slack.client import SlackError
from bot.slack.names import names_of
from bot.slack.people import known_name
from bot.store import Store

PATIENCE = 2.0  # seconds that an operator waits for names


def names(settings: Settings, ids: Iterable[str], store: Store | None = None) -> dict[str, str]:
    """Names by id, as people see them: `@ana`, `#general`; without those that aren't found."""
    wanted = set(ids)
    found = {each: name for each in wanted if store and (name := known_name(store, each))}
    if missing := wanted - set(found):
        # A store without a configured Slack may be that of a `muster run` with the local one.
        found |= _asked(local_slack.connected(settings) if store else settings, missing)
    return {each: f"{'#' if each[0] in 'CG' else '@'}{name}" for each, name in found.items()}


def _asked(settings: Settings, ids: Iterable[str]) -> Mapping[str, str]:
    if settings.slack_bot_token is None:
        return {}
    return asyncio.run(_within_patience(settings, ids))


async def _within_patience(settings: Settings, ids: Iterable[str]) -> Mapping[str, str]:
    from bot.wiring.runtime import slack_client

    slack = slack_client(settings)
    try:
        async with asyncio.timeout(PATIENCE):
            return await names_of(slack, ids)
    except (TimeoutError, SlackError):
        return {}
    finally:
        await slack.close()
