"""The port to the mail server: one mail per effect, at most once.

A mail can be neither searched for nor taken back, so one in doubt isn't sent again; the subscriber
is notified instead (see `bot.incident.subscribers`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.incident.effects import SendMail
from bot.incident.events import Posted, SubscriptionRequested
from bot.incident.incident import Incident
from bot.incident.subscribers import subscribed_at
from bot.mail.compose import compose, message_id
from bot.mail.delivery import deliver
from bot.mail.links import SubscriptionLinks
from bot.messages.mail import mail
from bot.ports import CallFailed, failed
from bot.smtp_url import Smtp
from bot.store.workspaces import Identity
from bot.streams.address import Mailbox


@dataclass(frozen=True, slots=True)
class MailPort:
    """Sends mails. `smtp`: None if no mail server is configured; then every mail is permanently
    refused."""

    smtp: Smtp | None
    links: SubscriptionLinks
    identity: Identity
    zone: ZoneInfo

    @property
    def effects(self) -> tuple[type, ...]:
        return (SendMail,)

    async def place(self, effect: SendMail, incident: Incident) -> str:
        """The address."""
        assert isinstance(effect.message.to, Mailbox)
        return effect.message.to.address

    async def perform(
        self, effect: SendMail, incident: Incident, place: str, at: datetime
    ) -> Posted:
        """Send the mail. Raises `CallFailed`."""
        if self.smtp is None:
            raise CallFailed("SMTP_URL isn't set", permanent=True)
        message = effect.message
        asks = isinstance(message.about.event, SubscriptionRequested)
        page = await self.links.link(incident, self._number(effect, incident, place))
        if asks and not page:
            raise CallFailed("MUSTER_PUBLIC_URL isn't set", permanent=True)
        workspace = self.identity.url.rstrip("/")
        channel = f"{workspace}/archives/{incident.channel}" if incident.channel else ""
        words = mail(incident, message, self.zone, page=page, channel=channel)
        about = "/".join(filter(None, (incident.id, incident.mark)))
        thread = f"{self.identity.team}/{about}"
        key = f"{thread}/{effect.key}"
        unsubscribe = "" if asks else page
        whole = compose(
            self.smtp, place, words, at, key=key, thread=thread, unsubscribe=unsubscribe
        )
        await deliver(self.smtp, whole, place)
        sent = message_id(self.smtp, key)
        return Posted(effect.key, str(effect.message.to), sent, effect.digest)

    async def forget(self, effect: SendMail, failure: CallFailed) -> bool:
        """Always False: an address has no other place."""
        return False

    async def refused(self, effect: SendMail, incident: Incident, failure: CallFailed) -> Any:
        """The event to record for a permanent refusal."""
        return failed(effect, failure)

    def _number(self, effect: SendMail, incident: Incident, place: str) -> int:
        """The number of the subscription that the mail is for."""
        about = effect.message.about
        if isinstance(about.event, SubscriptionRequested):
            return about.seq
        subscription = subscribed_at(incident, place)
        assert subscription is not None  # otherwise it wouldn't be relevant any more
        return subscription.number
