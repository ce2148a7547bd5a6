"""What is stored beside the streams: names, conversations, documents."""

from datetime import timedelta

from bot.store.base import Part, text
from bot.streams.ids import StreamId


class Documents(Part):
    """Small values by name."""

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

    def mark_no_channel(self, user: str, stream_id: StreamId) -> None:
        """Record that the incident declared by `user` got no channel."""
        self.put(f"stranded:{user}", stream_id)

    def without_channel(self, user: str) -> str | None:
        """The last incident of `user` that got no channel; it may have one by now."""
        return self.get(f"stranded:{user}")

    def claim_once(self, once_key: str, for_: timedelta) -> bool:
        """Whether this is the first claim of the key within its lifetime."""
        return bool(self.redis.set(f"{self.prefix}deed:{once_key}", "1", nx=True, ex=for_))

    def put(self, name: str, document: str, for_: timedelta | None = None) -> None:
        """Store a document: a draft, or a declaration not yet made."""
        self.redis.set(f"{self.prefix}paper:{name}", document, ex=for_)

    def get(self, name: str) -> str | None:
        return text(self.redis.get(f"{self.prefix}paper:{name}"))
