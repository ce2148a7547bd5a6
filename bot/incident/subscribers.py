"""The subscribers of an incident, and the messages to them: direct messages and e-mails.

A subscriber is sent everything that happens from then on, until they unsubscribe, leave the
workspace, or leave a private incident. An address that isn't their own in Slack gets nothing until
its reader has confirmed it; of a private incident, it never gets anything.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.incident.effects import CheckAddress
from bot.incident.events import (
    AddressChecked,
    Event,
    MergedInto,
    MergedIntoUndone,
    StageChanged,
    StageRestored,
    Subscribed,
    SubscriptionConfirmed,
    SubscriptionRequested,
    Unsubscribed,
    UpdatePosted,
)
from bot.incident.incident import Incident, Subscription
from bot.streams.address import Mailbox, Person
from bot.streams.effect import Urgency
from bot.streams.kind import IndexChanges
from bot.streams.message import MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import EventRule

KEYS = ("mail:", "subscription:", "address:")  # how the keys of all that begin

IN_DOUBT = "in doubt"  # why a mail counts as failed whose call's outcome no one knows

UNSUBSCRIBED, LEFT, NOT_OWN = "unsubscribed", "left", "not own"  # why it ended

News = UpdatePosted | StageChanged | StageRestored | MergedInto | MergedIntoUndone
SubscriptionEvent = (
    Subscribed | SubscriptionRequested | AddressChecked | SubscriptionConfirmed | Unsubscribed
)


def _followed(incident: Incident, recorded: Recorded[SubscriptionEvent]) -> Incident:
    """The incident after what happened to one of its subscriptions."""
    seq = recorded.seq
    match recorded.event:
        case Subscribed(user):
            return _put(incident, Subscription(seq, user, recorded.at, since=seq))
        case SubscriptionRequested(user, address):
            return _put(incident, Subscription(seq, user, recorded.at, address))
        case AddressChecked(number, own):
            checked = replace(incident.subscriptions[number], own=own)
            if own:
                checked = replace(checked, since=seq)
            elif incident.private:
                checked = replace(checked, ended=checked.ended or NOT_OWN)
            return _put(incident, checked)
        case SubscriptionConfirmed(number):
            return _put(incident, replace(incident.subscriptions[number], since=seq))
        case Unsubscribed(number, left):
            ended = LEFT if left else UNSUBSCRIBED
            return _put(incident, replace(incident.subscriptions[number], ended=ended))


def end_all(incident: Incident, user: str) -> Incident:
    """The incident after `user` may not see it any more."""
    ended = {each.number: replace(each, ended=LEFT) for each in of_user(incident, user)}
    return replace(incident, subscriptions={**incident.subscriptions, **ended})


def of_user(incident: Incident, user: str) -> list[Subscription]:
    """The subscriptions of `user` that haven't ended, confirmed or not."""
    everyone = incident.subscriptions.values()
    return [each for each in everyone if each.user == user and not each.ended]


def mail_key(seq: int, address: str) -> str:
    """The key of a mail to `address` about event `seq`. Keys are shown; addresses are private.

    >>> mail_key(7, "ana@example.com")
    'mail:7:8e43ca3770'
    """
    return f"mail:{seq}:{_hash(address)}"


def besides(incident: Incident) -> Iterator[OutboundMessage]:
    """All that subscribers were to be told so far, in the order in which it happened."""
    if not incident.subscriptions:
        return
    for position, recorded in enumerate(incident.history):
        match recorded.event:
            case SubscriptionRequested():
                yield from _requested(incident, recorded)
            case SubscriptionConfirmed(number):
                yield _by_message(recorded, incident.subscriptions[number].user)
            case (
                UpdatePosted()
                | StageChanged()
                | StageRestored()
                | MergedInto()
                | MergedIntoUndone()
            ):
                if not _is_told_with_next(incident, position):
                    yield from _news(incident, recorded)
            case _:
                pass


