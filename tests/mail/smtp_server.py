"""A real SMTP server (aiosmtpd) on this machine, which stores mails and fails on request.

`localhost.pem` and `localhost.key` are a self-signed certificate, used only here.
"""

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as WIRE
from pathlib import Path
from typing import Any, cast

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

from tests.harness.process import free_port
from tests.harness.waiting import until

HERE = Path(__file__).parent
CERTIFICATE, KEY = HERE / "localhost.pem", HERE / "localhost.key"
USER, PASSWORD = "muster", "p@ss:word/1"
OK = "250 OK"
DROP, STALL = "drop", "stall"  # instead of a reply: close the connection, or never answer
LOSE = "lose"  # close the connection and drop the mail


@dataclass
class Taken:
    """A received mail, with its sender and recipients."""

    sender: str
    to: list[str]
    mail: EmailMessage
    raw: bytes


@dataclass
class Handler:
    """The server's replies. `rcpt`, `data`: to a recipient, and to the mail itself (by address;
    ``*`` for all others); `next_data`: to the next mails, before those. A mail whose reply is
    dropped was accepted."""

    next_data: list[str] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: smtp.SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await _reply(server, self.rcpt.get(address, self.rcpt.get("*", OK)))

    async def handle_DATA(  # noqa: N802
        self, server: smtp.SMTP, session: Any, envelope: Envelope
    ) -> str:
        (address,) = envelope.rcpt_tos
        reply = self.data.get(address, self.data.get("*", OK))
        if self.next_data:
            reply = self.next_data.pop(0)
        if reply in (OK, DROP, STALL):
            raw = cast(bytes, envelope.original_content)
            mail = BytesParser(policy=WIRE).parsebytes(raw)
            self.taken.append(Taken(str(envelope.mail_from), [address], mail, raw))
        return await _reply(server, reply)


async def _reply(server: smtp.SMTP, reply: str) -> str:
    if reply == STALL:
        await asyncio.Event().wait()  # until the connection is closed
    if reply in (DROP, LOSE):
        assert server.transport is not None
        server.transport.close()
    return reply


class SmtpServer:
    """The server. `tls`: offers STARTTLS. `login`: requires a user and a password."""

    def __init__(self, *, tls: bool = False, login: bool = False) -> None:
        self.handler = Handler()
        self.port = free_port()
        options: dict[str, Any] = {}
        if tls:
            options["tls_context"] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            options["tls_context"].load_cert_chain(CERTIFICATE, KEY)
        if login:
            options |= {"authenticator": _authenticate, "auth_required": True}
            options["auth_require_tls"] = tls
        self.controller = Controller(
            self.handler, hostname="127.0.0.1", port=self.port, ready_timeout=20, **options
        )

    def __enter__(self) -> "SmtpServer":
        self.controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.controller.stop()

    def mails(self, to: str, about: str = "") -> list[Taken]:
        """The mails received for this address; `about`: a word in the subject, like INC-7."""
        there = [each for each in list(self.handler.taken) if each.to == [to]]
        return [each for each in there if not about or about in _words(each)]

    def expects(self, to: str, words: str, *, within: float = 20.0) -> Taken:
        """Wait for a mail to this address with this text."""
        found: list[Taken] = []

        def there() -> bool:
            found[:] = [each for each in self.mails(to) if words in text_of(each)]
            return bool(found)

        until(there, within=within, what=f"a mail to {to} with {words!r}")
        return found[0]


def text_of(taken: Taken) -> str:
    """The mail's plain text."""
    body = taken.mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _words(taken: Taken) -> list[str]:
    return re.split(r"[^A-Z0-9-]", taken.mail["Subject"])


def _authenticate(
    server: smtp.SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == known, handled=False)
