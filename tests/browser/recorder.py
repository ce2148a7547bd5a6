"""A minimal HTTP app that records what it receives and gives prepared answers; not the bot."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs

from tests.harness.waiting import until

SECRET = "shhh"
Json = dict[str, Any]


class _Server(ThreadingHTTPServer):
    """A server with a long queue. Hundreds of events may arrive at once: with the usual queue of
    five, a refused client retries after one second, then after two more, which is later than Slack
    waits."""

    request_queue_size = 1024


class Recorder:
    """``heard``: the payloads received; ``answers``: the answers, by kind of payload."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.answers: dict[str, Callable[[Json], Json]] = {}
        app = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                is_form = "form" in self.headers["Content-Type"]
                form = {name: values[0] for name, values in parse_qs(body).items()}
                payload = json.loads(form.get("payload", "null") or "null") if is_form else None
                heard: Json = payload or (form if is_form else json.loads(body))
                app.heard.append(heard)
                answer = app.answers.get(heard.get("type", "command"))
                told = json.dumps(answer(heard)).encode() if answer else b""
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            def log_message(self, format: str, *args: object) -> None:
                """Don't log."""

        self._server = _Server(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Recorder":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def hears(self, kind: str) -> Json:
        """Wait for the next payload of this kind; drops earlier ones."""
        found: list[Json] = []

        def look() -> bool:
            found[:] = [each for each in self.heard if each.get("type", "command") == kind]
            return bool(found)

        until(look, what=f"a {kind}")
        self.heard.remove(found[0])
        return found[0]
