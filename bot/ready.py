"""Checks whether the web process of a `muster run` is ready, and prints it once."""

import http.client
import socket
import time

_PATIENCE = 10.0  # seconds before it is printed what is missing


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


class Readiness:
    """Polls `/readyz` until it succeeds; then prints the address and `welcome`."""

    def __init__(self, host: str, port: int, welcome: str) -> None:
        everywhere = host in {"0.0.0.0", "::"}
        self._host = "127.0.0.1" if everywhere else host
        self._port = port
        self._welcome = welcome
        self._late_at = time.monotonic() + _PATIENCE
        self._done = False

    def look(self) -> None:
        """Poll once, unless done."""
        if self._done:
            return
        status, missing = self._ask()
        if status == http.client.OK:
            self._done = True
            print(f"Muster is ready, at http://{self._host}:{self._port}", flush=True)
            print(self._welcome, end="", flush=True)
        elif time.monotonic() > self._late_at:
            self._late_at = float("inf")
            print(f"Muster isn't ready yet: {missing}", flush=True)

    def _ask(self) -> tuple[int, str]:
        bot = http.client.HTTPConnection(self._host, self._port, timeout=0.5)
        try:
            bot.request("GET", "/readyz")
            answer = bot.getresponse()
            return answer.status, answer.read(500).decode(errors="replace").strip()
        except (OSError, http.client.HTTPException):
            return 0, "the bot isn't responding"
        finally:
            bot.close()
