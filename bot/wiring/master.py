"""Connections to the master that the Sentinels name.

Each asks them whenever it connects, also when redis-py repeats a command (its own Sentinel client
goes back to the old address: https://github.com/redis/redis-py/issues/3874), and leaves a master
as soon as a Sentinel names another one, even in the middle of a read.
"""

import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis import Connection, ConnectionPool, ResponseError
from redis.connection import SSLConnection
from redis.exceptions import ConnectionError as StoreConnectionError
from redis.exceptions import MasterDownError, ReadOnlyError

from bot.store.confirmation import note_server
from bot.wiring.sentinels import Address, View, Watch

# Other errors of a server that isn't the master any more, or not yet, by their prefixes.
NOT_THE_MASTER = ("NOREPLICAS", "UNBLOCKED")


class NotTheMaster(StoreConnectionError):
    """The server refused a command because it can't write. Nothing was done: it may be repeated,
    on the master that the Sentinels name then."""


@dataclass(frozen=True, slots=True)
class Server:
    """A master, in one configuration of the Sentinels."""

    address: Address
    epoch: int


class ToMaster(Connection):
    """A connection to the master."""

    def __init__(self, *, watch: Watch, **options: Any) -> None:
        self.watch = watch
        self.server: Server | None = None
        super().__init__(**options)  # type: ignore[no-untyped-call]

    def _connect(self) -> socket.socket:
        named = self.watch.master()
        try:
            return self._connect_to(named)
        except (OSError, StoreConnectionError):
            # the first Sentinel to answer may be the last to hear of the new master
            self.watch.ask_all()
            newest = self.watch.known()
            if newest is None or newest.master in (None, named.master):
                raise
        return self._connect_to(newest)

    def _connect_to(self, named: View) -> socket.socket:
        assert named.master is not None
        self.host, self.port = named.master
        self.server = Server(named.master, named.epoch)
        note_server(self.server)
        connected: socket.socket = super()._connect()  # type: ignore[no-untyped-call]
        return connected

    def on_connect_check_health(self, check_health: bool = True) -> None:
        """Also check that it is a master: a Sentinel may not know yet that it was deposed."""
        super().on_connect_check_health(check_health)
        self.send_command("ROLE", check_health=False)  # type: ignore[no-untyped-call]
        try:
            role = self.read_response()[0]
        except ResponseError:  # not permitted: its first refusal will tell
            return
        if role != b"master":
            raise NotTheMaster(f"{self.host}:{self.port} isn't the master")

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return super().read_response(*args, **options)
        except ResponseError as refused:
            if not _is_not_the_master(refused):
                raise
            self.disconnect()  # type: ignore[no-untyped-call]
            raise NotTheMaster(str(refused)) from None

    def leave(self) -> None:
        """End it from another thread: its reader hears of it at once."""
        ours: Any = self._sock
        if ours is not None:
            with suppress(OSError):
                socket.socket.shutdown(ours, socket.SHUT_RDWR)


class ToMasterByTls(ToMaster, SSLConnection):
    """The same, encrypted."""


class MasterPool(ConnectionPool):
    """Connections to the master of a watch."""

    def __init__(self, watch: Watch, **options: Any) -> None:
        self.watch = watch
        kind = ToMasterByTls if watch.url.tls else ToMaster
        super().__init__(connection_class=kind, watch=watch, **options)
        watch.tell(self)

    def get_connection(self, *args: Any, **options: Any) -> ToMaster:
        found = super().get_connection(*args, **options)
        assert isinstance(found, ToMaster)
        note_server(found.server)
        return found

    def follow(self, master: Address) -> None:
        """Leave every other server."""
        with self._lock:
            there = [*self._available_connections, *self._in_use_connections]
        for each in there:
            if each.server is not None and each.server.address != master:
                each.leave()


def _is_not_the_master(refused: ResponseError) -> bool:
    known = isinstance(refused, ReadOnlyError | MasterDownError)
    return known or str(refused).startswith(NOT_THE_MASTER)
