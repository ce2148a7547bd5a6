"""Tells outages of Slack or the store from failures in handling one stream."""

from redis import RedisError, ResponseError

from bot.store.level import HeldBack

# How the error of a store that accepts no commands for now begins.
IN_NEED = ("BUSY", "MISCONF", "NOREPLICAS")


def is_outage(error: Exception) -> bool:
    """Whether the error is an outage, and not a failure in handling this stream. What an older
    process holds back is written later.

    >>> is_outage(ConnectionError()), is_outage(KeyError())
    (True, False)
    >>> is_outage(ResponseError("WRONGTYPE …"))
    False
    """
    if type(error) is ResponseError:
        return str(error).startswith(IN_NEED)
    return isinstance(error, RedisError | OSError | HeldBack)
