"""Parses `SMTP_URL`: the mail server, the login and the sender."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtps": 465, "smtp": 587}
STARTTLS: dict[str, Literal["always", "never"]] = {"1": "always", "0": "never"}

_SENDER = re.compile(r"[^\s@<>,;:\"]{1,64}@[A-Za-z0-9.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. `tls`: encrypted from the start. `starttls`: whether the connection is
    encrypted after the greeting. `sender`: the sender's address."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: Literal["always", "never", "if offered"] = "if offered"

    @property
    def domain(self) -> str:
        """The sender's domain."""
        return self.sender.rpartition("@")[2]


def parse(url: str) -> Smtp:
    """Parse `url`. Raises `ValueError`.

    A password is sent over an encrypted connection, unless `starttls=0` says otherwise.

    >>> parse("smtp://mail.example.com?from=muster@example.com")
    Smtp(host='mail.example.com', port=587, sender='muster@example.com', user='', tls=False, \
starttls='if offered')
    >>> parse("smtps://ana:p%40ss@mail.example.com?from=muster@example.com").port
    465
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.port == 0:
        raise ValueError("no server")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("more than a server")
    asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    if asked.keys() - {"from", "starttls"} or any(len(each) > 1 for each in asked.values()):
        raise ValueError("unknown options")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    (sender,) = asked.get("from", [user])
    if not _SENDER.fullmatch(sender):
        raise ValueError("no sender")
    tls = parts.scheme == "smtps"
    starttls: Literal["always", "never", "if offered"] = (
        "never" if tls else "always" if password else "if offered"
    )
    if "starttls" in asked:
        starttls = STARTTLS.get(asked["starttls"][0], starttls)
        if asked["starttls"][0] not in STARTTLS or (tls and starttls == "always"):
            raise ValueError("starttls is 1 or 0, and not for smtps")
    port = parts.port or PORTS[parts.scheme]
    return Smtp(parts.hostname, port, sender, user, password, tls, starttls)
