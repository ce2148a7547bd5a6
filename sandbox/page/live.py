"""Live updates of the page: a WebSocket per window. The window sends what it shows; the server
sends what changed in that."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.control import find
from sandbox.page import view_model
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Person

Json = dict[str, Any]

log = logging.getLogger(__name__)

TOGETHER = 0.02  # seconds; changes within them are sent in one frame
MORE = 100  # messages loaded when a person scrolls to the top
TICK = 2.0  # seconds between polls for changes without a notification, like a fault's end
BROKEN = "the sandbox can't draw this, and its log says why"


class Live:
    """The open windows, and what each person has read."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.since = sandbox.ts()  # messages older than the first window count as read
        self.read: dict[tuple[str, str], str] = {}
        self.windows: set[Window] = set()
        sandbox.watchers.append(self.changed)

    def changed(self) -> None:
        for window in self.windows:
            window.stale.set()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=20.0)
        await socket.prepare(request)
        window = Window(self, socket)
        self.windows.add(window)
        drawing = asyncio.create_task(window.draw())
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    with contextlib.suppress(ValueError, KeyError):  # an unknown name; ignore it
                        window.looks_at(json.loads(frame.data))
        finally:
            self.windows.discard(window)
            drawing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await drawing
        return socket

    async def close(self) -> None:
        for window in list(self.windows):
            await window.socket.close()

    def has_read(self, person: Person, channel: Channel) -> None:
        if channel.messages:
            self.read[person.id, channel.id] = channel.messages[-1].ts

    def read_by(self, person: Person) -> dict[str, str]:
        """The ts up to which a person has read, by channel."""
        ids = self.sandbox.workspace.channels
        return {each: self.read.get((person.id, each), self.since) for each in ids}


class Window:
    """One window: the person, what it shows, and what was sent to it."""

    def __init__(self, live: Live, socket: web.WebSocketResponse) -> None:
        self.live, self.sandbox, self.socket = live, live.sandbox, socket
        self.person: Person | None = None
        self.channel: Channel | None = None
        self.since = ""
        self.root: str | None = None
        self.stale = asyncio.Event()
        self.stale.set()
        self._sent: dict[str, str] = {}
        self._lists: dict[str, dict[str, str]] = {"messages": {}, "thread": {}}

    def looks_at(self, asked: Json) -> None:
        """Set what the window shows: ``as`` a person, a ``channel``, a ``thread`` in it; ``older``
        loads earlier messages. Raises ``ValueError`` or ``KeyError`` if something doesn't exist.
        """
        if "as" in asked:
            self.person, self.channel, self.root = (
                find.person(self.sandbox, asked["as"]),
                None,
                None,
            )
            self.sandbox.workspace.im(self.person.id, self.sandbox.clock.now())  # opens it
            self._forget("channel", "sidebar", "overlays")
        if "channel" in asked and self.person is not None:
            self.channel = find.channel(self.sandbox, self.person, asked["channel"])
            self.since = view_model.first_ts(self.channel, None, view_model.RECENT)
            self.root = None
            self._forget("channel")
        if "thread" in asked:
            self.root = asked["thread"]
            self._lists["thread"] = {}
        if asked.get("older") and self.channel is not None:
            self.since = view_model.first_ts(self.channel, self.since, MORE)
        self.stale.set()

    def _forget(self, *sections: str) -> None:
        for section in sections:
            self._sent.pop(section, None)
        self._lists = {"messages": {}, "thread": {}}

    async def draw(self) -> None:
        """Send changes for as long as the window is open. If rendering fails, send the error and
        close the window, which would otherwise show outdated content."""
        try:
            while True:
                await self._send_changes()
                await asyncio.sleep(TOGETHER)
        except ConnectionError:
            return  # the window was closed
        except Exception:
            log.exception("can't render a window")
            reason = BROKEN.encode()
            await self.socket.close(code=WSCloseCode.INTERNAL_ERROR, message=reason)

    async def _send_changes(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TICK):
                await self.stale.wait()
        told = self.stale.is_set()
        self.stale.clear()
        if frame := self.frame(all_of_it=told):
            await self.socket.send_str(json.dumps(frame))

    def frame(self, *, all_of_it: bool) -> Json:
        """The parts that differ from what was sent last; without ``all_of_it`` only those that can
        change by themselves."""
        found: Json = {}
        self._section(found, "workspace", lambda: view_model.workspace(self.sandbox))
        self._section(found, "toolbar", lambda: view_model.toolbar(self.sandbox))
        person, channel = self.person, self.channel
        if person is None or not all_of_it:
            return found
        if channel is not None and _may_see(person, channel):
            self.live.has_read(person, channel)
            it = channel
            self._section(found, "channel", lambda: view_model.header(self.sandbox, person, it))
            said = view_model.conversation(self.sandbox, person, it, self.since)
            self._list(found, "messages", it.id, said, above=self._above(it))
            if self.root:
                root = self.root
                self._list(
                    found, "thread", root, view_model.thread(self.sandbox, person, it, root)
                )
        read = self.live.read_by(person)
        self._section(found, "sidebar", lambda: view_model.sidebar(self.sandbox, person, read))
        self._section(found, "overlays", lambda: view_model.overlays(self.sandbox, person))
        return found

    def _section(self, found: Json, name: str, look: Callable[[], Any]) -> None:
        now = look()
        dumped = json.dumps(now)
        if self._sent.get(name) != dumped:
            self._sent[name] = dumped
            found[name] = now

    def _list(self, found: Json, name: str, of: str, now: list[Json], above: bool = False) -> None:
        """The messages of a list that changed, and the ``ts`` of those that were removed."""
        before = self._lists[name]
        after = {str(each["ts"]): json.dumps(each) for each in now}
        changed = [each for each in now if before.get(str(each["ts"])) != after[str(each["ts"])]]
        gone = [ts for ts in before if ts not in after]
        if changed or gone or not before:
            told = {"of": of, "changed": changed, "gone": gone}
            found[name] = {**told, "whole": not before, "above": above}
        self._lists[name] = after

    def _above(self, it: Channel) -> bool:
        """Whether there are earlier messages than those in the window."""
        return view_model.first_ts(it, self.since, 1) != self.since


def _may_see(person: Person, it: Channel) -> bool:
    return it.kind == "channel" or person.id in it.members
