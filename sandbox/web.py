"""The HTTP server: Slack's API, response URLs and uploads, the sockets, the control API, the
page."""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.actions.responses import use_response
from sandbox.api import gateway
from sandbox.api.files import upload
from sandbox.control.plain_text import PlainText
from sandbox.control.routes import add_routes
from sandbox.faults import InjectedFailure
from sandbox.page import routes as page
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
LARGEST = 64 * 1024 * 1024


def application(sandbox: Sandbox) -> web.Application:
    app = web.Application(middlewares=[_only_local], client_max_size=LARGEST)

    async def api(request: web.Request) -> web.StreamResponse:
        return await gateway.answer(sandbox, request)

    async def hook(request: web.Request) -> web.StreamResponse:
        try:
            use_response(
                sandbox,
                sandbox.tokens.use_response_url(request.match_info["token"]),
                await request.json(),
            )
        except Refusal as refusal:
            sandbox.violation("response_url", str(refusal))
            return web.json_response({"ok": False, "error": refusal.error}, status=404)
        return web.Response(text="ok")

    async def take(request: web.Request) -> web.StreamResponse:
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            parts = [part for part in form.values() if isinstance(part, web.FileField)]
            content = parts[0].file.read() if parts else b""
        else:
            content = await request.read()
        name = request.match_info["file"]
        call = sandbox.call_log.begin("upload", {"file": name}, sandbox.clock.now())
        try:
            await sandbox.faults.meet(call, "before")
            problem = upload(sandbox, name, content)
            call.applied = True
            await sandbox.faults.meet(call, "after")
        except InjectedFailure as fault:
            return gateway.failure_response(sandbox, request, call, fault)
        call.done(problem or "ok")
        return web.Response(text=problem or f"OK - {len(content)}", status=400 if problem else 200)

    async def socket(request: web.Request) -> web.StreamResponse:
        return await sandbox.transport.sockets.serve(request, sandbox.workspace.app_id)

    plain = PlainText(sandbox)

    async def home(request: web.Request) -> web.StreamResponse:
        """Serve the page to browsers, and instructions to curl."""
        browser = "text/html" in request.headers.get("Accept", "")
        return page.index() if browser else await plain.how(request)

    app.router.add_get("/", home)
    app.router.add_route("*", "/api/{method}", api)
    app.router.add_post("/hooks/{kind}/{team}/{token}", hook)
    app.router.add_post("/upload/{file}", take)
    app.router.add_get("/socket/{ticket}", socket)
    add_routes(app, sandbox)
    plain.add_routes(app)
    page.add_routes(app, sandbox)
    return app


@web.middleware
async def _only_local(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Reject requests for another host name (DNS rebinding), and requests of pages from other
    origins on this machine."""
    origin = request.headers.get("Origin")
    ours = LOCAL.fullmatch(request.host) is not None
    if not ours or origin not in (None, f"http://{request.host}"):
        return web.Response(status=403, text="the sandbox answers this machine alone\n")
    return await handler(request)
