"""Reports failures: a stream whose handling raises at every attempt is quarantined, and the admins
are notified once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.messages import quarantine as words
from bot.ports import SETTLED, Turn, whose_turn
from bot.slack.client import SlackError
from bot.slack.conversations import GONE, Conversations, paginate
from bot.slack.groups import workspace_admins
from bot.slack.rate_limits import RateLimited
from bot.store import Quarantined, Store, Unreadable
from bot.store.outages import is_outage
from bot.streams.effect import Urgency

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Admins:
    """Notifies the admins. `named`: `@U…` and `#name`; empty: the workspace's admins."""

    slack: RateLimited
    store: Store
    named: Sequence[str] = ()

    async def report(self, stream_id: str, error: Exception, *, heavy: str = "") -> None:
        """Report that handling the stream raised; `heavy`: its heavy effect of this key.

        It is retried later; if it raises at every attempt it is quarantined, and the admins are
        notified.
        """
        log.error("reconciliation failed", stream=stream_id, heavy=heavy, exc_info=error)
        if is_outage(error):
            return  # the wake-up stays
        if isinstance(error, Unreadable):
            heavy = ""  # an unreadable stream is quarantined as a whole
        why = error.why if isinstance(error, Unreadable) else type(error).__name__
        quarantined = await asyncio.to_thread(
            partial(self.store.quarantine.record_failure, stream_id, why, heavy=heavy)
        )
        if quarantined is None:
            return
        log.error("quarantined", what=quarantined.what, why=quarantined.why)
        if quarantined.told is None:
            try:
                await self.tell(quarantined)
            except SlackError as refusal:  # the wake-up stays until they are notified
                log.warning(
                    "admins not notified yet", what=quarantined.what, reason=refusal.reason
                )
                if refusal.retry_after is not None:
                    later = timedelta(seconds=refusal.retry_after)
                    await asyncio.to_thread(self.store.quarantine.tell_later, quarantined, later)

    async def tell(self, quarantined: Quarantined) -> None:
        """Notify each of them once. Raises `SlackError` if one can't be reached for now."""
        whose_turn.set(Turn(f"{quarantined.what}/aside", Urgency.UPDATE))
        told, later = [], None
        for to in await self.who():
            try:
                await self._tell(to, quarantined)
                told.append(to)
            except SlackError as refusal:
                if refusal.permanent:
                    log.error("admin not notified", to=to, reason=refusal.reason)
                else:
                    later = refusal
        if later:
            raise later
        if not told:
            log.error("no admins notified: set MUSTER_ADMINS", what=quarantined.what)
        await asyncio.to_thread(self.store.quarantine.told, quarantined, told)

    async def who(self) -> Sequence[str]:
        """The configured admins, or the first few that Slack lists."""
        return self.named or await workspace_admins(self.slack)

    async def _tell(self, to: str, quarantined: Quarantined) -> None:
        """Post a message; if an earlier attempt may have succeeded, search for it first."""
        conversations = Conversations(self.slack, self.store)
        channel, key = await conversations.find(to), f"aside/{quarantined.what}/{quarantined.why}"
        began = await asyncio.to_thread(self.store.quarantine.begins_to_tell, quarantined, to)
        if began is not None:
            at = datetime.fromtimestamp(began / 1000, UTC)
            if await asyncio.to_thread(self.store.now) < at + timedelta(seconds=SETTLED):
                raise SlackError("in doubt", in_doubt=True)
            if await self._was_told(channel, key, at):
                return
            await asyncio.to_thread(
                self.store.quarantine.begins_to_tell, quarantined, to, anew=True
            )
        subject = quarantined.stream_id
        payload = {"incident": subject, "subject": subject, "kind": "aside", "key": key}
        try:
            await self.slack.call(
                "chat.postMessage",
                channel=channel,
                text=words.to_admins(
                    quarantined.stream_id, quarantined.why, heavy=quarantined.heavy
                ),
                metadata={"event_type": "muster", "event_payload": payload},
            )
        except SlackError as refusal:
            if refusal.reason in GONE:
                await conversations.forget(to)
            raise

    async def _was_told(self, channel: str, key: str, began: datetime) -> bool:
        history = paginate(
            self.slack,
            "conversations.history",
            "messages",
            channel=channel,
            oldest=f"{(began - timedelta(minutes=1)).timestamp():.6f}",
            include_all_metadata=True,
        )
        async for message in history:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return True
        return False
