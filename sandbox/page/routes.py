"""The HTTP routes of the page."""

import json
import re
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

import emoji
from aiohttp import web
from markdown_it import MarkdownIt

from sandbox.page.live import Live
from sandbox.sandbox import Sandbox

STATIC = files("sandbox.page") / "static"
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: https:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
COMMENT = re.compile(r"^<!--.*?-->\s*$", re.MULTILINE | re.DOTALL)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_routes(app: web.Application, sandbox: Sandbox) -> None:
    live = Live(sandbox)

    async def window(request: web.Request) -> web.StreamResponse:
        return await live.serve(request)

    async def markdown(request: web.Request) -> web.Response:
        """Render a Markdown block as HTML, escaping any HTML in it."""
        html = MarkdownIt("js-default").render(COMMENT.sub("", await request.text()))
        return _answer(html, "text/html")

    async def file(request: web.Request) -> web.Response:
        found = sandbox.workspace.files.get(request.match_info["id"])
        if found is None or found.content is None:
            raise web.HTTPNotFound
        shown = {"name": found.name, "title": found.title, "binary": found.binary}
        return _answer(json.dumps({**shown, "content": found.content}), "application/json")

    async def close(app: web.Application) -> None:
        await live.close()

    app.router.add_get("/page/live", window)
    app.router.add_get("/page/emoji.json", _emoji)
    app.router.add_post("/page/markdown", markdown)
    app.router.add_get("/page/file/{id}", file)
    app.router.add_get("/page/{name}", _static)
    app.on_shutdown.append(close)


def index() -> web.Response:
    """Serve the page."""
    return _answer((STATIC / "index.html").read_text("utf-8"), TYPES[".html"])


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    found, kind = STATIC / name, TYPES.get(PurePosixPath(name).suffix)
    if kind is None or "/" in name or not found.is_file():
        raise web.HTTPNotFound
    return _answer(found.read_text("utf-8"), kind)


async def _emoji(request: web.Request) -> web.Response:
    return _answer(_names(), "application/json")


@cache
def _names() -> str:
    """All emoji by name."""
    names: dict[str, str] = {}
    for sign, data in emoji.EMOJI_DATA.items():
        for name in (data["en"], *data.get("alias", [])):
            names.setdefault(name.strip(":").lower(), sign)
    for name, sign in list(names.items()):
        if name.endswith(("_circle", "_square")):
            names.setdefault(f"large_{name}", sign)  # as Slack calls most of them
    return json.dumps(names, ensure_ascii=False)


def _answer(text: str, kind: str) -> web.Response:
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=HEADERS)
