"""The features, bound to Bolt.

Bolt acknowledges with what the listener leaves behind when it returns
(`process_before_response`), so nothing polls, and what takes longer runs as a task of its own.
"""

import logging
import re
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.door import Door
from bot.listeners.feature import Feature, Listener
from bot.listeners.front import Front

ANYTHING = re.compile("")
OLD = "Nothing is behind this any more: Muster has changed since. `/incident help` says what is."


def bind(front: Front, features: tuple[Feature, ...]) -> Door:
    """The door to a Bolt app that knows every feature. Signatures are checked before it
    (`web.py`)."""
    identity = front.house.identity

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=identity.team,
            bot_token=front.house.slack.web.token,
            bot_id=identity.bot_id,
            bot_user_id=identity.bot_user,
        )

    app = AsyncApp(
        authorize=authorize,
        client=front.house.slack.web,
        logger=_quiet(),
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
    )
    app.command("/incident")(front.typed)
    for feature in features:
        for action_id, listener in feature.buttons.items():
            app.action(action_id)(_with(front.pressed, listener))
        for callback_id, listener in feature.submissions.items():
            app.view(callback_id)(_with(front.submitted, listener))
        for callback_id, listener in feature.shortcuts.items():
            app.global_shortcut(callback_id)(_with(front.chosen, listener))
        for callback_id, listener in feature.message_shortcuts.items():
            app.message_shortcut(callback_id)(_with(front.chosen, listener))
        for name, listener in feature.events.items():
            app.event(name.partition(".")[0])(_with(front.happened, listener))
    app.action(ANYTHING)(_with(front.pressed, _gone))
    app.view(ANYTHING)(_with(front.submitted, _gone))
    app.shortcut(ANYTHING)(_with(front.chosen, _gone))
    app.view_closed(ANYTHING)(_heard)
    app.event(ANYTHING)(_heard)
    return Door(app, identity.team)


def _quiet() -> logging.Logger:
    """Bolt warns of a token beside `authorize`; that is how we mean it."""
    quiet = logging.getLogger("bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def _heard(ack: AsyncAck) -> None:
    """What nothing follows from: without a 200, Slack would send it again."""
    await ack()


def _gone(ask: Ask) -> Answer:
    return Words(OLD)


def _with(handler: Callable[..., Any], listener: Listener) -> Callable[..., Any]:
    async def handle(ack: AsyncAck, body: dict[str, Any]) -> BoltResponse | None:
        response: BoltResponse | None = await handler(listener, ack, body)
        return response

    return handle
