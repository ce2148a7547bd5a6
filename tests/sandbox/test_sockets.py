"""Socket Mode with the real client: envelopes, acknowledgements, and all ways to lose a
connection."""

import asyncio

import aiohttp
import pytest

from sandbox.driver import Channel, Slack
from sandbox.server import Running
from tests.sandbox.api import Api
from tests.sandbox.app import App

QUICK = aiohttp.ClientWSTimeout(ws_close=0.1)


def test_a_command_is_answered_over_a_socket(running: Running, slack: Slack) -> None:
    with App(running.url, sockets=1):
        slack.connected()
        answer = slack.person("ana").types("/incident echo hello")
        assert answer is not None
        assert answer.text == "hello"
        ana = slack.person("ana")
        ana.shortcut("declare", patience=0)
        assert ana.view("declare").submits(title="bad") == {"title": "not that"}
        assert not slack.violations()


def test_each_payload_goes_to_one_of_the_connections(running: Running, slack: Slack) -> None:
    with App(running.url, sockets=2) as app:
        assert slack.connections() == 2
        for number in range(4):
            slack.person("ana").types(f"/incident echo {number}")
        assert sorted(heard["text"] for heard in app.heard) == [f"echo {n}" for n in range(4)]


def test_on_request_every_payload_comes_twice(running: Running, slack: Slack) -> None:
    with App(running.url, sockets=2) as app:
        slack.duplicates()
        slack.person("ana").types("/incident echo twice")
        slack.channel("general").until(lambda _: len(app.heard) == 2, what="two")


def test_a_polite_disconnect_is_followed_by_a_new_connection(
    running: Running, slack: Slack
) -> None:
    with App(running.url, sockets=1):
        assert slack.disconnects("polite") == 1
        slack.connected(within=10)

        def answered(_: Channel) -> bool:
            """Use a command. The SDK may open two connections and drop one; messages sent there
            are lost."""
            answer = slack.person("ana").types("/incident echo back")
            return answer is not None and answer.text == "back"

        slack.channel("general").until(answered, within=20, what="an answer")


@pytest.mark.parametrize("how", ["abrupt", "silent"])
def test_a_lost_connection_leaves_nobody_to_answer(
    running: Running, slack: Slack, how: str
) -> None:
    with App(running.url, sockets=1):
        slack.disconnects(how)
        slack.channel("general").until(lambda _: slack.connections() == 0, what="gone")
        seen = slack.person("ana").types("/incident echo hello")
        assert seen is not None
        assert seen.problem == "dispatch_failed"


def test_a_socket_url_works_once(running: Running) -> None:
    url = Api(running.url, "xapp-1")("apps.connections.open")["url"]

    async def twice() -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as ws:
            assert (await ws.receive_json())["type"] == "hello"
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(url)

    asyncio.run(twice())


def test_a_silent_connection_answers_no_ping(running: Running, slack: Slack) -> None:
    url = Api(running.url, "xapp-1")("apps.connections.open")["url"]

    async def listen() -> None:
        async with aiohttp.ClientSession() as session:
            ws = await session.ws_connect(url, autoping=False, timeout=QUICK)
            await ws.receive_json()
            await ws.ping(b"there?")
            assert (await ws.receive()).type is aiohttp.WSMsgType.PONG
            await asyncio.to_thread(slack.disconnects, "silent")
            await ws.ping(b"still there?")
            with pytest.raises(TimeoutError):
                await ws.receive(timeout=0.3)

    asyncio.run(listen())


def test_an_eleventh_connection_is_one_too_many(running: Running) -> None:
    app = Api(running.url, "xapp-1")

    async def eleven() -> None:
        async with aiohttp.ClientSession() as session:
            kept = []
            for number in range(11):
                url = app("apps.connections.open")["url"]
                ws = await session.ws_connect(url, timeout=QUICK)
                kept.append(ws)
                hello = await ws.receive_json()
                assert hello["type"] == ("hello" if number < 10 else "disconnect")

    asyncio.run(eleven())
