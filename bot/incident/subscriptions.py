"""Subscribing to an incident's updates, and ending that.

At most five of one person to one incident, direct message and addresses together: a limit within
the incident is decided on its own state, so two requests at once can't pass it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.incident.events import (
    Event,
    Subscribed,
    SubscriptionConfirmed,
    SubscriptionRequested,
    Unsubscribed,
)
from bot.incident.incident import Incident, Subscription
from bot.incident.members import may_see
from bot.incident.subscribers import EVENTS, SUBSCRIPTION, besides, checks, of_user
from bot.streams.actor import User
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.slice import CommandRule, Slice, Until

SUBSCRIPTIONS_MAX = 5  # of one person to one incident
CONFIRM_WITHIN = timedelta(days=1)  # after that the link in the mail doesn't work any more
ADDRESS_MAX = 254  # characters, as RFC 5321 has it (4.5.3.1.3, without the angle brackets)

# What people type, not all that RFC 5322 allows: no quotes, no comments, no spaces, one `@`.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9-]+\.)+[a-z0-9-]{2,}")


@dataclass(frozen=True, slots=True)
class Subscribe(Command):
    """Tell who asks of every update: at `address`, or by direct message if it is empty."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmSubscription(Command):
    """Whoever reads mail at the address of the subscription agrees to it."""

    number: int


@dataclass(frozen=True, slots=True)
class Unsubscribe(Command):
    """End all subscriptions of who asks, or the one at `address`."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class EndSubscription(Command):
    """End the subscription of this number, for any person: its link was followed."""

    number: int


def subscribe(incident: Incident, command: Subscribe, context: Context) -> Sequence[Event]:
    """Nothing happens if they are subscribed there already. A request whose link has run out
    may be made again."""
    by = context.by
    if not may_see(User(by), incident):
        raise Refused(f"You can't subscribe to {incident.id}: you aren't in its channel.")
    address = parse_address(command.address) if command.address else ""
    theirs = of_user(incident, by)
    if any(each.address == address and (each.since or not address) for each in theirs):
        return []
    again = [each for each in theirs if each.address == address]  # the older link ends
    if len(theirs) - len(again) >= SUBSCRIPTIONS_MAX:
        raise Refused(
            f"You have {SUBSCRIPTIONS_MAX} subscriptions to {incident.id}, the maximum. "
            "To end them: `/incident unsubscribe`."
        )
    ended: list[Event] = [Unsubscribed(each.number) for each in again]
    return [*ended, SubscriptionRequested(by, address) if address else Subscribed(by)]


def confirm(incident: Incident, command: ConfirmSubscription, context: Context) -> Sequence[Event]:
    """Raises `Refused` if it can't be confirmed (any more)."""
    asked = incident.subscriptions.get(command.number)
    if asked is None or asked.ended:
        raise Refused("This subscription has ended.")
    if asked.since:
        return []
    if has_expired(asked, context.now):
        raise Refused("This link has expired. Subscribe again in Slack.")
    return [SubscriptionConfirmed(command.number)]


def unsubscribe(incident: Incident, command: Unsubscribe, context: Context) -> Sequence[Event]:
    """End their own subscriptions."""
    address = parse_address(command.address) if command.address else ""
    theirs = [each for each in of_user(incident, context.by) if address in ("", each.address)]
    return [Unsubscribed(each.number) for each in theirs]


def end(incident: Incident, command: EndSubscription, context: Context) -> Sequence[Event]:
    """Nothing happens if it has ended already."""
    found = incident.subscriptions.get(command.number)
    return [Unsubscribed(command.number)] if found and not found.ended else []


def has_expired(asked: Subscription, now: datetime) -> bool:
    """Whether the link in the mail that asks to confirm doesn't work any more."""
    return now >= asked.requested_at + CONFIRM_WITHIN


def parse_address(text: str) -> str:
    """An e-mail address as people type it, its domain in lower case; Slack's own way of sending
    one (`<mailto:a@b.org|a@b.org>`) too. Raises `Refused`.

    >>> parse_address("Ana@Example.com"), parse_address("<mailto:ana@x.org|ana@x.org>")
    ('Ana@example.com', 'ana@x.org')
    """
    plain = text.strip(" \t\n.,;:!?*_`\"'()")
    if plain.startswith("<mailto:"):
        plain = plain.removeprefix("<mailto:").partition(">")[0].partition("|")[0]
    name, at, domain = plain.rpartition("@")
    address = f"{name}{at}{domain.lower()}"
    if len(address) > ADDRESS_MAX or not _ADDRESS.fullmatch(address):
        raise Refused("That isn't an e-mail address. Write it like `me@example.com`.")
    return address


SLICE: Slice[Incident] = Slice(
    "subscriptions",
    events=EVENTS,
    commands=(
        CommandRule(Subscribe, subscribe),
        CommandRule(ConfirmSubscription, confirm),
        CommandRule(Unsubscribe, unsubscribe, Until.NEVER, always=True),
        CommandRule(EndSubscription, end, Until.NEVER, always=True),
    ),
    messages=(SUBSCRIPTION,),
    besides=besides,
    effects=checks,
)
