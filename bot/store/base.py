"""The connection, key prefix and scripts that all parts of the store share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis, RedisError, ResponseError
from redis.exceptions import NoScriptError

from bot.store import scripts
from bot.store.confirmation import Replicas, Work
from bot.streams.kind import Kinds
from bot.streams.level import LEVEL


class TooOld(RedisError):
    """The store's level is above this process's, which may then neither read nor write."""

    def __init__(self, stores: int, ours: int) -> None:
        super().__init__(
            f"this Muster is too old for its store: its level is {ours}, the store's is "
            f"{stores}; install the release that the other processes run"
        )
        self.stores, self.ours = stores, ours


class Connection:
    """One workspace's connection, shared by the parts of a store. `level`: this process's level;
    scripts raise `TooOld` if the store's is higher. `replicas`: those that have to confirm what
    people are told, if there are any.
    """

    def __init__(
        self,
        redis: "Redis",
        team: str,
        kinds: Kinds,
        level: int = LEVEL,
        *,
        replicas: Replicas | None = None,
    ) -> None:
        self.redis = redis
        self.team = team
        self.kinds = kinds
        self.level = level
        self.replicas = replicas
        self.risen_to = 0  # the store's level as it was last read; it only rises
        self.prefix = f"muster:{{{team}}}:"
        self.scripts = {
            name: redis.register_script(lua) for name, lua in scripts.at_level(level).items()
        }

    def now(self) -> datetime:
        """The store's time, shared by all processes."""
        seconds, micros = self.redis.time()
        return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)

    def run(self, script: str, *args: Any) -> Any:
        """Run the script of this name (in capitals) from `lua/` and return its result. Raises
        `TooOld`."""
        known = self.scripts[script]
        try:
            try:
                # not `known(…)`, whose checks of deprecated arguments take longer than the call
                return self.redis.execute_command("EVALSHA", known.sha, 1, self.prefix, *args)
            except NoScriptError:
                return known(keys=[self.prefix], args=args)  # which sends the script
        except ResponseError as refused:
            code, _, stores = str(refused).partition(" ")
            if code != "TOOOLD":
                raise
            raise TooOld(int(stores), self.level) from None

    def confirm(self, work: Work) -> None:
        """Wait until all replicas that may become master have what was read and written. Raises
        `Unconfirmed`."""
        if self.replicas is not None:
            self.replicas.confirm(f"{self.prefix}confirmed", work)
        work.confirmed = True


class Part:
    """A part of the store, on a connection shared with the others."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.redis = connection.redis
        self.prefix = connection.prefix

    def now(self) -> datetime:
        """The store's time, shared by all processes."""
        return self._connection.now()

    def _run(self, script: str, *args: Any) -> Any:
        return self._connection.run(script, *args)


def index_keys(prefix: str) -> tuple[str, str]:
    """The keys of a kind's listings: all streams in order of creation, and the open ones. Those of
    incidents have older names."""
    return ("incidents", "open") if prefix == "INC" else (f"streams:{prefix}", f"open:{prefix}")


def counter_key(prefix: str) -> str:
    """The key of the last number given to a stream of this kind."""
    return "counter" if prefix == "INC" else f"counter:{prefix}"


def text(value: Any) -> str | None:
    """A value from Redis as text; None if there is none."""
    return value.decode() if isinstance(value, bytes) else value


def ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
