"""Tells outages of Slack or the store from failures in handling one stream."""

from redis import RedisError, ResponseError

from bot.store.level import HeldBack

# Prefixes of the errors of a store that temporarily accepts no commands.
IN_NEED = ("BUSY", "MISCONF", "NOREPLICAS")


def is_outage(error: Exception) -> bool:
    """Whether the error is an outage rather than a failure in handling this stream. `HeldBack`
    counts as one: the event is written once the older process is gone.

    >>> is_outage(ConnectionError()), is_outage(KeyError())
    (True, False)
    >>> is_outage(ResponseError("WRONGTYPE …"))
    False
    """
    if type(error) is ResponseError:
        return str(error).startswith(IN_NEED)
    return isinstance(error, RedisError | OSError | HeldBack)
