"""What was done outside, so that it is done once: events that any kind may have, and what they
add up to. Delivery isn't a decision: it stands in the delivery log, not in the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.streams.event import Delivered
from bot.streams.record import Recorded


@dataclass(frozen=True, slots=True)
class Posted(Delivered):
    """The message `key` is there, and only there. `face`: the digest of what it showed then."""

    key: str
    channel: str
    ts: str
    face: str = ""


@dataclass(frozen=True, slots=True)
class Shown(Delivered):
    """`what` (a topic, a pin, a member, an edited message) shows `face` now."""

    what: str
    face: str


@dataclass(frozen=True, slots=True)
class Failed(Delivered):
    """`key` was refused for good. `face`: what it was to show; another one may be tried."""

    key: str
    reason: str
    face: str = ""


@dataclass(frozen=True, slots=True)
class Told(Delivered):
    """The stream `target` was told `key` (see `bot.streams.tell`) and has `version` events since.
    `outcome`: what came of it, an `Outcome`; `reason`: why it was refused."""

    key: str
    target: str
    version: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLost(Delivered):
    """What `Told` says of `key` isn't so in this store: after an import or a rebuild the target
    lacks what it was told. It is told again."""

    key: str


DeliveryEvent = Posted | Shown | Failed | Told | ReceiptLost

DELIVERY_EVENTS: Mapping[str, type[DeliveryEvent]] = {
    "Posted": Posted,
    "Shown": Shown,
    "Failed": Failed,
    "Told": Told,
    "ReceiptLost": ReceiptLost,
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a message ended: in a channel, or refused for a reason."""

    at: datetime
    channel: str = ""
    ts: str = ""
    reason: str = ""
    face: str = ""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """`said`: messages, by key. `shown`: the newest digest of each state. `failed`: refusals.
    `told`: receipts of other streams, by key."""

    said: Mapping[str, Delivery] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, Delivery] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)


def follow(deliveries: Deliveries, recorded: Recorded[object]) -> Deliveries:
    """The deliveries after one more event; one of another type changes nothing."""
    match recorded.event:
        case Posted(key, channel, ts, face):
            return replace(
                deliveries,
                said={**deliveries.said, key: Delivery(recorded.at, channel=channel, ts=ts)},
                shown={**deliveries.shown, key: face},
            )
        case Shown(what, face):
            refused = {f"edit:{what}", what}
            return replace(
                deliveries,
                shown={**deliveries.shown, what: face},
                failed={key: why for key, why in deliveries.failed.items() if key not in refused},
            )
        case Failed(key, reason, face):
            failure = Delivery(recorded.at, reason=reason, face=face)
            return replace(deliveries, failed={**deliveries.failed, key: failure})
        case Told(key) as receipt:
            return replace(deliveries, told={**deliveries.told, key: receipt})
        case ReceiptLost(lost):
            told = {key: receipt for key, receipt in deliveries.told.items() if key != lost}
            return replace(deliveries, told=told)
        case _:
            return deliveries
