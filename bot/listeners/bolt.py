"""Binds the features to Bolt.

Bolt acknowledges with the listener's response when the listener returns
(`process_before_response`), so nothing polls; longer work runs in its own task.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.listeners.dispatcher import Dispatcher
from bot.listeners.feature import Feature, Listener
from bot.listeners.gateway import RECEIVED, Gateway
from bot.listeners.inbound import GlobalShortcut, MessageShortcut
from bot.listeners.request import Answer, Reply, Request

ANYTHING = re.compile("")
OLD = "This button no longer works: Muster has changed since. For what does: `/incident help`."


def bind(dispatcher: Dispatcher, features: tuple[Feature, ...]) -> Gateway:
    """Bind every feature to a Bolt app, and return its gateway. Signatures are checked before that
    (`bot.web.slack`)."""
    identity = dispatcher.services.identity

    ours = AuthorizeResult(
        enterprise_id=None,
        team_id=identity.team,
        bot_token=dispatcher.services.slack.web.token,
        bot_id=identity.bot_id,
        bot_user_id=identity.bot_user,
    )

    async def authorize() -> AuthorizeResult:
        return ours

    app = AsyncApp(
        authorize=authorize,
        client=dispatcher.services.slack.web,
        logger=_quiet(),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )
    buttons = _all(one.buttons for one in features)
    submissions = _all(one.submissions for one in features)
    shortcuts = _all(one.shortcuts for one in features)
    suggestions = _all(one.suggestions for one in features)
    in_menus = _all(one.message_shortcuts for one in features)
    events = _all(_told(one.events) for one in features)
    app.command("/incident")(_takes(dispatcher.typed))
    app.event(ANYTHING)(_finds(dispatcher.happened, events, lambda told: told.event.type))
    app.action(ANYTHING)(_finds(dispatcher.pressed, buttons, lambda click: click.action.action_id))
    app.view_submission(ANYTHING)(
        _finds(dispatcher.submitted, submissions, lambda form: form.view.callback_id)
    )
    app.view_closed(ANYTHING)(_heard)
    app.options(ANYTHING)(_finds(dispatcher.suggested, suggestions, lambda asked: asked.action_id))
    app.global_shortcut(ANYTHING)(_finds(dispatcher.chosen, shortcuts, _callback_id))
    app.message_shortcut(ANYTHING)(_finds(dispatcher.chosen, in_menus, _callback_id))
    return Gateway(app, identity.team, frozenset(events))


def _quiet() -> logging.Logger:
    """Silence Bolt's warning about a token beside `authorize`, which is intended."""
    quiet = logging.getLogger("bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def _heard(ack: AsyncAck) -> None:
    """Acknowledge events without a listener: without a 200, Slack would send them again."""
    await ack()


def _takes(handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def handle(ack: AsyncAck, context: AsyncBoltContext) -> None:
        await handler(ack, context[RECEIVED])

    return handle


def _finds(
    handler: Callable[..., Awaitable[BoltResponse | None]],
    listeners: Mapping[str, Listener],
    name: Callable[[Any], str],
) -> Callable[..., Awaitable[BoltResponse | None]]:
    """A matcher that finds the listener by name, including names used by older releases. A table,
    because Bolt would try all listeners for each request."""

    async def handle(ack: AsyncAck, context: AsyncBoltContext) -> BoltResponse | None:
        received = context[RECEIVED]
        return await handler(listeners.get(name(received), _gone), ack, received)

    return handle


def _all(tables: Iterable[Mapping[str, Listener]]) -> dict[str, Listener]:
    found: dict[str, Listener] = {}
    for name, listener in (each for table in tables for each in table.items()):
        assert found.setdefault(name, listener) is listener, f"two listen to {name}"
    return found


def _told(events: Mapping[str, Listener]) -> dict[str, Listener]:
    """The event name as in the manifest: the subscription `message.channels` arrives as
    `message`."""
    return {name.partition(".")[0]: listener for name, listener in events.items()}


def _callback_id(shortcut: GlobalShortcut | MessageShortcut) -> str:
    return shortcut.callback_id


def _gone(request: Request) -> Answer:
    return Reply(OLD)
