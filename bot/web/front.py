"""`GET /`: the page behind the address that `muster run` prints. It says where to go."""

from html import escape

from aiohttp import web

from bot.web.routes import Incoming, Route

_PAGE = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Muster</title>
<body style="font: 16px/1.5 sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em">
<h1>Muster is running</h1>
<p>{where}</p>
<p>For monitoring: <a href="/readyz">/readyz</a> says whether it's ready, and
<code>/metrics</code> has its metrics for Prometheus.</p>
</body></html>
"""


def front_page(local_slack: str = "") -> Route:
    """`local_slack`: the address of the local Slack, if it uses that one."""
    where = "It works in Slack: type <code>/incident</code> there."
    if local_slack:
        link = escape(local_slack)
        where = f'Type <code>/incident</code> in the local Slack: <a href="{link}">{link}</a>'
    page = _PAGE.format(where=where)

    async def answer(incoming: Incoming) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    return Route("GET", "/", answer)
