"""The workspace's state: people, channels, messages, files. Plain data that fits in JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

Json = dict[str, Any]

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Person:
    """A user of the workspace, including the bot's user. ``deleted``: deactivated.
    ``is_stranger``: of another organization (Slack Connect). ``is_restricted``: a guest,
    ``is_ultra_restricted``: of one channel. ``dnd``: from when until when they are in Do Not
    Disturb, if at all."""

    id: str
    name: str
    real_name: str = ""
    tz: str = "UTC"
    deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False
    email: str = ""
    is_stranger: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    dnd: tuple[float, float] | None = None


@dataclass
class Message:
    """A message, as everyone in its channel sees it. ``by_app``: posted by the bot."""

    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    subtype: str | None = None
    by_app: bool = False
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    extra: Json = field(default_factory=dict)


@dataclass
class Ephemeral:
    """An ephemeral message: only one person sees it, and no method can read it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    problem: str = ""


@dataclass
class Channel:
    """A conversation. ``kind``: ``channel`` (public), ``private`` or ``im``."""

    id: str
    name: str
    kind: str
    created: int
    creator: str
    members: list[str] = field(default_factory=list)
    topic: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    purpose: Json = field(default_factory=lambda: {"value": "", "creator": "", "last_set": 0})
    archived: bool = False
    general: bool = False
    previous_names: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    pins: list[Json] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)

    def message(self, ts: str) -> Message | None:
        """The message with this timestamp. Searches the newest first, because they are asked for
        most."""
        return next((m for m in reversed(self.messages) if m.ts == ts), None)


@dataclass
class File:
    """An uploaded file. ``content``: text, or base64 if ``binary``."""

    id: str
    name: str
    title: str
    length: int
    user: str
    created: int
    content: str | None = None
    binary: bool = False
    complete: bool = False
    channels: list[str] = field(default_factory=list)


@dataclass
class UserGroup:
    """A user group. ``users``: the ids of its people."""

    id: str
    handle: str
    name: str = ""
    users: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass
class Workspace:
    """One Slack workspace with one app."""

    team_id: str
    domain: str
    name: str
    app_id: str
    bot_user: str
    bot_id: str
    people: dict[str, Person] = field(default_factory=dict)
    user_groups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    ephemerals: list[Ephemeral] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    last_id: int = 0
    last_ts: int = 0

    def new_id(self, letter: str) -> str:
        """A new id like Slack's: a letter for the kind, then ten characters."""
        self.last_id += 1
        number, tail = 36**7 + self.last_id * 7919, ""
        while number:
            number, digit = divmod(number, 36)
            tail = DIGITS[digit] + tail
        return f"{letter}0{tail:0>9}"

    def new_ts(self, now: float) -> str:
        """A new message timestamp: unique and increasing, even if the clock was moved back."""
        self.last_ts = max(self.last_ts + 1, int(now * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06}"

    def person(self, name: str) -> Person | None:
        """A person, by id, name or ``@name``."""
        bare = name.removeprefix("@")
        return self.people.get(bare) or next(
            (p for p in self.people.values() if p.name == bare), None
        )

    def channel(self, name: str) -> Channel | None:
        """A channel, by id, name or ``#name``."""
        bare = name.removeprefix("#")
        return self.channels.get(bare) or next(
            (c for c in self.channels.values() if c.name == bare and c.kind != "im"), None
        )

    def im(self, user: str, now: float) -> Channel:
        """The direct message between this person and the bot; opens it if necessary."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        members = [user, self.bot_user]
        channel = Channel(self.new_id("D"), "", "im", int(now), user, members)
        self.channels[channel.id] = channel
        return channel


def to_json(workspace: Workspace) -> Json:
    """The JSON for a state file, where ephemeral messages are called ``whispers``."""
    saved = asdict(workspace)
    saved["whispers"] = saved.pop("ephemerals")
    return saved


def from_json(saved: Json) -> Workspace:
    """The inverse of ``to_json``."""
    plain = dict(saved)
    plain["people"] = {k: Person(**v) for k, v in saved["people"].items()}
    groups = saved.get("user_groups", {})
    plain["user_groups"] = {k: UserGroup(**v) for k, v in groups.items()}
    plain["files"] = {k: File(**v) for k, v in saved["files"].items()}
    plain["ephemerals"] = [Ephemeral(**w) for w in plain.pop("whispers")]
    plain["channels"] = {
        k: Channel(**{**v, "messages": [Message(**m) for m in v["messages"]]})
        for k, v in saved["channels"].items()
    }
    return Workspace(**plain)


class Names(Mapping[str, str]):
    """The names of a workspace's people and channels by id; direct messages have none.

    It looks each up when asked: a dict of all, made for each message and each channel that is
    shown, takes time that grows with the square of their number.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getitem__(self, id_: str) -> str:
        channel = self._workspace.channels.get(id_)
        if channel is not None and channel.name:
            return channel.name
        return self._workspace.people[id_].name

    def __iter__(self) -> Iterator[str]:
        yield from self._workspace.people
        yield from (each.id for each in self._workspace.channels.values() if each.name)

    def __len__(self) -> int:
        return sum(1 for _ in self)
