"""A conversation as everyone in it sees it."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from sandbox.driver.actor import Actor
from sandbox.driver.client import Client
from sandbox.driver.seen import Seen, act
from sandbox.driver.waiting import PATIENCE, pause, wait

Json = dict[str, Any]


class Channel:
    """A conversation as everyone in it sees it."""

    def __init__(self, client: Client, id_: str) -> None:
        self.client = client
        self.id = id_

    def messages(self, kind: str | None = None, words: str = "") -> list["Message"]:
        """The messages, oldest first. ``kind``: only those with this ``event_payload.kind``."""
        there = self.client.get(f"/control/channels/{quote(self.id)}/messages")
        said = [Message(self, shape) for shape in there]
        return [m for m in said if kind in (None, m.kind) and words in m]

    def expects(
        self, words: str = "", *, kind: str | None = None, within: float = PATIENCE
    ) -> "Message":
        """Wait for a message with this text (and kind); returns the newest one."""

        def look() -> "Message | None":
            return next(reversed(self.messages(kind, words)), None)

        what = f"{words!r}" + (f" of kind {kind}" if kind else "")
        return wait(look, within, lambda: f"nothing with {what} in:\n{self.transcript()}")

    def never(
        self, words: str = "", *, kind: str | None = None, for_: float = 0.5, since: float = 0.0
    ) -> None:
        """Check for this long that there is no such message (newer than the timestamp
        ``since``)."""
        until = time.monotonic() + for_
        while time.monotonic() < until:
            found = [m for m in self.messages(kind, words) if float(m.ts) > since]
            assert not found, f"{words!r} was said in:\n{self.transcript()}"
            pause()

    def until(
        self, holds: Callable[["Channel"], object], *, within: float = PATIENCE, what: str = "that"
    ) -> None:
        """Wait until a condition holds for this channel: ``until(lambda c: "bob" in
        c.members)``."""
        wait(lambda: holds(self) or None, within, lambda: f"not {what} in:\n{self.transcript()}")

    def alerts(self, name: str, **content: Any) -> "Message":
        """Another app posts: ``text``, ``blocks``, ``attachments``, ``files``; or changes its
        message ``ts``."""
        body = {"name": name, **content}
        return Message(
            self, self.client.post(f"/control/channels/{quote(self.id)}/messages", body)
        )

    @property
    def name(self) -> str:
        return str(self.info()["name"])

    @property
    def topic(self) -> str:
        return str(self.info()["topic"]["value"])

    @property
    def members(self) -> list[str]:
        """The names of the members, including the bot."""
        members: list[str] = self.info()["members"]
        return members

    @property
    def pins(self) -> list["Message"]:
        """The pinned messages, newest pin first."""
        pinned = [pin["ts"] for pin in self.info()["pins"]]
        said = {m.ts: m for m in self.messages()}
        return [said[ts] for ts in pinned]

    @property
    def bookmarks(self) -> list[Json]:
        """The bookmarks, with ``title`` and ``link``."""
        there: list[Json] = self.info()["bookmarks"]
        return there

    @property
    def archived(self) -> bool:
        return bool(self.info()["is_archived"])

    @property
    def private(self) -> bool:
        return bool(self.info()["kind"] == "private")

    def info(self) -> Json:
        """The channel's JSON in the control API."""
        there: Json = self.client.get(f"/control/channels/{quote(self.id)}")
        return there

    def transcript(self) -> str:
        return self.client.text(f"/in/{quote(self.id)}")


class Message:
    """A message as it was when read; ``again`` reads it again."""

    def __init__(self, channel: Channel, shape: Json) -> None:
        self.channel = channel
        self.shape = shape
        self.ts: str = shape["ts"]
        self.text: str = shape["rendered"]
        self.blocks: list[Json] = shape.get("blocks", [])
        self.metadata: Json = shape.get("metadata", {})
        self.payload: Json = self.metadata.get("event_payload", {})
        self.kind: str | None = self.payload.get("kind")
        self.by: str = shape["name"]
        self.edited: bool = "edited" in shape

    def again(self) -> "Message":
        return next(m for m in self.channel.messages() if m.ts == self.ts)

    @property
    def reasons(self) -> list[str]:
        """The requests of a reminder, the main one first."""
        reason = self.payload.get("reason")
        return [reason, *self.payload.get("also", [])] if reason else []

    def shows(self, words: str, *, within: float = PATIENCE) -> "Message":
        """Wait until this message, edited in place, contains this text."""

        def look() -> "Message | None":
            now = self.again()
            return now if words in now else None

        return wait(look, within, lambda: f"no {words!r} in the message:\n{self.again().text}")

    def click(
        self,
        target: str,
        *,
        as_: Actor | None = None,
        block_id: str | None = None,
        value: Any = None,
        patience: float | None = None,
        confirm: bool | None = None,
    ) -> Seen | None:
        """Click a button, or choose ``value`` in a menu, by label or action_id.

        ``confirm`` answers its confirm dialog; required if it has one, else ``NotPossible``.
        In a direct message its person clicks; elsewhere ``as_`` says who does.
        """
        who = as_ or Actor(self.channel.client, self.channel.name.removeprefix("@"))
        body = {"channel": self.channel.id, "ts": self.ts, "target": target, "value": value}
        body |= {"block_id": block_id} if block_id else {}
        body |= {} if confirm is None else {"confirm": confirm}
        return act(who, "click", patience, **body)

    def reacts(self, name: str, *, as_: Actor) -> None:
        """Add a reaction, or remove it if it is there."""
        as_.posts("react", None, channel=self.channel.id, ts=self.ts, name=name)

    def edits(self, text: str, *, as_: Actor) -> None:
        as_.posts("edit", None, channel=self.channel.id, ts=self.ts, text=text)

    def pinned(self, *, as_: Actor) -> None:
        """Pin it with Slack's own pin, or unpin it."""
        as_.posts("pin", None, channel=self.channel.id, ts=self.ts)

    def deletes(self, *, as_: Actor) -> None:
        as_.posts("delete", None, channel=self.channel.id, ts=self.ts)

    def __contains__(self, words: str) -> bool:
        return words in self.text or words in str(self.shape.get("text", ""))

    def __repr__(self) -> str:
        return f"Message({self.text!r})"
