"""What a process needs to reconcile incidents: bot and workers alike."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from redis import Redis, RedisError

from bot import local_slack
from bot import policy as policies
from bot.clock import Clock
from bot.errors import CommandError
from bot.oncall import on_call
from bot.policy import BrokenPolicy, Loaded
from bot.ports import Ports
from bot.reconcile import Reconciler
from bot.settings import Settings
from bot.slack.admins import Admins
from bot.slack.client import Slack, SlackError
from bot.slack.identity import introduce
from bot.slack.port import SlackPort
from bot.slack.rate_limits import RateLimited
from bot.store import Store
from bot.store.workspaces import Identity, remembered
from bot.wiring.connection import admit, connect, incident_clock, open_store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WorkerRuntime:
    """What a process needs to reconcile incidents."""

    store: Store
    clock: Clock
    reconciler: Reconciler
    slack_port: SlackPort
    loaded: Loaded


async def build_runtime(
    settings: Settings, slack: Slack, *, patient: bool = True
) -> WorkerRuntime:
    """`patient`: nobody waits for this process, so it waits for its store. Raises `CommandError`
    if the store is of a newer Muster."""
    loaded = read_policy(settings)
    redis = connect(settings, patient=patient)
    identity = await who_we_are(settings, slack, redis)
    store = open_store(redis, identity.team)
    await _admitted(store)
    clock = incident_clock(settings, store)

    def people_on_call(at: datetime) -> Mapping[str, Sequence[str]]:
        found = {name: on_call(each, at) for name, each in loaded.schedules.items()}
        return {name: [user] if user else [] for name, user in found.items()}

    zone = settings.muster_timezone
    limited = RateLimited(slack, store)
    slack_port = SlackPort(limited, store, identity, settings.muster_announce, zone)
    admins = Admins(limited, store, settings.muster_admins)
    reconciler = Reconciler(store, clock, Ports((slack_port,)), admins, people_on_call)
    return WorkerRuntime(store, clock, reconciler, slack_port, loaded)


async def _admitted(store: Store) -> None:
    """We may run on this store. Waits for it; raises `CommandError` if it is of a newer Muster."""
    while True:
        try:
            return await asyncio.to_thread(admit, store)
        except RedisError as away:
            log.warning("store away", error=type(away).__name__)
            await asyncio.sleep(1)


def read_policy(settings: Settings) -> Loaded:
    """The policy files; in the local Slack, with people on call. Stops with every problem they
    have."""
    try:
        loaded = policies.load(settings.muster_playbooks)
    except BrokenPolicy as broken:
        raise CommandError(str(broken)) from None
    if local_slack.is_connected(settings):
        return replace(loaded, schedules=local_slack.staffed(loaded.schedules))
    return loaded


def slack_client(settings: Settings) -> Slack:
    assert settings.slack_bot_token is not None
    return Slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


async def who_we_are(settings: Settings, slack: Slack, redis: Redis) -> Identity:
    """Asked of Slack; while it is away, remembered. Waits for either; stops on a bad token."""
    assert settings.slack_bot_token is not None
    token = settings.slack_bot_token.get_secret_value()
    while True:
        try:
            return await introduce(slack, redis, token)
        except SlackError as refusal:
            if refusal.reason in ("invalid_auth", "account_inactive", "token_revoked"):
                raise CommandError(
                    f"SLACK_BOT_TOKEN: Slack refuses it ({refusal.reason}); "
                    "copy it anew from your app's page, OAuth & Permissions"
                ) from None
            with contextlib.suppress(RedisError):
                if known := await asyncio.to_thread(remembered, redis, token):
                    return known
            log.warning("slack away", reason=refusal.reason)
        except RedisError as away:
            log.warning("store away", error=type(away).__name__)
        await asyncio.sleep(1)
