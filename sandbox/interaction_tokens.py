"""Trigger ids and response URLs, and their lifetimes.

Lifetimes are in real time, not the sandbox's.
"""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.user_action import UserAction

Json = dict[str, Any]


@dataclass
class Trigger:
    """The right to open one modal for this person within three seconds."""

    act: UserAction
    view_id: str | None
    made: float = field(default_factory=time.monotonic)
    used: bool = False


@dataclass
class ResponseUrl:
    """A response URL: the app may answer an action there, five times in thirty minutes.

    ``message`` or ``ephemeral``: where the action was; ``replace_original`` replaces it.
    """

    act: UserAction
    channel: str
    message: str | None = None
    ephemeral: str | None = None
    made: float = field(default_factory=time.monotonic)
    uses: int = 0


class InteractionTokens:
    """All trigger ids and response URLs."""

    def __init__(self) -> None:
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}

    def new_trigger(self, act: UserAction, view_id: str | None = None) -> str:
        self._forget()
        name = f"{int(time.time())}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(act, view_id)
        return name

    def new_response_url(self, url: ResponseUrl) -> str:
        """Create a response URL; returns its last part."""
        name = secrets.token_hex(12)
        self.response_urls[name] = url
        return name

    def use_trigger(self, name: object) -> Trigger:
        """Use a trigger id, which is possible once and in time."""
        trigger = self.triggers.get(str(name))
        if trigger is None:
            raise Refusal("invalid_trigger_id", wrong="no such trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id", wrong="a trigger_id works once")
        if time.monotonic() - trigger.made > limit("trigger_seconds"):
            raise Refusal("expired_trigger_id", wrong="a trigger_id lives 3 seconds")
        trigger.used = True
        return trigger

    def use_response_url(self, name: str) -> ResponseUrl:
        """Use a response URL once."""
        url = self.response_urls.get(name)
        if url is None or time.monotonic() - url.made > limit("response_url_seconds"):
            raise Refusal("expired_url", wrong="this response_url has expired")
        if url.uses >= limit("response_url_uses"):
            raise Refusal("used_url", wrong="a response_url can be used five times")
        url.uses += 1
        return url

    def _forget(self) -> None:
        """Remove triggers that expired more than a minute ago."""
        old = time.monotonic() - 60
        for name in [n for n, t in self.triggers.items() if t.made < old]:
            del self.triggers[name]
