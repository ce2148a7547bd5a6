"""The URL of a store behind Sentinels:
`redis+sentinel://[user:password@]host:26379[,host:port …]/SERVICE[/DB][?…]`.

User and password are the store's. Those of the Sentinels, if they have any, are the parameters
`sentinel_user` and `sentinel_password`. `tls=1` encrypts both.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from bot.errors import CommandError

SCHEME = "redis+sentinel"
PORT = 26379
EXAMPLE = "redis+sentinel://host1:26379,host2:26379/mymaster"
_PARAMETERS = ("db", "sentinel_user", "sentinel_password", "tls")
_HOST = re.compile(
    r"\[(?P<v6>[0-9A-Fa-f:.]{2,45})\](?::(?P<port6>.*))?|(?P<name>[^:\[\]]+)(?::(?P<port>.*))?"
)


@dataclass(frozen=True, slots=True)
class SentinelUrl:
    """`sentinels`: host and port of each. `user`, `password`: the store's."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    db: int = 0
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sentinel_user: str | None = None
    sentinel_password: str | None = field(default=None, repr=False)
    tls: bool = False


def parse(url: str) -> SentinelUrl:
    """Parse it. Raises `CommandError` that says what is wrong and how to write it, without the
    password.

    >>> parse("redis+sentinel://one,[::1]:26380/mymaster/2").sentinels
    (('one', 26379), ('::1', 26380))
    """
    try:
        # `urlsplit` accepts one host only
        head, _, hosts = url.partition("://")[2].partition("/")[0].rpartition("@")
        parts = urlsplit(f"{SCHEME}://{head}{'@' if head else ''}sentinels{_after_hosts(url)}")
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
        user, password = parts.username, parts.password
    except ValueError:
        raise _wrong("it isn't a URL") from None
    if unknown := sorted(query.keys() - {*_PARAMETERS}):
        raise _wrong(f"{unknown[0]} isn't one of its parameters ({', '.join(_PARAMETERS)})")
    service, *databases = [unquote(each) for each in parts.path.strip("/").split("/")]
    if not service:
        raise _wrong("the name of the service is missing")
    databases += query.get("db", [])
    if len(set(databases)) > 1 or not all(each.isdecimal() for each in databases):
        raise _wrong("the database must be one number")
    given = {name: values[-1] for name, values in query.items()}
    return SentinelUrl(
        tuple(map(_host, hosts.split(","))),
        service,
        int(databases[0]) if databases else 0,
        unquote(user) if user else None,
        unquote(password) if password else None,
        given.get("sentinel_user"),
        given.get("sentinel_password"),
        _switch(given.get("tls", "0")),
    )


def _after_hosts(url: str) -> str:
    _, slash, rest = url.partition("://")[2].partition("/")
    return slash + rest


def _host(written: str) -> tuple[str, int]:
    found = _HOST.fullmatch(written.strip())
    if found is None:
        raise _wrong(f"{written or 'an empty name'} isn't a host with a port")
    port = found["port6"] or found["port"] or str(PORT)
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise _wrong(f"{port} isn't a port")
    return found["v6"] or found["name"], int(port)


def _switch(written: str) -> bool:
    if written not in ("0", "1"):
        raise _wrong("tls must be 0 or 1")
    return written == "1"


def _wrong(why: str) -> CommandError:
    return CommandError(f"REDIS_URL: {why}; write it like {EXAMPLE}")
