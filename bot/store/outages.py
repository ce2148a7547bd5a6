"""Whether it is the world that failed, or the handling of one thing."""

from redis import RedisError, ResponseError

from bot.store.level import HeldBack

IN_NEED = ("BUSY", "MISCONF", "NOREPLICAS")  # how a store that takes no orders for now begins


def is_outage(error: Exception) -> bool:
    """Whether it is the world that failed, and not the handling of this one stream. What an older
    process holds back is written later.

    >>> is_outage(ConnectionError()), is_outage(KeyError())
    (True, False)
    >>> is_outage(ResponseError("WRONGTYPE …"))
    False
    """
    if type(error) is ResponseError:
        return str(error).startswith(IN_NEED)
    return isinstance(error, RedisError | OSError | HeldBack)
