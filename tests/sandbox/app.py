"""A small app on real Bolt that does what the tests need."""

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

SECRET = "shhh"
Json = dict[str, Any]


def modal(blocks: list[Json] | None = None) -> Json:
    plain = {"type": "plain_text"}
    title: Json = {"type": "plain_text_input", "action_id": "title"}
    options: list[Json] = [
        {"text": {**plain, "text": f"SEV{n}"}, "value": f"sev{n}"} for n in (1, 2)
    ]
    severity = {"type": "static_select", "action_id": "severity", "options": options}
    return {
        "type": "modal",
        "callback_id": "declare",
        "notify_on_close": True,
        "title": {**plain, "text": "Declare"},
        "submit": {**plain, "text": "Declare"},
        "blocks": blocks
        or [
            {
                "type": "input",
                "block_id": "title",
                "label": {**plain, "text": "Title"},
                "element": title,
            },
            {
                "type": "input",
                "block_id": "severity",
                "optional": True,
                "label": {**plain, "text": "Severity"},
                "element": severity,
            },
        ],
    }


def card(text: str = "a card") -> Json:
    button: Json = {"type": "button", "action_id": "take", "value": "INC-1"}
    button |= {"text": {"type": "plain_text", "text": "Take command"}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    blocks = [section, {"type": "actions", "block_id": "roles", "elements": [button]}]
    payload = {"event_type": "muster", "event_payload": {"kind": "card"}}
    return {"text": text, "blocks": blocks, "metadata": payload}


class App:
    """The app in its own thread, by HTTP or socket. ``heard``: the requests received.

    ``deaf``: answer 500 to every HTTP request, and count the ``tries``.
    """

    def __init__(self, api: str, *, sockets: int = 0) -> None:
        self.heard: list[Json] = []
        self.deaf = False
        self.tries: list[tuple[str | None, str]] = []
        self.url = ""
        self._sockets = sockets
        self._api = api
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def events(self, kind: str) -> list[Json]:
        return [
            heard["event"] for heard in self.heard if heard.get("event", {}).get("type") == kind
        ]

    def __enter__(self) -> "App":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        client = AsyncWebClient(token="xoxb-1", base_url=f"{self._api}/api/")
        self.bolt = AsyncApp(client=client, signing_secret=SECRET)
        self.handlers: list[AsyncSocketModeHandler] = []
        self._listen(self.bolt)
        if self._sockets:
            for _ in range(self._sockets):
                handler = AsyncSocketModeHandler(self.bolt, "xapp-1", web_client=client)
                self.handlers.append(handler)
                await handler.connect_async()
        server = web.Application()
        server.router.add_post("/slack/events", self._http)
        self._runner = web.AppRunner(server)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def _stop(self) -> None:
        for handler in self.handlers:
            # A silent server doesn't close the connection, either.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(handler.close_async(), 0.5)
            await handler.client.aiohttp_client_session.close()
        await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _http(self, request: web.Request) -> web.Response:
        if self.deaf:
            body = await request.json()
            if body["event"].get("text") == "anyone?":
                self.tries.append((request.headers.get("X-Slack-Retry-Num"), body["event_id"]))
            return web.Response(status=500)
        response: web.Response = await to_aiohttp_response(
            await self.bolt.async_dispatch(await to_bolt_request(request))
        )
        return response

    def _listen(self, app: AsyncApp) -> None:
        @app.middleware
        async def hear(body: Json, next: Any) -> None:
            self.heard.append(body)
            await next()

        @app.command("/incident")
        async def incident(ack: Any, body: Json, client: AsyncWebClient, respond: Any) -> None:
            verb, _, rest = body["text"].partition(" ")
            match verb:
                case "echo":
                    await ack(rest)
                case "modal":
                    await ack()
                    await client.views_open(trigger_id=body["trigger_id"], view=modal())
                case "late":
                    await asyncio.sleep(3.3)
                    await ack("too late")
                case "respond":
                    await ack()
                    for number in range(int(rest)):
                        await respond(f"answer {number + 1}")
                case "beside":
                    await ack()
                    beside = {"channel": body["channel_id"], "user": body["user_id"]}
                    await client.chat_postEphemeral(**beside, text="by the way")
                    await respond("the answer")
                    await client.chat_postEphemeral(**beside, text="and another thing")
                case "card":
                    await ack()
                    await client.chat_postMessage(channel=body["channel_id"], **card())
                case "ask":
                    blocks = card("sure?")["blocks"]
                    blocks[1]["elements"][0]["action_id"] = "sure"
                    await ack(text="sure?", blocks=blocks)
                case "quiet":
                    await ack()

        @app.action("take")
        async def take(ack: Any, body: Json, client: AsyncWebClient) -> None:
            await ack()
            where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
            changed = card(f"taken by <@{body['user']['id']}> for {body['actions'][0]['value']}")
            await client.chat_update(**where, **changed)
            await client.chat_postEphemeral(
                channel=where["channel"], user=body["user"]["id"], text="you have it"
            )

        @app.view("declare")
        async def declare(ack: Any, body: Json) -> None:
            title = body["view"]["state"]["values"]["title"]["title"]["value"]
            if title == "bad":
                await ack(response_action="errors", errors={"title": "not that"})
            else:
                await ack()

        @app.view_closed("declare")
        async def closed(ack: Any) -> None:
            await ack()

        @app.action("sure")
        async def sure(ack: Any, respond: Any) -> None:
            await ack()
            await respond("done", replace_original=True)

        @app.action("more")
        async def more(ack: Any) -> None:
            await ack()

        @app.shortcut("declare")
        async def shortcut(ack: Any, body: Json, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal())

        for kind in (
            "message",
            "reaction_added",
            "reaction_removed",
            "member_joined_channel",
            "member_left_channel",
            "channel_archive",
            "pin_added",
            "pin_removed",
            "app_home_opened",
            "user_change",
        ):

            @app.event(kind)
            async def event() -> None:
                """Recorded above."""
