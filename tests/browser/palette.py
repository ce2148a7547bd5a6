"""Reduces screenshots to palettes of at most 256 colors."""

import base64
import struct
import zlib
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

REDUCE_COLORS = (Path(__file__).parent / "reduce_colors.js").read_text("utf-8")


def small(picture: bytes, page: Page) -> bytes:
    """Reduce a picture's colors, using a page of the browser."""
    found: dict[str, Any] = page.evaluate(REDUCE_COLORS, base64.b64encode(picture).decode())
    width, height = int(found["width"]), int(found["height"])
    pixels = base64.b64decode(found["pixels"])
    rows = b"".join(b"\0" + pixels[at : at + width] for at in range(0, len(pixels), width))
    colours = b"".join(int(each).to_bytes(3, "big") for each in found["palette"])
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", head),
        (b"PLTE", colours),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
