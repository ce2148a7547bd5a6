"""TCP resets, as from a router that lost its state."""

import socket
import struct

from aiohttp import web


def reset(request: web.Request) -> None:
    """Drop the connection of this request with RST instead of FIN."""
    if request.transport is None:
        return
    raw = request.transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
