"""Which function answers which method."""

from collections.abc import Callable
from typing import Any

from sandbox.sandbox import Sandbox

Json = dict[str, Any]
Handler = Callable[[Sandbox, Json], Json]

HANDLERS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """The function answers this method: arguments in, the answer without ``ok`` out."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register
