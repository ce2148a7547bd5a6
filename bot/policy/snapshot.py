"""Snapshots: the policy that an incident was declared under, stored with the incident as text.

All stored snapshots must stay readable: unknown keys are ignored, missing keys get their default.
"""

import json
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

from pydantic import TypeAdapter

from bot.incident.policy import Policy

_POLICY = TypeAdapter(Policy)  # built once: building it costs more than a thousand uses


def dump(policy: Policy) -> str:
    """Serialize `policy` as JSON; equal policies give the same text. Durations are seconds."""
    return json.dumps(asdict(policy), default=_seconds, sort_keys=True, separators=(",", ":"))


def parse(text: str) -> Policy:
    """Parse a policy written by `dump`, in this version or any other. Raises `ValueError`."""
    return _POLICY.validate_json(text)


def digest(text: str) -> str:
    """A short digest of `text`; equal policies have equal digests."""
    return sha256(text.encode()).hexdigest()


def _seconds(value: object) -> float:
    if not isinstance(value, timedelta):
        raise TypeError(f"a policy can't contain a {type(value).__name__}")
    return value.total_seconds()
