"""A person who uses Slack."""

from typing import Any

from sandbox.driver.actor import Actor
from sandbox.driver.channel import Channel, Message
from sandbox.driver.client import Client
from sandbox.driver.seen import Seen, View, act
from sandbox.driver.waiting import PATIENCE, wait

Json = dict[str, Any]


class Person(Actor):
    """A person who uses Slack."""

    def __init__(self, client: Client, name: str, id_: str) -> None:
        super().__init__(client, name)
        self.id = id_

    def types(
        self,
        text: str,
        channel: Channel | str = "general",
        *,
        thread: Message | None = None,
        patience: float | None = None,
    ) -> Seen | None:
        """Send a message or a slash command; returns what only this person saw in answer, if
        anything."""
        extra = {"thread_ts": thread.ts} if thread else {}
        return act(self, "type", patience, channel=_id(channel), text=text, **extra)

    def says(self, text: str, channel: Channel | str) -> Message:
        """Post a message; returns it, to react to it or use a shortcut on it."""
        done = self.posts("type", None, channel=_id(channel), text=text)
        where = Channel(self.client, done["channel"])
        return next(m for m in where.messages() if m.ts == done["ts"])

    def shortcut(
        self, callback_id: str, on: Message | None = None, *, patience: float | None = None
    ) -> Seen | None:
        """Use a global shortcut, or one on a message."""
        extra = {"channel": on.channel.id, "ts": on.ts} if on else {}
        return act(self, "shortcut", patience, callback_id=callback_id, **extra)

    def view(self, callback_id: str | None = None, *, within: float = PATIENCE) -> View:
        """Wait for the person's open modal (with this callback_id)."""

        def look() -> View | None:
            for shape in reversed(self.views()):
                if callback_id in (None, shape["view"]["callback_id"]):
                    return View(self, shape)
            return None

        def there() -> str:
            open_ = [shape["view"]["callback_id"] for shape in self.views()]
            return f"no modal {callback_id}; open are {open_}"

        return wait(look, within, there)

    def views(self) -> list[Json]:
        """The open modals, topmost last."""
        stack: list[Json] = self.client.get(f"/control/people/{self.name}/views")
        return stack

    def home(self) -> View:
        """The app's home tab, without opening it; ``opens_home`` notifies the app."""
        return View(self, self.client.get(f"/control/people/{self.name}/home"))

    def ephemerals(self) -> list[Seen]:
        """All ephemeral messages that this person saw, oldest first."""
        there = self.client.get(f"/control/people/{self.name}/ephemerals")
        return [Seen(self, shape) for shape in there]

    def sees(self, words: str, *, within: float = PATIENCE) -> Seen:
        """Wait for an ephemeral message with this text; returns the newest one."""

        def look() -> Seen | None:
            return next((s for s in reversed(self.ephemerals()) if words in s), None)

        def there() -> str:
            shown = "\n".join(f"  {s.text}" for s in self.ephemerals())
            return f"{self.name} saw nothing with {words!r}, but:\n{shown}"

        return wait(look, within, there)

    def dm(self) -> Channel:
        """The direct message with the bot."""
        return Channel(self.client, f"@{self.name}")

    def joins(self, channel: Channel | str) -> None:
        self._moves("join", channel)

    def leaves(self, channel: Channel | str) -> None:
        self._moves("leave", channel)

    def archives(self, channel: Channel | str) -> None:
        self._moves("archive", channel)

    def unarchives(self, channel: Channel | str) -> None:
        self._moves("unarchive", channel)

    def invites(self, who: "Person | str", channel: Channel | str) -> None:
        """Invite somebody to a channel; the bot goes by its user's name."""
        self._moves("invite", channel, who=who.id if isinstance(who, Person) else who)

    def removes(self, who: "Person | str", channel: Channel | str) -> None:
        self._moves("remove", channel, who=who.id if isinstance(who, Person) else who)

    def renames(self, channel: Channel | str, name: str) -> None:
        self._moves("rename", channel, name=name)

    def creates(self, name: str, *, private: bool = False) -> Channel:
        """Create a channel without the bot."""
        made = self.posts("move", None, how="create", channel=name, private=private)
        return Channel(self.client, made["channel"])

    def opens_home(self) -> None:
        self.posts("move", None, how="home")

    def _moves(self, how: str, channel: Channel | str, **body: Any) -> None:
        self.posts("move", None, how=how, channel=_id(channel), **body)


def _id(channel: Channel | str) -> str:
    return channel if isinstance(channel, str) else channel.id
