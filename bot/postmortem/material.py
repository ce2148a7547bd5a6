"""What a postmortem is drafted from. Plain values; whoever fills them knows Slack, this not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

# Every time is aware; a naive one is read as UTC, never as the machine's own zone.


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the incident's own timeline. `text` is plain, `kind` one word ("severity")."""

    at: datetime
    by: str
    kind: str
    text: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands in Slack now: `text` is mrkdwn, escaped as Slack sends it.

    `by` is a display name, `files` and `reactions` are names. A thread's root has
    `thread_ts` None or its own `ts`.
    """

    ts: str
    at: datetime
    by: str
    text: str
    permalink: str
    thread_ts: str | None = None
    edited: bool = False
    is_bot: bool = False
    files: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An action item. `text` is plain. `permalink`: the message that asked for it."""

    text: str
    owner: str | None = None
    due: date | None = None
    done: bool = False
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """One incident, whole. Its own texts are plain, only messages are mrkdwn.

    `roles` are (title, holder's name) in the order to show them. `updates` may also be
    among `facts`; each is shown once. `names` turns a user's id in a mention into a name.
    """

    id: str
    title: str
    severity: str
    stage: str
    declared_at: datetime
    private: bool = False
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    timezone: str = "UTC"
    roles: tuple[tuple[str, str], ...] = ()
    summary: str = ""
    resolution: str = ""
    facts: tuple[Fact, ...] = ()
    messages: tuple[Message, ...] = ()
    tasks: tuple[Task, ...] = ()
    channel_name: str = ""
    updates: tuple[Fact, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
