"""The store's protocol (RESP 2 and 3), as far as a proxy has to understand it.

https://valkey.io/topics/protocol/
"""

from collections.abc import Iterator

MANY = {b"*": 1, b"~": 1, b">": 1, b"%": 2, b"|": 2}
SIZED = b"$=!"


class _Unfinished(Exception):
    pass


def whole(buffer: bytearray) -> Iterator[bytes]:
    """Take complete messages from the front of the buffer."""
    while buffer:
        try:
            end = _end(buffer, 0)
        except _Unfinished:
            return
        message = bytes(buffer[:end])
        del buffer[:end]
        yield message


def words(command: bytes) -> list[bytes]:
    """The words of a command, sent by clients as an array of strings.

    >>> words(b"*2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\na\\r\\n")
    [b'GET', b'a']
    """
    found, at = [], command.index(b"\r\n") + 2
    while at < len(command):
        start = command.index(b"\r\n", at) + 2
        size = int(command[at + 1 : start - 2])
        found.append(command[start : start + size])
        at = start + size + 2
    return found


def _end(data: bytearray, at: int) -> int:
    line = data.find(b"\r\n", at)
    if line < 0:
        raise _Unfinished
    kind, after = bytes(data[at : at + 1]), line + 2
    if kind in MANY:
        count = int(data[at + 1 : line]) * MANY[kind] + (kind == b"|")
        for _ in range(count):
            after = _end(data, after)
    elif kind in SIZED and (size := int(data[at + 1 : line])) >= 0:
        after += size + 2
    if after > len(data):
        raise _Unfinished
    return after
