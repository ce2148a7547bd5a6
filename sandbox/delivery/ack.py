"""What came back for a payload."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ack:
    """``problem`` is empty, or what Slack would say: ``operation_timeout``, ``http_error`` …

    ``blame``: the app was there and did not answer as it must, which is a violation.
    ``no_retry``: the app asked (``X-Slack-No-Retry``) not to get this event again.
    """

    body: Any = None
    problem: str = ""
    blame: str = ""
    no_retry: bool = False
