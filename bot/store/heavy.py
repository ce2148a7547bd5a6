"""Heavy work: the leases of heavy effects, and the one set of wake-ups of the streams that want
some.
"""

from datetime import timedelta
from typing import Any, Final

import structlog

from bot.store.base import Part, ms
from bot.streams.ids import StreamId
from bot.streams.kind import AnyKind

DRAFT: Final = "draft"  # the key of the only heavy effect of the releases before this one

log = structlog.get_logger()


def wanted_keys(kind: AnyKind, state: Any) -> list[str]:
    """The keys of the heavy effects that are wanted; none if its effects raise: then reconciling
    the stream raises, too, which is reported there, and looks for them again once it doesn't.
    """
    try:
        return [each.key for each in kind.heavy_effects(state)]
    except Exception:
        log.exception("effects can't be told", kind=kind.prefix)
        return []


class HeavyWork(Part):
    """Who does which heavy effect, and which streams want some."""

    def take(self, stream_id: StreamId, key: str, token: str, for_: timedelta) -> bool:
        """Be the one who does this effect; False if somebody else is. The wake-up is moved to no
        later than the lease's end, because its holder may be killed.
        """
        return bool(self._run("TAKE", lease(stream_id, key), token, ms(for_), stream_id, 1))

    def renew(self, stream_id: StreamId, key: str, token: str, for_: timedelta) -> bool:
        """Keep the lease for longer; False if it was lost."""
        return bool(self._run("BEGIN", lease(stream_id, key), token, ms(for_), stream_id, "", ""))

    def release(self, stream_id: StreamId, key: str, token: str) -> None:
        """Let go of the lease, if it is still ours."""
        self._run("RELEASE", lease(stream_id, key), token)

    def finish(self, stream_id: StreamId, version: int) -> bool:
        """Nothing heavy is left to do: the wake-up is cleared. False if something happened since
        `version`: look again.
        """
        return bool(self._run("HEAVY_DONE", stream_id, version))


def lease(stream_id: StreamId, key: str) -> str:
    """The stored name of an effect's lease. The one of a draft is as it was before there were
    others: a process of that release, which may run beside this one, looks for it there.

    >>> lease("INC-7", "export"), lease("INC-7", "draft")
    ('heavy:INC-7:export', 'drafting:INC-7')
    """
    return f"drafting:{stream_id}" if key == DRAFT else f"heavy:{stream_id}:{key}"
