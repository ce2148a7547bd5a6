"""The URL of a store behind Sentinels, and the mistakes in it that are named."""

import pytest

from bot.errors import CommandError
from bot.wiring.sentinel_url import SentinelUrl, parse

ONE = (("one", 26379),)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("one/m", SentinelUrl(ONE, "m")),
        ("one:26380,two/m", SentinelUrl((("one", 26380), ("two", 26379)), "m")),
        ("[::1]:26379,10.0.0.1:7/m", SentinelUrl((("::1", 26379), ("10.0.0.1", 7)), "m")),
        ("[fe80::1]/m", SentinelUrl((("fe80::1", 26379),), "m")),
        ("one/m/3", SentinelUrl(ONE, "m", 3)),
        ("one/m?db=3", SentinelUrl(ONE, "m", 3)),
        ("one/m/3?db=3", SentinelUrl(ONE, "m", 3)),
        ("one/my%2Fmaster", SentinelUrl(ONE, "my/master")),
        (":p%40ss%2F@one/m", SentinelUrl(ONE, "m", password="p@ss/")),
        ("me:pw@one,two/m", SentinelUrl((*ONE, ("two", 26379)), "m", user="me", password="pw")),
        (
            "one/m?sentinel_password=s%26c&sentinel_user=watch&tls=1",
            SentinelUrl(ONE, "m", sentinel_user="watch", sentinel_password="s&c", tls=True),
        ),
    ],
)
def test_it_is_read(url: str, read: SentinelUrl) -> None:
    assert parse(f"redis+sentinel://{url}") == read


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("one", "the name of the service is missing"),
        ("one/", "the name of the service is missing"),
        ("one/m?db=abc", "the database must be one number"),
        ("one/m?db=-1", "the database must be one number"),
        ("one/m/0?db=1", "the database must be one number"),
        ("one/m/0/1", "the database must be one number"),
        ("one:abc/m", "abc isn't a port"),
        ("one:0/m", "0 isn't a port"),
        ("one:99999/m", "99999 isn't a port"),
        ("one,,two/m", "an empty name isn't a host with a port"),
        ("[::1/m", "isn't a host with a port"),
        ("::1:26379/m", "isn't a host with a port"),
        ("one/m?password=secret", "password isn't one of its parameters"),
        ("one/m?tls=yes", "tls must be 0 or 1"),
        ("one/m?secret", "it isn't a URL"),
    ],
)
def test_a_mistake_is_named(url: str, why: str) -> None:
    with pytest.raises(CommandError) as stop:
        parse(f"redis+sentinel://{url}")
    said = str(stop.value)
    assert said.startswith("REDIS_URL: ")
    assert why in said
    assert "secret" not in said
    assert "write it like redis+sentinel://host1:26379" in said
