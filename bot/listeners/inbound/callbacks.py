"""Payloads without a person waiting: events, and messages about the connection."""

from typing import Generic, Literal

from pydantic import Field
from typing_extensions import TypeVar

from bot.incident.events import CLOCK
from bot.listeners.inbound.events import Event
from bot.listeners.inbound.fields import Id, Model, Name, Text

E_co = TypeVar("E_co", bound=Event, covariant=True, default=Event)


class EventCallback(Model, Generic[E_co]):
    """An event. `event_id`: the same for each delivery."""

    type: Literal["event_callback"]
    event_id: Name
    event: E_co
    team: Id | None = Field(default=None, alias="team_id")

    @property
    def user(self) -> str:
        """Who caused it; the clock if the event doesn't say."""
        return self.event.actor or CLOCK

    @property
    def channel(self) -> str | None:
        return self.event.place

    @property
    def named_incident(self) -> str:
        return ""

    @property
    def trigger_id(self) -> str | None:
        return None

    @property
    def response_url(self) -> str | None:
        return None


class UrlVerification(Model):
    type: Literal["url_verification"]
    challenge: Text


class RateLimited(Model):
    type: Literal["app_rate_limited"]
