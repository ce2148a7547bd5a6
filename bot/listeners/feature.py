"""The declaration of a feature: what it listens to, in one place. It is bound to Bolt elsewhere.

feature = Feature()

@feature.subcommand("ack", usage="ack", help="Say that you are on it.")
def typed(request: Request[SlashCommand]) -> Answer: ...

@feature.button("ack")
def pressed(request: Request[BlockAction]) -> Answer: ...
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any, TypeVar

from bot.listeners.inbound import (
    BlockAction,
    EventCallback,
    GlobalShortcut,
    MessageShortcut,
    SlashCommand,
    Submission,
    Suggestion,
)
from bot.listeners.request import Answer, Request

Listener = Callable[[Request[Any]], Answer]
OnCommand = Callable[[Request[SlashCommand]], Answer]
OnAction = Callable[[Request[BlockAction]], Answer]
OnSubmission = Callable[[Request[Submission]], Answer]
OnShortcut = Callable[[Request[GlobalShortcut]], Answer]
OnMessageShortcut = Callable[[Request[MessageShortcut]], Answer]
OnSuggestion = Callable[[Request[Suggestion]], Answer]
OnEvent = Callable[[Request[EventCallback[Any]]], Answer]

# Type variables preserve the type of the decorated listener.
C = TypeVar("C", bound=OnCommand)
A = TypeVar("A", bound=OnAction)
S = TypeVar("S", bound=OnSubmission)
G = TypeVar("G", bound=OnShortcut)
M = TypeVar("M", bound=OnMessageShortcut)
Q = TypeVar("Q", bound=OnSuggestion)
E = TypeVar("E", bound=OnEvent)


TAKES_WORDS = re.compile(r"[A-Z@]")  # in the required part of a usage


class Where(Enum):
    """Where a subcommand is available, for `help`."""

    ANYWHERE = auto()
    OPEN = auto()  # in the channel of an open incident
    RESOLVED = auto()
    OVER = auto()  # closed or cancelled


class Group(StrEnum):
    """The headings of `help`, in the order in which an incident needs them."""

    PEOPLE = "People"
    SAY = "Communicate"
    STATUS = "Status"
    NOT_ITS_OWN = "Duplicate or false alarm"
    LOOK = "View"
    AFTERWARDS = "Follow-up"
    OTHERS = "More"


class About(Enum):
    """The meaning of an incident's number that stands first in the words of a subcommand."""

    IT = auto()  # the subcommand is about that incident
    PAGED = auto()  # so it is, also for people who may not see it but were paged about it
    ASKED = auto()  # it may be part of the text: in another incident's channel, it's asked
    NOTHING = auto()  # the subcommand isn't about an incident, or reads the number itself


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand of `/incident`. `names`: its name and its aliases. `group`: where `help` lists
    it; None if it doesn't. `example`: how it may be typed, needed if it takes words. `about`: what
    the number of an incident means that stands first. `numbers`: numbers without `INC-` are its
    own, like those of tasks.
    """

    names: tuple[str, ...]
    usage: str
    help: str
    where: frozenset[Where]
    listener: OnCommand
    group: Group | None = None
    example: str = ""
    about: About = About.IT
    numbers: bool = False

    @property
    def takes_words(self) -> bool:
        """Whether it can use anything but the number of an incident."""
        return " " in self.usage

    @property
    def needs_a_word(self) -> bool:
        """Whether a word that isn't free text comes first, like a person or a duration."""
        first = self.usage.partition(" ")[2]
        return bool(first) and not first.startswith(("[", "TEXT"))


@dataclass(slots=True)
class Feature:
    """The listeners of one feature, by what they listen to."""

    subcommands: list[Subcommand] = field(default_factory=list)
    buttons: dict[str, OnAction] = field(default_factory=dict)
    submissions: dict[str, OnSubmission] = field(default_factory=dict)
    shortcuts: dict[str, OnShortcut] = field(default_factory=dict)
    message_shortcuts: dict[str, OnMessageShortcut] = field(default_factory=dict)
    suggestions: dict[str, OnSuggestion] = field(default_factory=dict)
    events: dict[str, OnEvent] = field(default_factory=dict)

    def subcommand(
        self,
        *names: str,
        usage: str,
        help: str,
        where: Where | set[Where] = Where.OPEN,
        group: Group | None = None,
        example: str = "",
        about: About = About.IT,
        numbers: bool = False,
    ) -> Callable[[C], C]:
        """Listen to `/incident NAME …`. See `Subcommand`. Raises `TypeError` if `help` couldn't
        list or explain it."""
        places = frozenset(where) if isinstance(where, set) else frozenset({where})
        if places and group is None:
            raise TypeError(f"subcommand {names[0]} needs a group, under which help lists it")
        if TAKES_WORDS.search(usage.partition("[")[0]) and not example:
            raise TypeError(f"subcommand {names[0]} takes words, so it needs an example")

        def keep(listener: C) -> C:
            found = Subcommand(
                names, usage, help, places, listener, group, example, about, numbers
            )
            self.subcommands.append(found)
            return listener

        return keep

    def button(self, action_id: str) -> Callable[[A], A]:
        """Listen to a button, or any other element that sends its value at once."""
        return _keeper(self.buttons, action_id)

    def submission(self, callback_id: str) -> Callable[[S], S]:
        return _keeper(self.submissions, callback_id)

    def shortcut(self, callback_id: str) -> Callable[[G], G]:
        return _keeper(self.shortcuts, callback_id)

    def message_shortcut(self, callback_id: str) -> Callable[[M], M]:
        """Listen to a message shortcut; the message is `request.payload.message`."""
        return _keeper(self.message_shortcuts, callback_id)

    def suggestion(self, action_id: str) -> Callable[[Q], Q]:
        """Listen for text typed into an external select; the listener returns `Options`."""
        return _keeper(self.suggestions, action_id)

    def event(self, *names: str) -> Callable[[E], E]:
        """Listen to an event, named as in the manifest: `reaction_added`, `message.channels`."""

        def keep(listener: E) -> E:
            self.events |= dict.fromkeys(names, listener)
            return listener

        return keep


def _keeper(kept: dict[str, Any], name: str) -> Callable[[Any], Any]:
    def keep(listener: Any) -> Any:
        kept[name] = listener
        return listener

    return keep
