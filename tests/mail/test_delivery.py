"""The outcome recorded for each way a mail server can respond, or not."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from socket import socket
from time import perf_counter
from urllib.parse import quote

import pytest

from bot.mail.delivery import check_server, deliver
from bot.ports import CALL_TIMEOUT, CallFailed
from bot.smtp_url import Smtp, parse
from tests.mail.smtp_server import CERTIFICATE, DROP, PASSWORD, STALL, USER, SmtpServer

TO = "ana@acme.example"
MAIL = b"Subject: Hello\r\nFrom: muster@acme.example\r\n\r\nText.\r\n.\r\nA dot before.\r\n"


@pytest.fixture(scope="module")
def _server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def server(_server: SmtpServer) -> Iterator[SmtpServer]:
    yield _server
    for kept in (_server.handler.rcpt, _server.handler.data, _server.handler.taken):
        kept.clear()


def smtp(server: SmtpServer, options: str = "", *, user: str = "") -> Smtp:
    return parse(f"smtp://{user}localhost:{server.port}?from=muster@acme.example{options}")


async def refusal(to: Smtp, address: str = TO) -> CallFailed:
    with pytest.raises(CallFailed) as caught:
        await deliver(to, MAIL, address)
    return caught.value


async def test_a_mail_arrives_as_it_was_written(server: SmtpServer) -> None:
    await deliver(smtp(server), MAIL, TO)
    (taken,) = server.mails(TO)
    assert taken.sender == "muster@acme.example"
    assert taken.raw == MAIL


@pytest.mark.parametrize("stage", ["rcpt", "data"])
async def test_a_reply_is_never_in_doubt(server: SmtpServer, stage: str) -> None:
    replies = getattr(server.handler, stage)
    for reply, permanent in (("450 busy", False), (f"550 no {TO} here", True)):
        replies[TO] = reply
        failure = await refusal(smtp(server))
        assert (failure.permanent, failure.in_doubt) == (permanent, False)
        assert TO not in failure.reason
    assert failure.reason == "550 no (the address) here"
    assert server.handler.taken == []


async def test_a_connection_that_is_lost_is_in_doubt_once_the_mail_went(
    server: SmtpServer,
) -> None:
    server.handler.rcpt["early@acme.example"] = DROP
    server.handler.data["late@acme.example"] = DROP
    early = await refusal(smtp(server), "early@acme.example")
    late = await refusal(smtp(server), "late@acme.example")
    assert (early.permanent, early.in_doubt) == (False, False)
    assert (late.permanent, late.in_doubt) == (False, True)


async def test_a_server_that_stalls_is_given_up_in_time(server: SmtpServer) -> None:
    server.handler.rcpt["early@acme.example"] = STALL
    server.handler.data["late@acme.example"] = STALL
    began = perf_counter()
    early, late = await asyncio.gather(
        refusal(smtp(server), "early@acme.example"), refusal(smtp(server), "late@acme.example")
    )
    assert perf_counter() - began < CALL_TIMEOUT + 2
    assert (early.in_doubt, late.in_doubt) == (False, True)
    assert not early.permanent
    assert not late.permanent


async def test_a_login_without_a_password_is_only_the_sender(server: SmtpServer) -> None:
    await deliver(parse(f"smtp://muster%40acme.example@localhost:{server.port}"), MAIL, TO)
    (taken,) = server.mails(TO)
    assert taken.sender == "muster@acme.example"


async def test_a_login_that_the_server_does_not_know_is_said_in_its_words() -> None:
    with SmtpServer(tls=True) as server:  # whose AUTH is only for encrypted connections
        failure = await refusal(smtp(server, "&starttls=0", user="ana:secret@"))
    assert "AUTH" in failure.reason
    assert not failure.in_doubt


async def test_nobody_listening_is_a_refusal_for_now() -> None:
    with closing(socket()) as held:
        held.bind(("127.0.0.1", 0))  # bound, but not listening
        gone = parse(f"smtp://127.0.0.1:{held.getsockname()[1]}?from=muster@acme.example")
        failure = await refusal(gone)
    assert (failure.permanent, failure.in_doubt) == (False, False)


async def test_without_the_encryption_that_was_asked_for_nothing_is_sent(
    server: SmtpServer,
) -> None:
    failure = await refusal(smtp(server, "&starttls=1"))
    assert (failure.permanent, failure.in_doubt) == (False, False)
    assert server.handler.taken == []


async def test_a_password_goes_over_a_trusted_connection_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with SmtpServer(tls=True, login=True) as server:
        known = smtp(server, user=f"{USER}:{quote(PASSWORD, safe='')}@")
        untrusted = await refusal(known)
        assert (untrusted.permanent, untrusted.in_doubt) == (False, False)
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        await check_server(known)
        await deliver(known, MAIL, TO)
        wrong = await refusal(replace(known, password="wrong"))
        assert not wrong.permanent  # once the password is right, all pending mails are sent
        assert wrong.reason.startswith("535")
        with pytest.raises(CallFailed, match="535"):
            await check_server(replace(known, password="wrong"))
        assert len(server.mails(TO)) == 1
