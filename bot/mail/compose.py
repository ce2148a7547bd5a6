"""Creates mails: headers that people's text can't break, plain text, and the same as simple
HTML."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bot.messages.mail import Mail
from bot.smtp_url import Smtp

SENDER_NAME = "Muster"
WIRE = SMTP.clone(cte_type="7bit")  # accepted by every server


def message_id(smtp: Smtp, key: str) -> str:
    """The Message-ID: the same each time an effect is sent. `key`: unique among workspaces."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{smtp.domain}>"


def compose(
    smtp: Smtp, to: str, mail: Mail, at: datetime, *, key: str, thread: str, unsubscribe: str
) -> bytes:
    """The mail as bytes. `at`: its date. `thread`: mails with the same thread are shown together.
    `unsubscribe`: the link of its subscription, if any."""
    message = EmailMessage(policy=WIRE)
    message["Subject"] = " ".join(mail.subject.split())
    message["From"] = Address(SENDER_NAME, addr_spec=smtp.sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(smtp, key)
    message["References"] = message_id(smtp, thread)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: prevents automatic replies
    if unsubscribe:  # RFC 8058: mail programs show a button, which sends a POST
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()
