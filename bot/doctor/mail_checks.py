"""Check that updates can be sent by e-mail, or say what is missing without it."""

import asyncio
from collections.abc import Iterator

from bot.doctor.finding import Finding, failure
from bot.mail.delivery import check_server
from bot.ports import CallFailed
from bot.settings import Settings


def examine(settings: Settings) -> Iterator[Finding]:
    """Connect and log in to the mail server, without sending a mail."""
    smtp = settings.smtp
    if smtp is None:
        costs = "SMTP_URL is not set: subscribers get updates by direct message only"
        yield Finding("mail", costs)
        return
    try:
        asyncio.run(check_server(smtp))
    except CallFailed as refusal:
        wrong = f"{smtp.host}:{smtp.port} doesn't let Muster in ({refusal.reason})"
        yield failure("mail", wrong, "check SMTP_URL: host, port, user, password, starttls")
    else:
        yield Finding("mail", f"{smtp.host}:{smtp.port} lets Muster in; from {smtp.sender}")
    if settings.muster_public_url is None:
        costs = (
            "MUSTER_PUBLIC_URL is not set: only one's own address in Slack can subscribe, and "
            "mails have no link to unsubscribe"
        )
        yield Finding("mail links", costs, "set it to how browsers reach the web process")