def _still_relevant(incident: Incident, message: OutboundMessage) -> bool:
    """Only who is subscribed now is told."""
    to, about = message.to, message.about
    match about.event:
        case SubscriptionRequested() if isinstance(to, Mailbox):
            asked = incident.subscriptions[about.seq]
            return asked.own is False and not asked.since and not asked.ended
        case SubscriptionRequested() | SubscriptionConfirmed():
            return True
        case _ if message.key.endswith(REFUSED):
            return True
        case _ if isinstance(to, Mailbox):
            return subscribed_at(incident, to.address) is not None
        case _:
            assert isinstance(to, Person)
            everyone = of_user(incident, to.user)
            return any(each.is_active and not each.address for each in everyone)


SUBSCRIPTION = MessageKind(
    "subscription", "update to a subscriber", _still_relevant, urgency=Urgency.DECORATION
)

REFUSED = ":refused"  # ends the key of the message that tells of a mail that wasn't delivered


def subscribed_at(incident: Incident, address: str) -> Subscription | None:
    """The subscription by which mail goes to `address` now, the oldest if there are several."""
    everyone = incident.subscriptions.values()
    return next((each for each in everyone if each.is_active and each.address == address), None)


def _put(incident: Incident, changed: Subscription) -> Incident:
    subscriptions = {**incident.subscriptions, changed.number: changed}
    return replace(incident, subscriptions=subscriptions)


def _requested(incident: Incident, recorded: Recorded[Event]) -> Iterator[OutboundMessage]:
    """The messages about a new address: the mail that asks to confirm it, and a direct message."""
    asked = incident.subscriptions[recorded.seq]
    if asked.own is None:
        return
    yield _by_message(recorded, asked.user)
    if not asked.own and not incident.private:
        yield from _by_mail(incident, recorded, asked)


def _news(incident: Incident, recorded: Recorded[Event]) -> Iterator[OutboundMessage]:
    """To everybody who was subscribed when it happened; to each address once."""
    addresses = set[str]()
    for each in incident.subscriptions.values():
        if not 0 < each.since < recorded.seq or each.address in addresses:
            continue
        if each.address:
            addresses.add(each.address)
            yield from _by_mail(incident, recorded, each)
        else:
            yield _by_message(recorded, each.user)


def _by_message(recorded: Recorded[Event], user: str) -> OutboundMessage:
    return OutboundMessage(
        f"subscription:{recorded.seq}:{user}", SUBSCRIPTION, Person(user), recorded
    )


def _by_mail(
    incident: Incident, recorded: Recorded[Event], to: Subscription
) -> Iterator[OutboundMessage]:
    """If it was refused, or no one knows, their own direct message says so: they can act."""
    key = mail_key(recorded.seq, to.address)
    yield OutboundMessage(key, SUBSCRIPTION, Mailbox(to.address), recorded)
    if key in incident.failed:
        refused = f"subscription:{recorded.seq}:{to.user}:{_hash(to.address)}{REFUSED}"
        yield OutboundMessage(refused, SUBSCRIPTION, Person(to.user), recorded)


def _is_told_with_next(incident: Incident, position: int) -> bool:
    """A stage that changes with an update is told by that."""
    if position + 1 == len(incident.history):
        return False
    here, after = incident.history[position : position + 2]
    together = after.seq == here.seq + 1 and after.at == here.at and after.by == here.by
    return (
        together and isinstance(here.event, StageChanged) and isinstance(after.event, UpdatePosted)
    )


def _hash(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:10]


def checks(incident: Incident) -> Iterator[CheckAddress]:
    """Addresses of which isn't known yet whether they are their owner's in Slack."""
    for each in incident.subscriptions.values():
        if each.address and each.own is None and not each.ended:
            yield CheckAddress(each.number, each.user, each.address)


def _index(event: Subscribed | SubscriptionRequested) -> IndexChanges:
    return IndexChanges(subscribers=(event.user,))


# Who subscribed isn't everybody's business: nothing of it stands in the timeline.
EVENTS: tuple[EventRule[Incident, Any], ...] = (
    EventRule(Subscribed, "Subscribed", _followed, index=_index),
    EventRule(SubscriptionRequested, "SubscriptionRequested", _followed, index=_index),
    EventRule(AddressChecked, "AddressChecked", _followed),
    EventRule(SubscriptionConfirmed, "SubscriptionConfirmed", _followed),
    EventRule(Unsubscribed, "Unsubscribed", _followed),
)
