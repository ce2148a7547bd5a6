"""`/subscriptions/<token>`: the page that confirms or ends a subscription by e-mail.

`GET` shows a button and changes nothing, because mail scanners open links; `POST` acts.
"""

import asyncio
import html
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from redis import RedisError

from bot.errors import Refused
from bot.incident.incident import Incident, Subscription
from bot.incident.subscriptions import ConfirmSubscription, EndSubscription, has_expired
from bot.mail.links import PATH, read_token
from bot.services import Services
from bot.store import Unreadable
from bot.streams.actor import User
from bot.web.routes import Incoming, Route

BODY_MAX = 4096  # bytes
FIELD = "do"  # the form field with the button's action
CONFIRM, UNSUBSCRIBE = "confirm", "unsubscribe"
ONE_CLICK = ("List-Unsubscribe", "One-Click")  # sent by mail programs (RFC 8058)
UNKNOWN = "This link isn't valid. Check that you copied all of it."
AWAY = "Muster can't answer right now. Try again in a minute."

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the link is a secret
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
}

log = structlog.get_logger()

Running = Callable[[], Services | None]


@dataclass(frozen=True, slots=True)
class Found:
    """The incident and subscription of a link."""

    incident: Incident
    subscription: Subscription


@dataclass(frozen=True, slots=True)
class Page:
    """A page. `does`: the action of its button, if it has one."""

    status: int
    text: str
    button: str = ""
    does: str = ""


def subscription_page(running: Running) -> Route:
    """The page. `running`: returns None until the bot has started."""

    async def answer(incoming: Incoming) -> web.Response:
        def look(services: Services) -> Page:
            found = _find(services, incoming)
            return _shown(found, services) if found else Page(404, UNKNOWN)

        return await _answer(running, look)

    return Route("GET", f"{PATH}{{token}}", answer)


def subscription_answer(running: Running, reconcile: Callable[[str], None]) -> Route:
    """The submission. `reconcile`: reconciles an incident in the background."""

    async def answer(incoming: Incoming) -> web.Response:
        to_reconcile: list[str] = []

        def act(services: Services) -> Page:
            found = _find(services, incoming)
            if found is None:
                return Page(404, UNKNOWN)
            page = _act(found, _asked(incoming.body), services)
            to_reconcile.append(found.incident.id)
            return page

        answered = await _answer(running, act)
        for stream_id in to_reconcile:
            reconcile(stream_id)
        return answered

    return Route("POST", f"{PATH}{{token}}", answer, BODY_MAX)


async def _answer(running: Running, work: Callable[[Services], Page]) -> web.Response:
    services = running()
    if services is None:
        return _rendered(Page(503, AWAY))
    try:
        return _rendered(await asyncio.to_thread(_acknowledged, services, work))
    except (RedisError, Unreadable) as away:
        log.error("subscription page", error=type(away).__name__)
        return _rendered(Page(503, AWAY))


def _acknowledged(services: Services, work: Callable[[Services], Page]) -> Page:
    with services.store.acknowledging():
        return work(services)


def _find(services: Services, incoming: Incoming) -> Found | None:
    about = read_token(services.store, incoming.request.match_info["token"])
    if about is None:
        return None
    stream_id, mark, number = about
    incident = services.incidents.get(stream_id)
    subscription = incident.subscriptions.get(number) if incident.mark == mark else None
    return Found(incident, subscription) if subscription else None


def _shown(found: Found, services: Services) -> Page:
    about, its = found.incident.id, found.subscription
    if its.ended:
        return Page(200, f"This subscription to {about} has ended. Subscribe again in Slack.")
    if its.is_active:
        what = f"Updates about {about} go to {its.address}."
        return Page(200, what, "Unsubscribe", UNSUBSCRIBE)
    if has_expired(its, services.clock.now()):
        return Page(200, "This link has expired. Subscribe again in Slack.")
    if found.incident.is_over:
        return Page(200, f"{about} is {found.incident.stage}, so there are no more updates.")
    return Page(200, f"Send updates about {about} to {its.address}?", "Confirm", CONFIRM)


def _act(found: Found, asked: str, services: Services) -> Page:
    number, by = found.subscription.number, found.subscription.user
    command: ConfirmSubscription | EndSubscription
    if asked == CONFIRM:
        command = ConfirmSubscription(number)
        done = f"Confirmed. Updates about {found.incident.id} now go to this address."
    elif asked == UNSUBSCRIBE:
        command = EndSubscription(number)
        done = f"Unsubscribed. You won't get more updates about {found.incident.id}."
    else:
        return Page(400, "Nothing was changed: use the button on the page.")
    try:
        services.incidents.handle(found.incident.id, command, by=User(by))
    except Refused:
        return Page(409, _shown(found, services).text)
    return Page(200, done)


def _asked(body: bytes) -> str:
    form = parse_qs(body.decode(errors="replace"), max_num_fields=10)
    if form.get(ONE_CLICK[0]) == [ONE_CLICK[1]]:
        return UNSUBSCRIBE
    return next(iter(form.get(FIELD, [])), "")


def _rendered(page: Page) -> web.Response:
    button = (
        f'<form method="post"><button name="{FIELD}" value="{page.does}">{page.button}</button>'
        "</form>"
        if page.button
        else ""
    )
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Muster</title>'
        '<meta name="viewport" content="width=device-width">'
        "<style>body{font:1.1rem sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}"
        "button{font:inherit;padding:.5rem 1rem}</style></head>"
        f"<body><h1>Muster</h1><p>{html.escape(page.text)}</p>{button}</body></html>\n"
    )
    return web.Response(status=page.status, text=text, content_type="text/html", headers=HEADERS)
