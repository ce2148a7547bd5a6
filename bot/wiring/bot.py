"""The process that talks to Slack, from start to stop."""

import asyncio
import contextlib
import signal
from concurrent.futures import ThreadPoolExecutor

import structlog

from bot import local_slack
from bot.errors import CommandError
from bot.incident.kind import PREFIX
from bot.incidents import Incidents
from bot.listeners.bolt import bind
from bot.listeners.dispatcher import Dispatcher
from bot.listeners.features import FEATURES
from bot.metrics_export import keep_sharing, metrics_page
from bot.pulse import keep_beating
from bot.services import Services
from bot.settings import Settings
from bot.slack.client import Slack, SlackError
from bot.slack.people import People
from bot.slack.shown_numbers import highest_shown
from bot.socket import Socket
from bot.streams.ids import numbered
from bot.web import Route
from bot.web.front import front_page
from bot.web.health import healthz, readyz
from bot.web.prometheus import metrics
from bot.web.server import WebServer
from bot.web.slack import Take, slack_events
from bot.web.subscriptions import subscription_answer, subscription_page
from bot.wiring.connection import connect, open_store, sentinel_views
from bot.wiring.runtime import build_runtime, read_policy, slack_client

log = structlog.get_logger()

THREADS = 128  # may wait for the store, so that people get answers even if it hangs
LAST_WORK = 3.0  # seconds for running work after a stop signal
LOOK_EVERY = 5.0  # seconds between checks whether Slack is back


async def build(settings: Settings, slack: Slack) -> Services:
    made = await build_runtime(settings, slack, patient=False)
    return Services(
        store=made.store,
        clock=made.clock,
        incidents=Incidents(made.store, made.clock),
        reconciler=made.reconciler,
        slack_port=made.slack_port,
        slack=slack,
        identity=made.slack_port.identity,
        policy=made.loaded.policy,
        roster=made.roster,
        zone=settings.muster_timezone,
        people=People(slack, made.store, made.slack_port.identity.team, settings.muster_admins),
        mails=settings.smtp is not None,
        open_to=made.loaded.access,
        runbooks=made.loaded.runbooks,
    )


def run_bot(settings: Settings) -> None:
    """Run the process that talks to Slack, until SIGTERM or SIGINT."""
    read_policy(settings)  # an invalid policy stops the start, even if Slack is down
    asyncio.run(_bot(settings))


async def _bot(settings: Settings) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    slack = slack_client(settings)
    bot = Bot(settings, slack)
    try:
        site = await _listen(settings, bot)
    except CommandError:
        await slack.close()
        raise
    living = asyncio.create_task(bot.live())
    beating = asyncio.create_task(keep_beating())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if living.done():
            living.result()  # raises if it failed
    finally:
        living.cancel()
        beating.cancel()
        await asyncio.gather(living, beating, return_exceptions=True)
        await site.stop()
        await slack.close()


