"""The input of a postmortem draft. Plain values; the code that fills them in knows Slack, this
doesn't.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

# Times are aware; a naive one is read as UTC, never as the machine's own zone.


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the incident's own timeline. `text` is plain, `kind` is one word
    ("severity").
    """

    at: datetime
    by: str
    kind: str
    text: str
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it is in Slack now. `text` is mrkdwn, escaped as Slack sends it.

    `by` is a display name; `files` and `reactions` are names. `is_bot`: Muster wrote it; `is_app`:
    another app did. The parent of a thread has `thread_ts` None or its own `ts`.
    """

    ts: str
    at: datetime
    by: str
    text: str
    permalink: str
    thread_ts: str | None = None
    edited: bool = False
    is_bot: bool = False
    is_app: bool = False
    files: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """An action item. `text` is plain. `permalink`: the message that it was made from."""

    text: str
    owner: str | None = None
    due: date | None = None
    done: bool = False
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """Everything about one incident. Its own texts are plain; only messages are mrkdwn.

    `roles` are (title, holder's name) in display order. `updates` may also be among `facts`; each
    is shown once. `names` maps the ids of people, groups and channels in mentions to names.
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
