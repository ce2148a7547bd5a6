"""A pending call: begun without a known outcome, or postponed.

Stored beside the stream, not in its history; removed when its outcome is known. Times are real
(the store's `TIME`, ms), whatever a rehearsal makes of incident time.
"""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class PendingCall:
    """`began`: the call went out then, to `channel`, and no answer is known.
    `not_before`: Slack asked to wait until then; `tries` and `why` say how often and why.
    `name`: the channel name that is claimed, while a channel is being made."""

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
