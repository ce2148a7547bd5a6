"""A feature whose form has every kind of input, through the real Bolt app and the local Slack:
values arrive at the listener with their types."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.embedded import EmbeddedServer
from bot.errors import Refused
from bot.listeners.bolt import bind
from bot.listeners.dispatcher import Dispatcher
from bot.listeners.feature import Feature
from bot.listeners.gateway import Gateway
from bot.listeners.inbound import BlockAction, Submission, Suggestion, inputs
from bot.listeners.request import Answer, FieldErrors, OpenView, Options, Request
from bot.messages.blocks import Block, actions, input_block, modal, select
from bot.settings import Settings
from bot.socket import Socket
from bot.web import application
from bot.web.slack import slack_events
from bot.wiring.bot import build
from bot.wiring.runtime import slack_client
from sandbox.driver import Slack
from sandbox.server import Running
from tests.harness import SECRET, TOKEN
from tests.harness.harness import APP_TOKEN
from tests.platform.processes import ROOT

SERVICES = ("payments", "payroll", "search")
RESTED = datetime(2026, 12, 24, 22, 5, tzinfo=UTC)


class Heard:
    """A feature with such a form, and the requests that its listeners got."""

    def __init__(self) -> None:
        self.feature = feature = Feature()
        self.forms: list[Request[Submission]] = []
        self.actions: list[Request[BlockAction]] = []
        self.typed: list[str] = []

        @feature.shortcut("declare")
        def opened(request: Request) -> Answer:
            return OpenView(form())

        @feature.suggestion("service")
        def offered(request: Request[Suggestion]) -> Answer:
            self.typed.append(request.payload.typed)
            found = [each for each in SERVICES if each.startswith(request.payload.typed)]
            if not found:
                raise Refused("There is no such service.")
            return Options([(each, each.title()) for each in found])

        @feature.suggestion("many")
        def flooded(ask: Request[Suggestion]) -> Answer:
            return Options([(str(number), "x" * 100) for number in range(150)])

        @feature.button("on")
        def picked(request: Request[BlockAction]) -> Answer:
            self.actions.append(request)
            return None

        @feature.submission("cover")
        def sent(request: Request[Submission]) -> Answer:
            self.forms.append(request)
            wanted = request.payload.input("day", inputs.DatePicker)
            if wanted is None or wanted < date(2026, 11, 30):
                return FieldErrors({"day": "Choose a day to come."})
            return None


def form() -> dict[str, object]:
    def asks(name: str, kind: str, **more: Any) -> Block:
        return input_block(name, name.title(), {"type": kind, **more}, optional=True)

    offered = select([(each, each.title()) for each in SERVICES])["options"]
    return modal(
        "cover",
        "Cover",
        "Ask",
        [
            asks("day", "datepicker"),
            asks("at", "timepicker"),
            asks("until", "datetimepicker"),
            asks("people", "multi_users_select"),
            asks("channels", "multi_channels_select"),
            asks("places", "multi_conversations_select"),
            asks("parts", "multi_static_select", options=offered),
            asks("service", "external_select", min_query_length=1),
            asks("many", "multi_external_select", min_query_length=1),
            asks("how", "radio_buttons", options=offered),
            asks("count", "number_input", is_decimal_allowed=True),
            asks("mail", "email_text_input"),
            asks("link", "url_text_input"),
            asks("why", "rich_text_input"),
            actions({"type": "datepicker", "action_id": "on"}),
        ],
    )


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    manifest = str(ROOT / "manifest.yml")
    tokens = ("--bot-token", TOKEN, "--app-token", APP_TOKEN)
    with Running("--manifest", manifest, *tokens) as running:
        yield running


@pytest.fixture(scope="module")
def store() -> Iterator[EmbeddedServer]:
    folder = Path(
        tempfile.mkdtemp(prefix="i-")
    )  # short, because a socket's path has at most 100 bytes
    store = EmbeddedServer(folder)
    store.start()
    yield store
    store.stop()
    shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def muster(
    running: Running, store: EmbeddedServer, feature: Feature
) -> AsyncIterator[Gateway]:
    """The bot in this process, with one feature."""
    settings = Settings.model_construct(
        slack_bot_token=SecretStr(TOKEN),
        slack_api_url=f"{running.url}/api/",
        redis_url=SecretStr(store.url),
        muster_playbooks=ROOT / "playbooks",
    )
    slack = slack_client(settings)
    harness = await build(settings, slack)
    dispatcher = Dispatcher(harness, (feature,))
    try:
        yield bind(dispatcher, (feature,))
    finally:
        await dispatcher.rest()
        await slack.close()


@asynccontextmanager
async def by_socket(
    running: Running, store: EmbeddedServer, feature: Feature
) -> AsyncIterator[None]:
    async with muster(running, store, feature) as gateway:
        slack = slack_client(
            Settings.model_construct(
                slack_bot_token=SecretStr(TOKEN), slack_api_url=f"{running.url}/api/"
            )
        )
        line = asyncio.create_task(Socket(slack, gateway.take, APP_TOKEN).run())
        try:
            await asyncio.to_thread(Slack(running.url).connected)
            yield
        finally:
            line.cancel()
            await asyncio.gather(line, return_exceptions=True)
            await slack.close()


@asynccontextmanager
async def by_http(
    running: Running, store: EmbeddedServer, feature: Feature
) -> AsyncIterator[None]:
    async with muster(running, store, feature) as gateway:
        runner = web.AppRunner(application([slack_events(SECRET, lambda: gateway.take)]))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        running.events_to(SECRET, f"http://127.0.0.1:{port}/slack/events")
        try:
            yield
        finally:
            running.server.sandbox.transport.http = None
            await runner.cleanup()


@pytest.mark.parametrize("way", [by_socket, by_http])
async def test_choices_arrive_with_their_types(
    running: Running, store: EmbeddedServer, way: Any
) -> None:
    heard = Heard()
    async with way(running, store, heard.feature):
        await asyncio.to_thread(fills_in, Slack(running.url), heard)
    (refused, taken) = (request.payload for request in heard.forms)
    assert refused.input("day", inputs.DatePicker) == date(2026, 11, 1)
    assert taken.input("day", inputs.DatePicker) == date(2026, 12, 24)
    assert taken.input("at", inputs.TimePicker) == time(14, 30)
    assert taken.input("until", inputs.DateTimePicker) == RESTED
    assert taken.input("people", inputs.MultiUsersSelect) == ("U0ANA", "U0BOB")
    assert taken.input("channels", inputs.MultiChannelsSelect) == ("C0GENERAL",)
    assert taken.input("places", inputs.MultiConversationsSelect) == ("C0GENERAL",)
    assert taken.checked("parts") == ["payments", "search"]
    assert taken.field("service") == "payroll"
    assert taken.checked("many") == ["7", "9"]
    assert taken.field("how") == "search"
    assert taken.input("count", inputs.NumberInput) == Decimal("2.5")
    assert taken.field("mail") == "ana@example.com"
    assert taken.field("link") == "https://example.com/graph"
    assert taken.input("why", inputs.RichTextInput) == "I am away"
    (clicked,) = (request.payload for request in heard.actions)
    assert isinstance(clicked.action.picked, inputs.DatePicker)
    assert clicked.action.picked.value == date(2026, 12, 31)
    assert clicked.input("day", inputs.DatePicker) == date(2026, 12, 24)
    assert heard.typed == ["pay", "zzz"]


def fills_in(slack: Slack, heard: Heard) -> None:
    ana = slack.person("ana")
    seen = ana.shortcut("declare")
    assert seen is not None
    assert seen.view is not None
    form = seen.view
    assert form.searches("service", "pay") == ["Payments", "Payroll"]
    assert form.searches("service", "zzz") == []  # refused, so Slack shows no options
    assert len(form.searches("many", "x")) == 100
    words = {"type": "text", "text": "I am away"}
    section = {"type": "rich_text_section", "elements": [words]}
    form.fills(
        at="14:30",
        until=str(int(RESTED.timestamp())),
        people=["ana", "bob"],
        channels=["general"],
        places=["general"],
        parts=["payments", "search"],
        service="payroll",
        many=["7", "9"],
        how="search",
        count="2.5",
        mail="ana@example.com",
        link="https://example.com/graph",
        why={"type": "rich_text", "elements": [section]},
    )
    assert form.submits(day="2026-11-01") == {"day": "Choose a day to come."}
    form.fills(day="2026-12-24")
    form.chooses("on", "2026-12-31", patience=0)
    assert form.submits() is None
    assert slack.forgives() == []
