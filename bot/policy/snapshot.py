"""The policy an incident was declared under, kept as text beside it.

What was written once has to be read for ever: keys that this version doesn't know are passed
over, keys that it has and the text hasn't take their default.
"""

import json
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from bot.incident.policy import Policy

_POLICY = TypeAdapter(Policy)  # built once: it costs more than a thousand uses


def dump(policy: Policy) -> str:
    """`policy` as JSON, the same text for the same policy. Durations are seconds."""
    return json.dumps(asdict(policy), default=_seconds, sort_keys=True, separators=(",", ":"))


def parse(text: str) -> Policy:
    """The policy that `dump` wrote, in this version or an older or newer one. Raises ValueError
    if it isn't one."""
    return _POLICY.validate_json(text)


def digest(text: str) -> str:
    """A short name for `text`: equal policies, equal digests."""
    return sha256(text.encode()).hexdigest()


def _seconds(value: object) -> float:
    if not isinstance(value, timedelta):
        raise TypeError(f"a policy holds no {type(value).__name__}")
    return value.total_seconds()
