"""Signed links to the page of a subscription, one in every mail."""

import asyncio
from dataclasses import dataclass

from bot.incident.incident import Incident
from bot.signing import sign, verify
from bot.store import Store
from bot.streams.ids import StreamId

SECRET = "links"  # its name in the store
PURPOSE = "subscription"
PATH = "/subscriptions/"


@dataclass(frozen=True, slots=True)
class SubscriptionLinks:
    """Creates links. `public_url`: the URL of the web process for browsers; without it there are
    no links."""

    store: Store
    public_url: str | None

    async def link(self, incident: Incident, number: int) -> str:
        """The link to the page of the subscription `number`; empty if browsers can't reach it."""
        if not self.public_url:
            return ""
        secret = await asyncio.to_thread(self.store.documents.secret, SECRET)
        about = ".".join(filter(None, (incident.id, incident.mark, str(number))))
        return f"{self.public_url}{PATH}{sign(secret, PURPOSE, about)}"


def read_token(store: Store, token: str) -> tuple[StreamId, str, int] | None:
    """The incident, its mark and the subscription that a link is about; None if it isn't valid."""
    about = verify(store.documents.secret(SECRET), PURPOSE, token)
    if about is None:
        return None
    stream_id, *mark, number = about.split(".")
    return stream_id, "".join(mark), int(number)
