"""Acknowledgements of payloads."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ack:
    """An acknowledgement. ``problem``: empty, or Slack's error: ``operation_timeout`` …

    ``blame``: the app was reachable and answered wrongly, which is a violation.
    ``no_retry``: the app asked not to retry this event (``X-Slack-No-Retry``).
    """

    body: Any = None
    problem: str = ""
    blame: str = ""
    no_retry: bool = False
