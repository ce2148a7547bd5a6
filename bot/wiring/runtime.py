"""The parts that a process needs to reconcile incidents, for the bot and workers."""

import asyncio
import contextlib
from dataclasses import dataclass, replace

import structlog
from redis import Redis, RedisError

from bot import local_slack
from bot import policy as policies
from bot.clock import Clock
from bot.errors import CommandError
from bot.mail.links import SubscriptionLinks
from bot.mail.port import MailPort
from bot.oncall import Roster
from bot.policy import BrokenPolicy, Loaded
from bot.ports import Ports, light_effects
from bot.reconcile import Reconciler
from bot.settings import Settings
from bot.slack.admins import Admins
from bot.slack.client import Slack, SlackError
from bot.slack.identity import introduce
from bot.slack.port import SlackPort
from bot.slack.rate_limits import RateLimited
from bot.store import Store
from bot.store.workspaces import Identity, remembered
from bot.tells import StreamsPort
from bot.wiring.connection import admit, connect, incident_clock, open_store

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WorkerRuntime:
    """The parts that a process needs to reconcile incidents."""

    store: Store
    clock: Clock
    reconciler: Reconciler
    slack_port: SlackPort
    loaded: Loaded
    roster: Roster


async def build_runtime(
    settings: Settings, slack: Slack, *, patient: bool = True
) -> WorkerRuntime:
    """Build the runtime. `patient`: wait for the store, because no person waits for this process.
    Raises `CommandError` if the store belongs to a newer Muster."""
    loaded = read_policy(settings)
    redis = connect(settings, patient=patient)
    identity = await who_we_are(settings, slack, redis)
    store = open_store(redis, identity.team)
    await _admitted(store)
    clock = incident_clock(settings, store)

    roster, zone = Roster(loaded.schedules), settings.muster_timezone
    limited = RateLimited(slack, store)
    named = settings.muster_admins
    slack_port = SlackPort(limited, store, identity, settings.muster_announce, zone, named)
    admins = Admins(limited, store, named)
    links = SubscriptionLinks(store, settings.muster_public_url)
    mail_port = MailPort(settings.smtp, links, identity, zone)
    ports = Ports((slack_port, mail_port, StreamsPort(store, roster.people)))
    ports.check_complete(light_effects())
    reconciler = Reconciler(store, clock, ports, admins, roster.people)
    return WorkerRuntime(store, clock, reconciler, slack_port, loaded, roster)


async def _admitted(store: Store) -> None:
    """Admit this process to the store, waiting for it. Raises `CommandError` if it belongs to a
    newer Muster."""
    while True:
        try:
            return await asyncio.to_thread(admit, store)
        except RedisError as away:
            log.warning("store unavailable", error=type(away).__name__)
            await asyncio.sleep(1)


def read_policy(settings: Settings) -> Loaded:
    """Load the policy; with the local Slack, add people on call. Raises `CommandError` with all of
    its problems."""
    try:
        loaded = policies.load(settings.muster_playbooks)
    except BrokenPolicy as broken:
        raise CommandError(str(broken)) from None
    zoned = replace(loaded.policy, timezone=settings.muster_timezone.key)
    loaded = replace(loaded, policy=zoned)
    if local_slack.is_connected(settings):
        return replace(loaded, schedules=local_slack.staffed(loaded.schedules))
    return loaded


def slack_client(settings: Settings) -> Slack:
    assert settings.slack_bot_token is not None
    return Slack(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)


async def who_we_are(settings: Settings, slack: Slack, redis: Redis) -> Identity:
    """Our identity, from Slack, or from the store while Slack is down. Waits for either. Raises
    `CommandError` if the token is invalid."""
    assert settings.slack_bot_token is not None
    token = settings.slack_bot_token.get_secret_value()
    while True:
        try:
            return await introduce(slack, redis, token)
        except SlackError as refusal:
            if refusal.reason in ("invalid_auth", "account_inactive", "token_revoked"):
                raise CommandError(
                    f"SLACK_BOT_TOKEN: Slack rejects it ({refusal.reason}); "
                    "copy it again from your app's page, OAuth & Permissions"
                ) from None
            with contextlib.suppress(RedisError):
                if known := await asyncio.to_thread(remembered, redis, token):
                    return known
            log.warning("slack unavailable", reason=refusal.reason)
        except RedisError as away:
            log.warning("store unavailable", error=type(away).__name__)
        await asyncio.sleep(1)
