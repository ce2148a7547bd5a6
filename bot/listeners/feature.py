"""The frame of a feature: what it listens to, declared in one place, bound to Bolt elsewhere.

feature = Feature()

@feature.verb("ack", usage="ack", help="Say that you are on it.")
def typed(ask: Ask) -> Answer: ...

@feature.button("ack")
def pressed(ask: Ask) -> Answer: ...
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.listeners.ask import Answer, Ask

Listener = Callable[[Ask], Answer]


class Where(Enum):
    """Where a verb makes sense, for `help`."""

    ANYWHERE = auto()
    OPEN = auto()  # in the channel of an incident that isn't over
    RESOLVED = auto()
    OVER = auto()  # closed or cancelled


@dataclass(frozen=True, slots=True)
class Verb:
    names: tuple[str, ...]
    usage: str
    help: str
    where: frozenset[Where]
    listener: Listener


@dataclass(slots=True)
class Feature:
    verbs: list[Verb] = field(default_factory=list)
    buttons: dict[str, Listener] = field(default_factory=dict)
    submissions: dict[str, Listener] = field(default_factory=dict)
    shortcuts: dict[str, Listener] = field(default_factory=dict)
    message_shortcuts: dict[str, Listener] = field(default_factory=dict)
    events: dict[str, Listener] = field(default_factory=dict)

    def verb(
        self, *names: str, usage: str, help: str, where: Where | set[Where] = Where.OPEN
    ) -> Callable[[Listener], Listener]:
        places = frozenset(where) if isinstance(where, set) else frozenset({where})

        def keep(listener: Listener) -> Listener:
            self.verbs.append(Verb(names, usage, help, places, listener))
            return listener

        return keep

    def button(self, action_id: str) -> Callable[[Listener], Listener]:
        return _keeper(self.buttons, action_id)

    def submission(self, callback_id: str) -> Callable[[Listener], Listener]:
        return _keeper(self.submissions, callback_id)

    def shortcut(self, callback_id: str) -> Callable[[Listener], Listener]:
        return _keeper(self.shortcuts, callback_id)

    def message_shortcut(self, callback_id: str) -> Callable[[Listener], Listener]:
        """In the menu of a message, which is `ask.message`."""
        return _keeper(self.message_shortcuts, callback_id)

    def event(self, *names: str) -> Callable[[Listener], Listener]:
        """As the manifest subscribes to them: `reaction_added`, `message.channels`."""

        def keep(listener: Listener) -> Listener:
            self.events |= dict.fromkeys(names, listener)
            return listener

        return keep


def _keeper(kept: dict[str, Listener], name: str) -> Callable[[Listener], Listener]:
    def keep(listener: Listener) -> Listener:
        kept[name] = listener
        return listener

    return keep
