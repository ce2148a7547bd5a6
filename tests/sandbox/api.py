"""A minimal Web API client, to see the exact answers."""

import json
from typing import Any
from urllib import error, parse, request

Json = dict[str, Any]

LOOPBACK = request.build_opener(request.ProxyHandler({}))


class Api:
    def __init__(self, url: str, token: str | None = "xoxb-1") -> None:
        self.url = url
        self.token = token

    def __call__(self, method: str, **args: Any) -> Json:
        """Call a method with a JSON body, or with a form for reading methods."""
        return self.form(method, **args) if _reads(method) else self.json(method, args)

    def json(self, method: str, args: Json) -> Json:
        return self._post(method, json.dumps(args).encode(), "application/json")[1]

    def form(self, method: str, **args: Any) -> Json:
        body = parse.urlencode(args).encode()
        return self._post(method, body, "application/x-www-form-urlencoded")[1]

    def status(self, method: str, **args: Any) -> tuple[int, Json, Any]:
        """The HTTP status, body and headers."""
        status, body, headers = self._raw(method, json.dumps(args).encode(), "application/json")
        return status, json.loads(body), headers

    def refused(self, method: str, **args: Any) -> str:
        """The error code of a call that must be refused."""
        answer = self(method, **args)
        assert not answer["ok"], answer
        return str(answer["error"])

    def channel(self, name: str = "incident-1", **args: Any) -> str:
        """The id of a new channel created by the bot."""
        return str(self("conversations.create", name=name, **args)["channel"]["id"])

    def _post(self, method: str, body: bytes, kind: str) -> tuple[int, Json]:
        status, raw, _ = self._raw(method, body, kind)
        return status, json.loads(raw)

    def _raw(self, method: str, body: bytes, kind: str) -> tuple[int, bytes, Any]:
        headers = {"Content-Type": kind}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        asked = request.Request(f"{self.url}/api/{method}", body, headers)
        try:
            with LOOPBACK.open(asked, timeout=10) as answer:
                return answer.status, answer.read(), answer.headers
        except error.HTTPError as refused:
            return refused.code, refused.read(), refused.headers


def _reads(method: str) -> bool:
    verb = method.rpartition(".")[2]
    return verb in ("info", "list", "replies", "members", "getPermalink", "get") or method in (
        "users.conversations",
        "files.getUploadURLExternal",
    )
