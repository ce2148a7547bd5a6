"""The HTTP client of the control API."""

import json
from typing import Any
from urllib import error, request

from sandbox.driver.waiting import NotPossible

Json = dict[str, Any]

LOOPBACK = request.build_opener(request.ProxyHandler({}))
"""Never through a proxy, whatever the environment says."""


class Client:
    """A client for one sandbox, by URL. Raises ``NotPossible`` with the sandbox's sentence."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, body: Json) -> Any:
        return self._ask("POST", path, body)

    def delete(self, path: str) -> Any:
        return self._ask("DELETE", path)

    def text(self, path: str) -> str:
        """Get a plain-text page, such as the transcript ``/in/general``."""
        with LOOPBACK.open(self.url + path, timeout=30) as answer:
            return str(answer.read().decode())

    def _ask(self, verb: str, path: str, body: Json | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        asked = request.Request(self.url + path, data, headers, method=verb)
        try:
            with LOOPBACK.open(asked, timeout=60) as answer:
                return json.loads(answer.read())
        except error.HTTPError as refused:
            raise NotPossible(json.loads(refused.read())["problem"]) from None
