"""`python -m tests.bench.attacker NAME PORT`: one attack on a bot on this machine, until it is
ended, for half a minute at most."""

import asyncio
import contextlib
import gzip
import sys
from collections.abc import Awaitable, Callable, Iterator

from tests.bench.signed_requests import request, typed

SECONDS = 30.0
INFLATED = 900 * 2**20  # bytes, of less than one when compressed
WORDS = (
    *("task a" + " " * 8_000 + "x", "update in " + "1h " * 5_000 + "x", "note " + "`" * 15_000),
    *("task " + "| a | b " * 2_000, "declare " + "sev1 " * 3_000, "milestone " + "1:" * 7_000),
)

Attack = Callable[[int], Awaitable[None]]


async def inflating(port: int) -> None:
    """Ten at a time: an unsigned body of a megabyte that inflates to 900."""
    body = gzip.compress(bytes(2**20)) * (INFLATED // 2**20)
    head = _head(len(body), "Content-Encoding: gzip")
    while True:
        await asyncio.gather(*(_sent(port, head + body) for _ in range(10)))


async def unsigned(port: int) -> None:
    """Ten at a time: a megabyte without a signature."""
    body = b"%" * (2**20 - 1)
    while True:
        await asyncio.gather(*(_sent(port, _head(len(body)) + body) for _ in range(10)))


async def words(port: int) -> None:
    """Signed commands of a member whose words take quadratic time in a careless parser."""
    while True:
        for text in WORDS:
            await _sent(port, typed(text, user="U0BOB"))


async def percent_signs(port: int) -> None:
    """Signed bodies of half a megabyte that are hard to parse."""
    while True:
        await _sent(port, request("payload=" + "%" * 500_000))


async def waiting(port: int) -> None:
    """A thousand connections, idle or with half a head, opened again as they are closed."""

    async def one(number: int) -> None:
        while True:
            with contextlib.suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                if number % 2:
                    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")
                await reader.read()
                writer.close()
            await asyncio.sleep(0.1)

    await asyncio.gather(*(one(number) for number in range(1000)))


async def many(port: int) -> None:
    """One member who declares and pages as fast as the answers come."""
    for number in range(10**6):
        await _sent(port, typed(f"declare sev3 Noise {number:x}", user="U0BOB"))
        await _sent(port, typed(f"page <@U0CARL> Noise {number:x}", user="U0BOB"))


ATTACKS: dict[str, Attack] = {
    each.__name__: each for each in (inflating, unsigned, words, percent_signs, waiting, many)
}


def told() -> Iterator[tuple[str, str]]:
    """Each attack, and what it does."""
    for name, attack in ATTACKS.items():
        yield name, " ".join((attack.__doc__ or "").split()).rstrip(".")


def _head(length: int, *more: str) -> bytes:
    lines = ("POST /slack/events HTTP/1.1", "Host: x", f"Content-Length: {length}", *more)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def _sent(port: int, whole: bytes) -> None:
    """Send it, and read the first line of the answer, if there is one."""
    with contextlib.suppress(OSError):  # refused before all of it was sent
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(whole)
        with contextlib.suppress(OSError):
            await reader.readline()
        writer.close()


async def _attack(name: str, port: int) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            await ATTACKS[name](port)


if __name__ == "__main__":
    asyncio.run(_attack(sys.argv[1], int(sys.argv[2])))
