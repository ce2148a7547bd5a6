"""Requests to the web process: only those that Slack signed recently have an effect."""

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import pytest

from tests.harness import SECRET, TOKEN, Harness, answer

FORM = "application/x-www-form-urlencoded"


def _signed(body: bytes, *, at: float | str | None = None, secret: str = SECRET) -> dict[str, str]:
    moment = str(int(time.time()) if at is None else at if isinstance(at, str) else int(at))
    base = b"v0:" + moment.encode() + b":" + body
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest}",
        "Content-Type": "application/json" if body.startswith(b"{") else FORM,
    }


def _declaring(title: str) -> bytes:
    return urlencode(
        {
            "command": "/incident",
            "text": f"declare sev3 {title}",
            "user_id": "U0ANA",
            "team_id": "T0ACME",
            "channel_id": "C0GENERAL",
            "trigger_id": f"t.{title}",
        }
    ).encode()


def _posts(harness: Harness, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    return answer(f"{harness.url}/slack/events", body, headers)


def test_signed_requests_are_executed(http: Harness) -> None:
    body = _declaring(title := http.title("Signed"))
    status, said = _posts(http, body, _signed(body))
    assert status == 200
    assert "Declared *INC-" in said
    assert title in [each["title"] for each in http.records()]


@pytest.mark.parametrize(
    "forgery",
    [
        "another secret",
        "another body",
        "stale",
        "from the future",
        "no signature",
        "no timestamp",
        "no number",
        "a negative number",
        "an endless number",
        "a number in another script",
        "no version",
        "not ascii",
        "empty",
    ],
)
def test_unsigned_requests_are_refused_without_effect(http: Harness, forgery: str) -> None:
    body = _declaring(title := http.title("Forged"))
    now = time.time()
    headers = {
        "another secret": lambda: _signed(body, secret="another-secret"),
        "another body": lambda: _signed(body + b"&x=1"),
        "stale": lambda: _signed(body, at=now - 301),
        "from the future": lambda: _signed(body, at=now + 330),
        "no signature": lambda: {**_signed(body), "X-Slack-Signature": ""},
        "no timestamp": lambda: {**_signed(body), "X-Slack-Request-Timestamp": ""},
        "no number": lambda: _signed(body, at="yesterday"),
        "a negative number": lambda: _signed(body, at="-5"),
        "an endless number": lambda: _signed(body, at="9" * 5000),
        "a number in another script": lambda: {
            **_signed(body),
            "X-Slack-Request-Timestamp": "\xb9\xb2\xb3",
        },
        "no version": lambda: {
            **_signed(body),
            "X-Slack-Signature": _signed(body)["X-Slack-Signature"].removeprefix("v0="),
        },
        "not ascii": lambda: {**_signed(body), "X-Slack-Signature": "v0=\xe9\xe9"},
        "empty": lambda: {"Content-Type": FORM},
    }[forgery]()
    status, _ = _posts(http, body, headers)
    assert status == 401
    assert title not in [each["title"] for each in http.records()]


@pytest.mark.parametrize("kind", [FORM, "application/json", "text/plain; charset=klingon"])
def test_bytes_that_are_no_text_are_refused(http: Harness, kind: str) -> None:
    body = b"\xff\xfe{\x00"
    unsigned = {**_signed(body, secret="another-secret"), "Content-Type": kind}
    assert _posts(http, body, unsigned)[0] == 401
    assert _posts(http, body, {**_signed(body), "Content-Type": kind})[0] == 400


@pytest.mark.parametrize("body", [b"{", b"{}", b"[]", b"payload=%7B", b"", b"payload=5"])
def test_signed_nonsense_breaks_nothing(http: Harness, body: bytes) -> None:
    status, _ = _posts(http, body, _signed(body))
    assert 400 <= status < 500
    assert answer(f"{http.url}/readyz")[0] == 200


def test_the_url_is_verified(http: Harness) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-123", "token": "t"}).encode()
    status, said = _posts(http, body, _signed(body))
    assert status == 200
    assert "c-123" in said


def test_ssl_check(http: Harness) -> None:
    body = b"ssl_check=1&token=t"
    assert _posts(http, body, _signed(body))[0] == 200


def test_too_many_events_is_taken_note_of(http: Harness) -> None:
    body = json.dumps(
        {"type": "app_rate_limited", "team_id": "T0ACME", "minute_rate_limited": 1}
    ).encode()
    assert _posts(http, body, _signed(body))[0] == 200
    assert "app_rate_limited" in http.logs()


def test_an_event_that_nobody_follows_is_taken(http: Harness) -> None:
    assert _happens(http, type="emoji_changed", subtype="add", event_ts="1.2") == 200


def test_new_messages_reach_no_listener(http: Harness) -> None:
    """Most events are new messages; handling each one would cost a millisecond."""
    before = _asked(http, "message")
    new = {"type": "message", "channel": "C0GENERAL", "user": "U0ANA", "text": "hi", "ts": "1.2"}
    assert _happens(http, **new) == 200
    assert _happens(http, **new, subtype="thread_broadcast") == 200
    assert _asked(http, "message") == before
    edited = {**new, "edited": {"user": "U0ANA", "ts": "1.3"}}
    assert (
        _happens(
            http, type="message", subtype="message_changed", channel="C0GENERAL", message=edited
        )
        == 200
    )
    assert _asked(http, "message") == before + 1


def _happens(harness: Harness, **event: object) -> int:
    """Send an event; returns the status of the answer."""
    about = {"team_id": "T0ACME", "api_app_id": "A0MUSTER", "event_time": 1}
    told = {"type": "event_callback", "event_id": harness.title("Ev"), **about, "event": event}
    body = json.dumps(told).encode()
    return _posts(harness, body, _signed(body))[0]


def _asked(harness: Harness, listener: str) -> float:
    """How often a listener of this kind was called."""
    page = answer(f"{harness.url}/metrics")[1]
    lines = [line for line in page.splitlines() if line.startswith("muster_commands_total")]
    return sum(float(line.split()[-1]) for line in lines if f'verb="{listener}' in line)


@pytest.mark.parametrize(
    "value",
    [
        *("INC-99999", "nonsense", "{", '{"incident": 5}', '["INC-1"]', "", "INC-1:x\n*"),
    ],
)
def test_a_button_of_an_incident_that_is_not_ours_is_answered(http: Harness, value: str) -> None:
    before = len(http.logs())
    payload = {
        "type": "block_actions",
        "user": {"id": "U0ANA", "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "channel": {"id": "C0GENERAL"},
        "trigger_id": http.title("trigger"),
        "container": {"type": "message", "channel_id": "C0GENERAL", "message_ts": "1.2"},
        "actions": [{"type": "button", "action_id": "ack", "block_id": "b", "value": value}],
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert _posts(http, body, _signed(body))[0] == 200
    assert "Traceback" not in http.logs()[before:]


def test_in_socket_mode_there_is_no_way_in_over_http(harness: Harness) -> None:
    body = _declaring("x")
    assert _posts(harness, body, _signed(body))[0] == 404


@pytest.mark.transports
def test_the_operator_can_look(either: Harness) -> None:
    assert answer(f"{either.url}/healthz")[0] == 200
    assert answer(f"{either.url}/readyz") == (200, "ready\n")
    assert answer(f"{either.url}/metrics")[0] == 200


@pytest.mark.transports
def test_no_token_is_in_any_log(either: Harness) -> None:
    either.declares("sev3")
    assert TOKEN not in either.logs()
    assert SECRET not in either.logs()
