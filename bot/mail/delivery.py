"""Sends a mail: connect to the mail server, deliver, close."""

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

from bot.clock import seconds_since_boot
from bot.ports import CALL_TIMEOUT, CallFailed, check_in_time
from bot.smtp_url import Smtp

if TYPE_CHECKING:
    from aiosmtplib import SMTP

NOT_NOW = 60.0  # seconds until the next attempt after a server didn't let us in
GOODBYE = 1.0  # seconds to close the connection; the mail is already delivered
START_TLS = {"always": True, "never": False, "if offered": None}


async def deliver(smtp: Smtp, mail: bytes, to: str) -> None:
    """Deliver `mail` within `CALL_TIMEOUT` seconds. Raises `CallFailed`.

    A reply of the server is never in doubt: 5xx to sender, recipient or content is permanent; 4xx
    is temporary, and so is any earlier failure. The call is in doubt only if the content was sent
    and not answered.
    """
    from aiosmtplib import SMTPException, SMTPResponseException

    check_in_time(seconds_since_boot())
    handed_over = False
    client = _client(smtp)
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            await client.connect()
            try:
                await client.mail(smtp.sender)
                await client.rcpt(to)
                handed_over = True
                await client.data(mail)
            except SMTPResponseException as reply:
                raise CallFailed(_reason(reply, to), permanent=reply.code >= 500) from None
        await _say_goodbye(client)
    except SMTPResponseException as reply:
        raise CallFailed(_reason(reply, to), retry_after=NOT_NOW) from None
    except (SMTPException, OSError, TimeoutError) as lost:
        said = str(lost) if isinstance(lost, SMTPException) else type(lost).__name__
        reason = f"the mail server: {said or type(lost).__name__}".replace(to, "(the address)")
        raise CallFailed(reason, in_doubt=handed_over) from lost
    finally:
        client.close()


async def check_server(smtp: Smtp) -> None:
    """Connect and log in, without sending a mail. Raises `CallFailed`."""
    from aiosmtplib import SMTPException, SMTPResponseException

    client = _client(smtp)
    try:
        async with asyncio.timeout(CALL_TIMEOUT):
            await client.connect()
        await _say_goodbye(client)
    except SMTPResponseException as reply:
        raise CallFailed(f"{reply.code} {reply.message}") from None
    except (SMTPException, OSError, TimeoutError) as lost:
        raise CallFailed(str(lost) or type(lost).__name__) from None
    finally:
        client.close()


def _client(smtp: Smtp) -> "SMTP":
    from aiosmtplib import SMTP

    return SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.user if smtp.password else None,  # without one, it's only the sender
        password=smtp.password or None,
        use_tls=smtp.tls,
        start_tls=START_TLS[smtp.starttls],
        timeout=CALL_TIMEOUT,
        local_hostname=socket.gethostname(),  # the default would query the DNS, and wait
    )


async def _say_goodbye(client: "SMTP") -> None:
    from aiosmtplib import SMTPException

    with contextlib.suppress(SMTPException, OSError, TimeoutError):
        await client.quit(timeout=GOODBYE)


def _reason(reply: object, to: str) -> str:
    """The server's reply without the address, because reasons are shown to others, too."""
    said = f"{getattr(reply, 'code', '')} {getattr(reply, 'message', '')}".replace("\n", " ")
    return said.replace(to, "(the address)").replace(to.lower(), "(the address)")
