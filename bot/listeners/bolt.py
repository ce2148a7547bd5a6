"""The features, bound to Bolt.

Bolt acknowledges with what the listener leaves behind when it returns
(`process_before_response`), so nothing polls, and what takes longer runs as a task of its own.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.door import Door
from bot.listeners.feature import Feature, Listener
from bot.listeners.front import Front
from bot.listeners.payload import Json

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
    buttons = _all(one.buttons for one in features)
    submissions = _all(one.submissions for one in features)
    shortcuts = _all(one.shortcuts for one in features)
    in_menus = _all(one.message_shortcuts for one in features)
    events = _all(_told(one.events) for one in features)
    app.command("/incident")(front.typed)
    app.event(ANYTHING)(_finds(front.happened, events, _event))
    app.action(ANYTHING)(_finds(front.pressed, buttons, _action))
    app.view_submission(ANYTHING)(_finds(front.submitted, submissions, _form))
    app.view_closed(ANYTHING)(_heard)
    app.global_shortcut(ANYTHING)(_finds(front.chosen, shortcuts, _menu))
    app.message_shortcut(ANYTHING)(_finds(front.chosen, in_menus, _menu))
    return Door(app, identity.team, frozenset(events))


def _quiet() -> logging.Logger:
    """Bolt warns of a token beside `authorize`; that is how we mean it."""
    quiet = logging.getLogger("bolt")
    quiet.setLevel(logging.ERROR)
    return quiet


async def _heard(ack: AsyncAck) -> None:
    """What nothing follows from: without a 200, Slack would send it again."""
    await ack()


def _finds(
    handler: Callable[..., Awaitable[BoltResponse | None]],
    listeners: dict[str, Listener],
    name: Callable[[Json], str],
) -> Callable[..., Awaitable[BoltResponse | None]]:
    """By the name of what was used, which may be that of an older Muster. By a table: Bolt
    would ask one listener after the other, for each request."""

    async def handle(ack: AsyncAck, body: Json) -> BoltResponse | None:
        return await handler(listeners.get(name(body), _gone), ack, body)

    return handle


def _all(tables: Iterable[dict[str, Listener]]) -> dict[str, Listener]:
    found: dict[str, Listener] = {}
    for name, listener in (each for table in tables for each in table.items()):
        assert found.setdefault(name, listener) is listener, f"two listen to {name}"
    return found


def _told(events: dict[str, Listener]) -> dict[str, Listener]:
    """`message.channels` is subscribed to, and told as a `message`."""
    return {name.partition(".")[0]: listener for name, listener in events.items()}


def _event(body: Json) -> str:
    return str(body["event"]["type"])


def _action(body: Json) -> str:
    return str(body["actions"][0]["action_id"])


def _form(body: Json) -> str:
    return str(body["view"]["callback_id"])


def _menu(body: Json) -> str:
    return str(body["callback_id"])


def _gone(ask: Ask) -> Answer:
    return Words(OLD)
