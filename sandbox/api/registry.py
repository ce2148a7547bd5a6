"""The functions that implement the methods, by method name."""

from collections.abc import Callable
from typing import Any

from sandbox.sandbox import Sandbox

Json = dict[str, Any]
Handler = Callable[[Sandbox, Json], Json]

HANDLERS: dict[str, Handler] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register a function for this method: it takes the arguments and returns the answer without
    ``ok``."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register
