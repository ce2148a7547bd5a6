"""Pending calls: calls that began and have no known outcome, or were postponed.

Stored beside the stream, not in its history, and removed when the outcome is known. Times are
real (the store's `TIME`, ms), even in a rehearsal with a fake incident time.
"""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class PendingCall:
    """`began`: when the call to `channel` was sent, if no answer is known. `not_before`: don't try
    before then; `tries`, `why`: the attempts so far, and the last reason. `name`: only in entries
    of older releases."""

    began: int | None = None
    channel: str = ""
    not_before: int = 0
    tries: int = 0
    why: str = ""
    name: str = ""

    def dump(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def parse(text: str | bytes) -> PendingCall:
    return PendingCall(**json.loads(text))
