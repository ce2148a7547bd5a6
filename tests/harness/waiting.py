"""Waiting, and simple HTTP requests, in tests."""

from collections.abc import Callable
from time import monotonic
from urllib import error, request

from sandbox.driver.waiting import PATIENCE, pause

LOOPBACK = request.build_opener(request.ProxyHandler({}))


def until(look: Callable[[], object], *, within: float = PATIENCE, what: str = "that") -> None:
    """Wait until a condition holds, for at most this many real seconds."""
    began = monotonic()
    while not look():
        lasted = monotonic() - began
        assert lasted < within, f"after {within} s not yet: {what}"
        pause(lasted)


def answer(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """The status and text of an HTTP answer; 0 if there is none."""
    asked = request.Request(url, body, headers or {})
    try:
        with LOOPBACK.open(asked, timeout=10) as answered:
            return int(answered.status), answered.read().decode()
    except error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""
