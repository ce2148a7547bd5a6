"""One incident, as Slack and the operator see it."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from bot.incident.slices import STORED_AS
from bot.wiring.connection import open_store
from sandbox.driver import Channel, Message, Slack
from sandbox.driver.waiting import PATIENCE
from tests.harness.waiting import until

if TYPE_CHECKING:
    from tests.harness.harness import Harness

Json = dict[str, Any]

TEAM = "T0ACME"  # the local Slack's team


class Incident:
    """One incident, as Slack and the operator see it."""

    def __init__(self, harness: "Harness", id_: str) -> None:
        self.harness = harness
        self.id = id_

    @property
    def channel(self) -> Channel:
        """Wait for its channel: the one with its card."""
        found: list[Channel] = []

        def look() -> bool:
            slack, others = self.harness.slack, self.harness.with_cards
            found.extend(islice(_channels_of(slack, self.id, others), 1))
            return bool(found)

        until(look, within=20, what=f"a channel of {self.id}")
        return found[0]

    def ends(self) -> None:
        """Cancel it as a member of its channel, if it is open and has one."""
        rows = self.harness.records(open_only=True)  # few; all there are would take long to list
        stage = next((row["stage"] for row in rows if row["id"] == self.id), None)
        open_ = stage in ("investigating", "identified", "mitigated")
        slack, others = self.harness.slack, self.harness.with_cards
        for channel in _channels_of(slack, self.id, others) if open_ else []:
            people = [name for name in channel.members if name != "muster"]
            if people and not channel.archived:
                self.harness.person(people[0]).types("/incident cancel the test is over", channel)

    @property
    def card(self) -> Message:
        return self.channel.expects(kind="card")

    def whole(self) -> "Incident":
        """Wait until its channel is complete."""
        channel = self.channel
        channel.expects(kind="card")
        channel.until(lambda c: c.pins and c.topic, what="pinned, with a topic")
        return self

    @property
    def record(self) -> Json:
        """Its record in the store; empty if there is none."""
        return next((row for row in self.harness.records() if row["id"] == self.id), {})

    @property
    def mark(self) -> str:
        """The value that its buttons carry beside its number."""
        with self.harness.asks_the_store() as redis:
            return str(open_store(redis, TEAM).streams.state(self.id).mark)

    @property
    def happened(self) -> list[str]:
        """The kinds of events caused by people and the clock, in order, as stored."""
        with self.harness.asks_the_store() as redis:
            history = open_store(redis, TEAM).streams.state(self.id).history
        return [STORED_AS[type(each.event)] for each in history]

    def messages(self, kind: str, *, to: Channel | None = None) -> list[Message]:
        """The messages about this incident, in its channel or elsewhere."""
        where = to or self.channel
        return [m for m in where.messages(kind) if m.payload.get("incident") == self.id]

    def expects(
        self, kind: str, words: str = "", *, to: Channel, within: float = PATIENCE
    ) -> Message:
        """Wait for a message about this incident in another conversation."""
        found: list[Message] = []

        def look() -> bool:
            found[:] = [m for m in self.messages(kind, to=to) if words in m]
            return bool(found)

        until(look, within=within, what=f"{words!r} ({kind}) about {self.id}")
        return found[-1]


def channels_of(slack: Slack, incident_id: str) -> list[Channel]:
    """All channels with a card of this incident, newest first."""
    return [*_channels_of(slack, incident_id)]


def _channels_of(
    slack: Slack, incident_id: str, cards: dict[str, set[str]] | None = None
) -> Iterator[Channel]:
    """Like `channels_of`, but reads no more channels than are requested. `cards`: by channel read
    so far, the incidents whose card is there; one that has another's isn't read again."""
    cards = {} if cards is None else cards
    for id_, name in reversed(slack.channel_names().items()):
        channel = Channel(slack, id_)
        if name.startswith("incident-"):
            if not cards.get(channel.id):
                shown = channel.messages("card")
                cards[channel.id] = {str(m.payload.get("incident")) for m in shown}
            if incident_id in cards[channel.id]:
                yield channel


def everything_said(slack: Slack) -> Iterator[Message]:
    """All messages of the bot, in all channels."""
    for channel in slack.channels():
        for message in Channel(slack, channel["id"]).messages():
            if message.payload.get("key"):
                yield message
