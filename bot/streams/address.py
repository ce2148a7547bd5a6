"""Where a message goes.

The text of an address (`str`) names the lane of its messages and stands in receipts, so it never
changes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IncidentChannel:
    """The channel where the stream itself is worked on."""

    def __str__(self) -> str:
        return "here"


@dataclass(frozen=True, slots=True)
class Announcements:
    """The channel where public incidents are announced."""

    def __str__(self) -> str:
        return "announce"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's direct messages. `user`: their id, like `U0ANA`."""

    user: str

    def __str__(self) -> str:
        return f"@{self.user}"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that the policy names. `name`: without the `#`."""

    name: str

    def __str__(self) -> str:
        return f"#{self.name}"


@dataclass(frozen=True, slots=True)
class OldChannel:
    """The channel of this id, where the stream was worked on before it got another."""

    channel: str

    def __str__(self) -> str:
        return f"old:{self.channel}"


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread of the message `ts` in the channel of this id."""

    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.ts}"


@dataclass(frozen=True, slots=True)
class AnnouncementThread(Thread):
    """The thread of the announcement."""

    __str__ = Thread.__str__


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An e-mail address."""

    address: str

    def __str__(self) -> str:
        return f"mailto:{self.address}"


Address = (
    IncidentChannel
    | Announcements
    | Person
    | Channel
    | OldChannel
    | Thread
    | AnnouncementThread
    | Mailbox
)

INCIDENT_CHANNEL = IncidentChannel()
ANNOUNCEMENTS = Announcements()


def target(text: str) -> Person | Channel:
    """The address of a target of a page.

    >>> target("@U0ANA"), target("#leads")
    (Person(user='U0ANA'), Channel(name='leads'))
    """
    name = text[1:]
    return Person(name) if text.startswith("@") else Channel(name)


def thread(source: str) -> Thread:
    """The thread of a message, whose place events have as `channel/ts`, or `channel/ts/parent` if
    it is a reply.

    >>> thread("C0OPS/1796044194.831812")
    Thread(channel='C0OPS', ts='1796044194.831812')
    >>> thread("C0OPS/1796044194.831812/1796044190.000001")
    Thread(channel='C0OPS', ts='1796044190.000001')
    """
    channel, _, message = source.partition("/")
    ts, _, parent = message.partition("/")
    return Thread(channel, parent or ts)
