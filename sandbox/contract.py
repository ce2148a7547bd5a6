"""Slack's contract: methods, arguments, scopes, rate limit tiers, limits, Block Kit
(contract.json)."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Method:
    """One Web API method, as in Slack's reference.

    ``scopes``: alternatives; which one is needed depends on the kind of conversation.
    ``json_body`` false: Slack ignores a JSON body, so arguments go missing.
    """

    name: str
    json_body: bool
    tier: str
    scopes: tuple[str, ...]
    required: tuple[str, ...]
    args: dict[str, Json]
    errors: tuple[str, ...]


@cache
def load() -> Json:
    """The whole contract, loaded once."""
    contract: Json = json.loads((files("sandbox") / "contract.json").read_text("utf-8"))
    return contract


@cache
def methods() -> dict[str, Method]:
    """All supported methods, by name."""
    return {
        name: Method(
            name=name,
            json_body=spec["json_body"],
            tier=spec["tier"],
            scopes=tuple(spec["scopes"]),
            required=tuple(spec["required"]),
            args=spec["args"],
            errors=tuple(spec["errors"]),
        )
        for name, spec in load()["methods"].items()
    }


def scopes_of_field(field: str) -> tuple[str, ...]:
    """The scopes of which one is needed to see this field of an answer; without them it is left
    out.

    >>> scopes_of_field("user.profile.email")
    ('users:read.email',)
    """
    return tuple(load()["fields"][field])


def limit(name: str) -> int:
    """One of Slack's numeric limits, by name.

    >>> limit("topic"), limit("trigger_seconds")
    (250, 3)
    """
    value: int = load()["limits"][name]
    return value
