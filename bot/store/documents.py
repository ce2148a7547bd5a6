"""Values stored beside the streams: channel names, conversation ids, profiles, documents,
secrets."""

from datetime import timedelta
from secrets import token_hex

from bot.store.base import Part, text
from bot.streams.ids import StreamId


class Documents(Part):
    """Reads and writes small values by name."""

    def claim_name(self, name: str, stream_id: StreamId) -> bool:
        """Reserve a channel name; True if it is this incident's."""
        self.redis.hsetnx(f"{self.prefix}names", name, stream_id)
        return text(self.redis.hget(f"{self.prefix}names", name)) == stream_id

    def conversation(self, name: str) -> str | None:
        """The cached channel id of `#name` or `@U…`."""
        return text(self.redis.hget(f"{self.prefix}places", name))

    def put_conversation(self, name: str, channel: str | None) -> None:
        if channel is None:
            self.redis.hdel(f"{self.prefix}places", name)
        else:
            self.redis.hset(f"{self.prefix}places", name, channel)

    def profile(self, user: str) -> tuple[str | None, timedelta]:
        """The cached profile of a person, and how long it stays cached."""
        key = f"{self.prefix}profile:{user}"
        with self.redis.pipeline() as together:
            together.get(key)
            together.pttl(key)
            kept, left = together.execute()
        return text(kept), timedelta(milliseconds=max(0, int(left)))

    def put_profile(self, user: str, profile: str | None, for_: timedelta) -> None:
        key = f"{self.prefix}profile:{user}"
        if profile is None:
            self.redis.delete(key)
        else:
            self.redis.set(key, profile, ex=for_)

    def mark_no_channel(self, user: str, stream_id: StreamId) -> None:
        """Record that this incident, declared by `user`, has no channel."""
        self.put(f"stranded:{user}", stream_id)

    def without_channel(self, user: str) -> str | None:
        """The last incident declared by `user` that had no channel; it may have one by now."""
        return self.get(f"stranded:{user}")

    def claim_once(self, once_key: str, for_: timedelta) -> bool:
        """Claim the key for a time; True if this is the first claim within it."""
        return bool(self.redis.set(f"{self.prefix}deed:{once_key}", "1", nx=True, ex=for_))

    def subscribed_to(self, user: str) -> list[StreamId]:
        """The streams that `user` has ever subscribed to: so a person who leaves the workspace is
        also unsubscribed from those that aren't open."""
        found = map(text, self.redis.smembers(f"{self.prefix}subscribed:{user}"))
        return sorted(filter(None, found))

    def count_within(self, name: str, once: str, within: timedelta) -> int:
        """Count the different values of `once` under this name, including this one, in a window of
        `within` that starts with the first of them."""
        key = f"{self.prefix}counted:{name}"
        with self.redis.pipeline() as together:
            together.sadd(key, once)
            together.expire(key, within, nx=True)
            together.scard(key)
            return int(together.execute()[-1])

    def secret(self, name: str) -> bytes:
        """A secret of this workspace, created on first use. It isn't part of an export."""
        key = f"{self.prefix}secret:{name}"
        self.redis.set(key, token_hex(32), nx=True)
        kept = text(self.redis.get(key))
        assert kept is not None
        return kept.encode()

    def put(self, name: str, document: str, for_: timedelta | None = None) -> None:
        """Store a document: a draft, or a declaration not yet made."""
        self.redis.set(f"{self.prefix}paper:{name}", document, ex=for_)

    def get(self, name: str) -> str | None:
        return text(self.redis.get(f"{self.prefix}paper:{name}"))
