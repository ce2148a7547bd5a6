"""What Slack hands out for a short while: trigger ids and response URLs. All in real time."""

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.user_action import Act

Json = dict[str, Any]


@dataclass
class Trigger:
    """The right to open one modal for this person, for three seconds."""

    act: Act
    view_id: str | None
    made: float = field(default_factory=time.monotonic)
    used: bool = False


@dataclass
class Hook:
    """A response URL: where the app may answer one act, five times in thirty minutes.

    ``message`` or ``whisper`` is what the act was on: what ``replace_original`` replaces.
    """

    act: Act
    channel: str
    message: str | None = None
    whisper: str | None = None
    made: float = field(default_factory=time.monotonic)
    uses: int = 0


class Tickets:
    """Every trigger id and response URL that was handed out."""

    def __init__(self) -> None:
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}

    def trigger(self, act: Act, view_id: str | None = None) -> str:
        self._forget()
        name = f"{int(time.time())}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(act, view_id)
        return name

    def hook(self, hook: Hook) -> str:
        """The last part of a new response URL."""
        name = secrets.token_hex(12)
        self.hooks[name] = hook
        return name

    def exchange(self, name: object) -> Trigger:
        """Use a trigger id: once, and in time."""
        trigger = self.triggers.get(str(name))
        if trigger is None:
            raise Refusal("invalid_trigger_id", wrong="no such trigger_id")
        if trigger.used:
            raise Refusal("exchanged_trigger_id", wrong="a trigger_id works once")
        if time.monotonic() - trigger.made > limit("trigger_seconds"):
            raise Refusal("expired_trigger_id", wrong="a trigger_id lives 3 seconds")
        trigger.used = True
        return trigger

    def use(self, name: str) -> Hook:
        """One use of a response URL."""
        hook = self.hooks.get(name)
        if hook is None or time.monotonic() - hook.made > limit("response_url_seconds"):
            raise Refusal("expired_url", wrong="this response_url has expired")
        if hook.uses >= limit("response_url_uses"):
            raise Refusal("used_url", wrong="a response_url can be used five times")
        hook.uses += 1
        return hook

    def _forget(self) -> None:
        """A trigger that expired a minute ago is as good as never made."""
        old = time.monotonic() - 60
        for name in [n for n, t in self.triggers.items() if t.made < old]:
            del self.triggers[name]
