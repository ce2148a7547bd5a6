"""The entry point for everything that Slack sends, by HTTP or socket: parse it, check its
workspace, dispatch it.

A request that isn't for us changes nothing and is logged in one line.
"""

from dataclasses import dataclass
from typing import Any, assert_never

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.listeners.inbound import (
    AnyPayload,
    BlockAction,
    EventCallback,
    FormClosed,
    FormPayload,
    GlobalShortcut,
    MessageShortcut,
    RateLimited,
    SlashCommand,
    Submission,
    Suggestion,
    UrlVerification,
    View,
)
from bot.listeners.inbound.events import Event, MessageChanged, MessageDeleted, MessageEvent
from bot.listeners.payload import MalformedPayload, parse_payload

Json = dict[str, Any]

RECEIVED = "received"  # the key of the request's model in Bolt's context

ELSEWHERE = "This Muster serves another workspace. Ask the people who run it to install one here."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Gateway:
    """`team`: the workspace served. `followed`: the events that have a listener."""

    app: AsyncApp
    team: str
    followed: frozenset[str]

    async def take(self, payload: object) -> BoltResponse:
        try:
            received = parse_payload(payload)
        except MalformedPayload as nonsense:
            log.warning("malformed payload", why=str(nonsense))
            return BoltResponse(status=400, body="not a Slack payload\n")
        if isinstance(received, RateLimited):
            log.error("slack stopped sending events: too many in an hour (app_rate_limited)")
            return BoltResponse(status=200)
        if (team := _team(received)) not in (self.team, None):
            log.warning("request from another workspace", team=team)
            told = ELSEWHERE if isinstance(received, SlashCommand) else ""
            return BoltResponse(status=200, body=told)
        if isinstance(received, EventCallback) and not self._follows(received.event):
            return BoltResponse(status=200)  # else Slack would send it again
        # as if from a socket: for HTTP, the sender is already verified and the body parsed
        request = AsyncBoltRequest(
            mode="socket_mode", body=_for_bolt(received), context={RECEIVED: received}
        )
        answered = await self.app.async_dispatch(request)
        if answered.status != 200:
            kind = "command" if isinstance(received, SlashCommand) else received.type
            log.warning("no listener answered", type=kind, status=answered.status)
        return answered

    def _follows(self, event: Event) -> bool:
        """Whether the event needs parsing. Most events are new messages, which have no
        consequences; only edited or deleted ones are parsed further."""
        new = isinstance(event, MessageEvent) and not isinstance(
            event, MessageChanged | MessageDeleted
        )
        return event.type in self.followed and not new


def _team(received: AnyPayload) -> str | None:
    """The workspace of a request. Through Slack Connect, a form may be open in another
    workspace."""
    match received:
        case FormPayload(form=View(app_installed_team_id=str(elsewhere))):
            return elsewhere
        case UrlVerification() | RateLimited():
            return None
        case _:
            return received.team


def _for_bolt(received: AnyPayload) -> Json:
    """The minimum that Bolt needs to choose the listener; Bolt doesn't validate its input."""
    match received:
        case SlashCommand(command=command):
            return {"command": command}
        case EventCallback(event=event):
            by = {"user": event.actor} if event.actor else {}  # Bolt ignores our own events
            return {"type": received.type, "event": {"type": event.type, **by}}
        case BlockAction(action=clicked):
            return {"type": received.type, "actions": [{"action_id": clicked.action_id}]}
        case Submission(view=view) | FormClosed(view=view):
            about = {"type": "modal", "callback_id": view.callback_id}
            return {"type": received.type, "view": about}
        case GlobalShortcut() | MessageShortcut():
            return {"type": received.type, "callback_id": received.callback_id}
        case Suggestion():
            return {"type": received.type, "action_id": received.action_id}
        case UrlVerification(challenge=challenge):
            return {"type": received.type, "challenge": challenge}
        case RateLimited():
            return {"type": received.type}
        case never:
            assert_never(never)
