"""A message that follows from an event, and the kinds of message there are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.streams.address import INCIDENT_CHANNEL, Address
from bot.streams.effect import Urgency
from bot.streams.record import Recorded

Facts = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message, posted once under its `key`. `about`: the event that it is about."""

    key: str
    kind: "MessageKind"
    to: Address
    about: Recorded[Any]


def always(state: object, message: OutboundMessage) -> bool:
    """A message of this kind stays relevant until it is sent."""
    return True


def unchanging(state: object, message: OutboundMessage) -> Facts | None:
    """A message of this kind never changes."""
    return None


def in_thread_only(state: object, message: OutboundMessage) -> bool:
    """A message of this kind that goes to a thread stays there."""
    return False


def unanswered(state: object, message: OutboundMessage) -> Recorded[Any] | None:
    """A message of this kind asks for nothing."""
    return None


@dataclass(frozen=True, eq=False)
class MessageKind:
    """A kind of message. Each has a renderer (see `bot.messages.render`), or Muster doesn't start.

    `name`: stored in the metadata of messages. `label`: in the delivery log.
    `still_relevant`: whether a message that wasn't posted yet still should be. `facts`: what a
    posted one shows and what may change; when it does, the message is edited. `answer`: the event
    that responds to it, None if none has. `urgency`: who goes first when there isn't room for all.
    `goes_first`: it doesn't wait behind others of its stream. `broadcast`: whether a message of a
    thread is shown in its channel, too.

    These functions take the state of the stream first.
    """

    name: str
    label: str
    still_relevant: Callable[[Any, OutboundMessage], bool] = field(default=always, repr=False)
    facts: Callable[[Any, OutboundMessage], Facts | None] = field(default=unchanging, repr=False)
    answer: Callable[[Any, OutboundMessage], Recorded[Any] | None] = field(
        default=unanswered, repr=False
    )
    urgency: Urgency = Urgency.UPDATE
    goes_first: bool = False
    broadcast: Callable[[Any, OutboundMessage], bool] = field(default=in_thread_only, repr=False)

    def __str__(self) -> str:
        return self.name


def in_channel(
    kind: MessageKind,
) -> Callable[[object, Recorded[Any]], tuple[OutboundMessage, ...]]:
    """The one message of `kind` that follows from an event, in the stream's own channel."""

    def messages(state: object, recorded: Recorded[Any]) -> tuple[OutboundMessage, ...]:
        return (OutboundMessage(f"{kind}:{recorded.seq}", kind, INCIDENT_CHANNEL, recorded),)

    return messages
