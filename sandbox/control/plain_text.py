"""The plain-text API, for people with curl."""

from typing import Any

from aiohttp import web

from sandbox.control import find, show
from sandbox.control.actions import ACTIONS
from sandbox.sandbox import Sandbox

Json = dict[str, Any]

HOW = """A local Slack ({team}): {people} in {channels}.

    curl {url}/in/general                                         what is there
    curl {url}/as/ana/in/general -d '/incident declare sev1 Checkout is down'
    curl {url}/as/bob/in/incident-… -d 'looking at the load balancer'
    curl {url}/as/bob/click/incident-… -d 'Take command'          the newest such button
    curl '{url}/as/bob/click/general?confirm=true' -d 'Drop it'   one that asks "Are you sure?"
    curl {url}/as/ana/view                                        the modal in front of ana
    curl {url}/as/ana/submit -d title='Checkout is down' -d severity=SEV1
    curl {url}/as/bob/dm                                          what the bot wrote to bob
    curl {url}/violations                                         what Slack would refuse
    curl {url}/control/clock -d '{{"advance": "15m"}}'              move the clock

Everything as JSON: see sandbox/control/routes.py.
"""


class PlainText:
    """The handlers of the plain-text API."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/violations", self.violations)
        app.router.add_get("/in/{channel}", self.transcript)
        app.router.add_get("/as/{name}/in/{channel}", self.transcript)
        app.router.add_get("/as/{name}/dm", self.dm)
        app.router.add_get("/as/{name}/view", self.view)
        app.router.add_post("/as/{name}/in/{channel}", self.type)
        app.router.add_post("/as/{name}/click/{channel}", self.click)
        app.router.add_post("/as/{name}/submit", self.submit)

    async def how(self, request: web.Request) -> web.Response:
        workspace = self.sandbox.workspace
        people = ", ".join(p.name for p in workspace.people.values() if not p.is_bot)
        channels = ", ".join(f"#{c.name}" for c in workspace.channels.values() if c.name)
        words = {"team": workspace.name, "people": people, "channels": channels}
        return web.Response(text=HOW.format(url=self.sandbox.url, **words))

    async def violations(self, request: web.Request) -> web.Response:
        lines = [f"{violation.where}: {violation.what}\n" for violation in self.sandbox.violations]
        return web.Response(text="".join(lines) or "none\n")

    async def transcript(self, request: web.Request) -> web.Response:
        try:
            name = request.match_info.get("name")
            person = find.person(self.sandbox, name) if name else None
            channel = find.channel(self.sandbox, person, request.match_info["channel"])
        except ValueError as problem:
            return web.Response(text=f"{problem}\n", status=400)
        return web.Response(text=show.transcript(self.sandbox, channel, person))

    async def dm(self, request: web.Request) -> web.Response:
        try:
            person = find.person(self.sandbox, request.match_info["name"])
        except ValueError as problem:
            return web.Response(text=f"{problem}\n", status=400)
        channel = find.channel(self.sandbox, person, "dm")
        return web.Response(text=show.transcript(self.sandbox, channel, person))

    async def view(self, request: web.Request) -> web.Response:
        try:
            person = find.person(self.sandbox, request.match_info["name"])
            view = find.view(self.sandbox, person, None)
        except ValueError as problem:
            return web.Response(text=f"{problem}\n", status=400)
        return web.Response(text=show.view(self.sandbox, view)["rendered"] + "\n")

    async def type(self, request: web.Request) -> web.Response:
        body = {"channel": request.match_info["channel"], "text": await _text(request)}
        return await self._act(request, "type", body)

    async def click(self, request: web.Request) -> web.Response:
        body = {"channel": request.match_info["channel"], "target": await _text(request)}
        answer = request.query.get("confirm")
        confirm = {} if answer is None else {"confirm": answer == "true"}
        return await self._act(request, "click", body | confirm)

    async def submit(self, request: web.Request) -> web.Response:
        return await self._act(request, "submit", {"values": dict(await request.post())})

    async def _act(self, request: web.Request, name: str, body: Json) -> web.Response:
        try:
            person = find.person(self.sandbox, request.match_info["name"])
            done = await ACTIONS[name](self.sandbox, person, body)
        except ValueError as problem:
            return web.Response(text=f"{problem}\n", status=400)
        errors = done.get("errors") or {}
        lines = [f"{block_id}: {words}" for block_id, words in errors.items()]
        seen = done["seen"]
        lines += [seen["rendered"]] if seen else []
        return web.Response(text="".join(f"{line}\n" for line in lines) or "ok\n")


async def _text(request: web.Request) -> str:
    """The body, or its field ``text`` if it is a form with one."""
    raw = (await request.text()).strip("\r\n")
    if request.content_type == "application/x-www-form-urlencoded" and raw.startswith("text="):
        return str((await request.post())["text"])
    return raw
