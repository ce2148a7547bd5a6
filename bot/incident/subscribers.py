"""Who is told of updates beside the channel, and what: by direct message or by e-mail.

Somebody subscribed is told of what happens from then on, until they want no more, leave the
workspace, or leave a private incident. An address that isn't one's own in Slack is told of
nothing until whoever reads there has confirmed it; of a private incident, never.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from bot.incident.events import (
    AddressChecked,
    MergedInto,
    Recorded,
    StageChanged,
    Subscribed,
    SubscriptionConfirmed,
    SubscriptionRequested,
    Unsubscribed,
    UpdatePosted,
)
from bot.incident.incident import Incident, Subscription

KIND: Literal["subscription"] = "subscription"  # of every message to a subscriber
MAIL = "mailto:"  # and an address: where a mail goes
KEYS = ("mail:", "subscription:", "address:")  # how the keys of all that begin

IN_DOUBT = "in doubt"  # why a mail counts as failed whose call's outcome nobody knows

UNSUBSCRIBED, LEFT, NOT_OWN = "unsubscribed", "left", "not own"  # why it ended

News = UpdatePosted | StageChanged | MergedInto
Told = tuple[str, str, Recorded]  # key, where it goes, and what it is about

SubscriptionEvent = (
    Subscribed | SubscriptionRequested | AddressChecked | SubscriptionConfirmed | Unsubscribed
)


def follow(incident: Incident, recorded: Recorded, event: SubscriptionEvent) -> Incident:
    """The incident after what happened to one of its subscriptions."""
    seq = recorded.seq
    match event:
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


def told(incident: Incident) -> Iterator[Told]:
    """All that subscribers were to be told so far, in the order in which it happened."""
    if not incident.subscriptions:
        return
    for position, recorded in enumerate(incident.history):
        match recorded.event:
            case SubscriptionRequested():
                yield from _requested(incident, recorded)
            case SubscriptionConfirmed(number):
                yield _by_message(recorded, incident.subscriptions[number].user)
            case UpdatePosted() | StageChanged() | MergedInto():
                if not _is_told_with_next(incident, position):
                    yield from _news(incident, recorded)
            case _:
                pass


def still_relevant(incident: Incident, key: str, to: str, about: Recorded) -> bool:
    """Whether a message to a subscriber is still to be sent, if it wasn't: only who is
    subscribed now is told."""
    address = to.removeprefix(MAIL) if to.startswith(MAIL) else ""
    match about.event:
        case SubscriptionRequested() if address:
            asked = incident.subscriptions[about.seq]
            return asked.own is False and not asked.since and not asked.ended
        case SubscriptionRequested() | SubscriptionConfirmed():
            return True
        case _ if key.endswith(REFUSED):
            return True
        case _ if address:
            return subscribed_at(incident, address) is not None
        case _:
            everyone = of_user(incident, to[1:])
            return any(each.is_active and not each.address for each in everyone)


REFUSED = ":refused"  # ends the key of the message that tells of a mail that wasn't delivered


def subscribed_at(incident: Incident, address: str) -> Subscription | None:
    """The subscription by which mail goes to `address` now, the oldest if there are several."""
    everyone = incident.subscriptions.values()
    return next((each for each in everyone if each.is_active and each.address == address), None)


def _put(incident: Incident, changed: Subscription) -> Incident:
    subscriptions = {**incident.subscriptions, changed.number: changed}
    return replace(incident, subscriptions=subscriptions)


def _requested(incident: Incident, recorded: Recorded) -> Iterator[Told]:
    """What came of an address: the mail that asks to confirm it, and word to who wants it."""
    asked = incident.subscriptions[recorded.seq]
    if asked.own is None:
        return
    yield _by_message(recorded, asked.user)
    if not asked.own and not incident.private:
        yield from _by_mail(incident, recorded, asked)


def _news(incident: Incident, recorded: Recorded) -> Iterator[Told]:
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


def _by_message(recorded: Recorded, user: str) -> Told:
    return f"subscription:{recorded.seq}:{user}", f"@{user}", recorded


def _by_mail(incident: Incident, recorded: Recorded, to: Subscription) -> Iterator[Told]:
    """If it was refused, or nobody knows, their own direct message says so: they can act."""
    key = mail_key(recorded.seq, to.address)
    yield key, f"{MAIL}{to.address}", recorded
    if key in incident.failed:
        refused = f"subscription:{recorded.seq}:{to.user}:{_hash(to.address)}{REFUSED}"
        yield refused, f"@{to.user}", recorded


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
