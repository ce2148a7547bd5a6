"""`python -m tests.bench.bare_bolt PORT API_URL`: a minimal Bolt app in its default settings,
behind the same aiohttp server. It checks signatures, acknowledges, and does nothing."""

import asyncio
import sys

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.bench.deployment import SECRET, TOKEN


async def serve(port: int, api_url: str) -> None:
    app = AsyncApp(client=AsyncWebClient(TOKEN, base_url=api_url), signing_secret=SECRET)

    @app.command("/incident")
    async def typed(ack: AsyncAck) -> None:
        await ack("declared")

    async def events(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    served = web.Application()
    served.router.add_post("/slack/events", events)
    runner = web.AppRunner(served, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2]))
