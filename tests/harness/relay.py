"""A relay in front of a server, which can drop everything, as a firewall does."""

import socket
import threading
from contextlib import suppress

HERE = "127.0.0.1"
CHUNK = 2**16


class Relay:
    """Passes connections to `port` on to `target`. While it is cut, what is sent is dropped, and
    new connections get no answer."""

    def __init__(self, port: int, target: int) -> None:
        self._target = target
        self._passes = threading.Event()
        self._passes.set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((HERE, port), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._passes.clear()

    def mend(self) -> None:
        """New connections pass; those from before have lost bytes, and end."""
        self._end_all()
        self._passes.set()

    def close(self) -> None:
        self._listener.close()
        self._end_all()

    def _accept(self) -> None:
        while True:
            try:
                theirs, _ = self._listener.accept()
            except OSError:
                return
            ours = None
            if self._passes.is_set():
                with suppress(OSError):
                    ours = socket.create_connection((HERE, self._target))
            self._open.add(theirs)
            if ours is None:
                if self._passes.is_set():
                    self._end(theirs)  # nothing listens
                continue
            self._open.add(ours)
            for one, other in ((theirs, ours), (ours, theirs)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(CHUNK):
                if self._passes.is_set():
                    other.sendall(data)
        if self._passes.is_set():
            self._end(one)
            self._end(other)

    def _end_all(self) -> None:
        for each in list(self._open):
            self._end(each)

    def _end(self, one: socket.socket) -> None:
        self._open.discard(one)
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()
