"""Delivery events, which any kind may have, and the state computed from them. They record the
outcome of each effect, so that it isn't executed twice. They appear in the delivery log, not in
the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.streams.event import Delivered
from bot.streams.record import Recorded


@dataclass(frozen=True, slots=True)
class Posted(Delivered):
    """The message `key` was posted, at this place only. `face`: the digest of its content then.
    `away`: who couldn't be reached then, so that others were asked."""

    key: str
    channel: str
    ts: str
    face: str = ""
    away: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown(Delivered):
    """`what` (a topic, a pin, a member, an edited message) now has the content digest `face`."""

    what: str
    face: str


@dataclass(frozen=True, slots=True)
class Failed(Delivered):
    """`key` was permanently refused. `face`: the digest that failed; another one may be tried."""

    key: str
    reason: str
    face: str = ""


@dataclass(frozen=True, slots=True)
class Told(Delivered):
    """The receipt of the `Tell` with this key (see `bot.streams.tell`): `target` received it, and
    had `version` events afterwards. `outcome`: an `Outcome`; `reason`: why it was refused."""

    key: str
    target: str
    version: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptLost(Delivered):
    """The receipt for `key` is wrong in this store: after an import or a rebuild the target lacks
    the events that the command wrote. The command is sent again."""

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
    """The outcome of one effect: where the message was posted, or the `reason` for refusing it.
    `thread_ts`: of the message that it replies to, if any.
    """

    at: datetime
    channel: str = ""
    ts: str = ""
    reason: str = ""
    face: str = ""
    thread_ts: str = ""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The outcomes of a stream's effects. `said`: messages posted, by key. `shown`: the newest
    content digest, by key. `failed`: refusals, by key. `told`: receipts of commands, by key."""

    said: Mapping[str, Delivery] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, Delivery] = field(default_factory=dict)
    told: Mapping[str, Told] = field(default_factory=dict)


def follow(deliveries: Deliveries, recorded: Recorded[object]) -> Deliveries:
    """Apply one event; an event of another type changes nothing."""
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