class Bot:
    """The bot. It listens before it is fully built, so that operators can see what it waits
    for."""

    def __init__(self, settings: Settings, slack: Slack) -> None:
        self._settings = settings
        self._slack = slack
        self._socket: Socket | None = None
        self._take: Take | None = None
        self._services: Services | None = None
        self._dispatcher: Dispatcher | None = None

    def connected(self) -> bool:
        """Whether requests from Slack can reach us, as far as we know."""
        if self._settings.socket_mode:
            heard = self._socket is not None and self._socket.connected
            return heard and self._slack.reachable
        return self._take is not None and self._slack.reachable

    def counted(self) -> bytes:
        """The metrics for Prometheus."""
        services = self._services
        return metrics_page(
            "bot", *((services.store, services.clock) if services else (None, None))
        )

    def routes(self) -> list[Route]:
        """All routes of the web process, in one table."""
        settings = self._settings
        store = connect(settings)
        page, token = front_page(local_slack.address(settings)), settings.muster_metrics_token
        routes = [
            page,
            healthz(),
            readyz(store, self.connected, lambda: sentinel_views(store)),
            metrics(self.counted, token.get_secret_value() if token else ""),
        ]
        routes.append(subscription_page(lambda: self._services))
        routes.append(subscription_answer(lambda: self._services, self._reconcile_later))
        if settings.slack_signing_secret and not settings.socket_mode:
            secret = settings.slack_signing_secret.get_secret_value()
            routes.append(slack_events(secret, lambda: self._take))
        return routes

    def _reconcile_later(self, stream_id: str) -> None:
        """Reconcile in the background; if this process ends before that, the wake-up remains."""
        if self._services and self._dispatcher:
            self._dispatcher.later(self._services.reconciler.reconcile(stream_id))

    async def live(self) -> None:
        """Build the services, start listening, and run until cancelled."""
        settings = self._settings
        services = self._services = await build(settings, self._slack)
        keep_sharing(open_store(connect(settings), services.identity.team), "bot")
        dispatcher = self._dispatcher = Dispatcher(services, FEATURES)
        gateway = bind(dispatcher, FEATURES)
        services.incidents.numbers.expect()
        dispatcher.later(_look_around(services, settings))
        dispatcher.later(asyncio.to_thread(services.store.streams.warm, PREFIX))
        log.info("bot ready", port=settings.port, socket_mode=settings.socket_mode)
        watching = asyncio.create_task(self._keep_an_eye_on_slack())
        try:
            if settings.slack_app_token:
                token = settings.slack_app_token.get_secret_value()
                self._socket = Socket(self._slack, gateway.take, token)
                await self._socket.run()
            elif settings.slack_signing_secret:
                self._take = gateway.take
                await watching
        finally:
            watching.cancel()
            self._take = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORK):
                    await dispatcher.rest()

    async def _keep_an_eye_on_slack(self) -> None:
        """Poll Slack, because nothing reports that it is back or accepts our token again."""
        while True:
            if not self._slack.reachable:
                with contextlib.suppress(SlackError):
                    await self._slack.call("auth.test")
            await asyncio.sleep(LOOK_EVERY)


async def _listen(settings: Settings, bot: Bot) -> WebServer:
    server = WebServer(bot.routes())
    try:
        await server.start(settings.muster_host, settings.port)
    except OSError as taken:
        raise CommandError(
            f"PORT: can't listen on {settings.muster_host}:{settings.port} "
            f"({taken.strerror}); choose another port"
        ) from None
    return server


async def _look_around(services: Services, settings: Settings) -> None:
    """Look up the announcement channel before the first incident needs it, and which numbers are
    in use."""
    try:
        announcements = await _announcements(services, settings)
        await _check_numbers(services, announcements)
    finally:
        services.incidents.numbers.looked()


async def _announcements(services: Services, settings: Settings) -> str:
    """The id of the announcement channel; empty if it can't be used."""
    try:
        return await services.slack_port.conversations.find(
            f"#{settings.muster_announce}", create=True
        )
    except SlackError as refusal:
        log.warning("announcement channel not found", reason=refusal.reason)
        return ""


async def _check_numbers(services: Services, announcements: str) -> None:
    """Numbers never go back: the next one is higher than all that Slack shows."""
    try:
        shown = await highest_shown(services.slack, services.identity.bot_user, announcements)
    except SlackError as refusal:
        log.warning("incident numbers not compared with Slack", reason=refusal.reason)
        return
    services.incidents.numbers.shown(shown)
    transfer = services.store.transfer
    was = await asyncio.to_thread(transfer.counted_to, PREFIX)
    if await asyncio.to_thread(transfer.skip_to, PREFIX, shown):
        log.warning(
            "incident numbers raised: Slack shows higher ones than the store has given; was it "
            "restored from an older backup?",
            shown=numbered(PREFIX, shown),
            store=numbered(PREFIX, was),
        )
