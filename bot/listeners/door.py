"""The door for whatever Slack sends, over HTTP or a socket: read it, see whose it is, hand it on.

What isn't for us changes nothing, and leaves one line in the log.
"""

from dataclasses import dataclass

import structlog
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.listeners.payload import Json, Nonsense, read

ELSEWHERE = "This Muster serves another workspace: ask who runs it to install one here."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Door:
    """`team`: the workspace that we serve. `followed`: the events from which anything follows."""

    app: AsyncApp
    team: str
    followed: frozenset[str]

    async def take(self, payload: object) -> BoltResponse:
        try:
            body = read(payload)
        except Nonsense as nonsense:
            log.warning("not what slack sends", why=str(nonsense))
            return BoltResponse(status=400, body="not what Slack sends\n")
        if body.get("type") == "app_rate_limited":
            log.error("slack sends no events: too many in an hour (app_rate_limited)")
            return BoltResponse(status=200)
        if _team(body) not in (self.team, None):
            log.warning("of another workspace", team=_team(body))
            return BoltResponse(status=200, body=ELSEWHERE if "command" in body else "")
        if "event" in body and not self._follows(body["event"]):
            return BoltResponse(status=200)  # or Slack would send it again
        # as from a socket: HTTP has shown who sends it, and has been read
        answered = await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        if answered.status != 200:
            kind = body.get("type", "command")
            log.warning("not answered", type=kind, status=answered.status)
        return answered

    def _follows(self, event: Json) -> bool:
        """From a new message nothing does, and of all that Slack sends most are those: only of
        one that was edited or deleted it is read which one it is."""
        return event["type"] in self.followed and (event["type"] != "message" or "ts" in event)


def _team(body: Json) -> str | None:
    """The workspace of a request. A form may be open in another one, through Slack Connect."""
    team: str | None = body.get("view", {}).get("app_installed_team_id") or body.get("team_id")
    return team
