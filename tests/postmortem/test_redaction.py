"""Masked and unmasked texts; and no line, however long or odd, takes long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.postmortem.redaction import redact
from bot.postmortem.rules import RULES

# In pieces, so that scanners for leaked keys don't find them here.
SECRETS = {
    "Slack token": "xox" + "b-1234567890-abcdefGHIJKL",
    "Slack webhook": "https://hooks.slack.com/" + "services/T000/B000/" + "x" * 24,
    "AWS key": "AKIA" + "IOSFODNN7EXAMPLE",
    "GitHub token": "gh" + "p_" + "a1B2" * 9,
    "GitLab token": "glpat" + "-" + "a1B2" * 5,
    "Google key": "AIza" + "SyA-" + "a1B2" * 8,
    "Stripe key": "rk_" + "live_" + "a1B2" * 6,
    "API key": "sk-" + "proj-" + "a1B2" * 10,
    "access token": "hv" + "s." + "a1B2" * 10,
    "JSON web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "e-mail": "ana.ruiz+oncall@mail.example.com",
    "IBAN": "DE89 3704 0044 0532 0130 00",
    "card number": "5555-5555-5555-4444",
    "phone number": "+49 30 901820-12",
    "social security number": "078-05-1120",
}


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "I used {} just now",
        "({})",
        "«{}».",
        "`{}`",
        "*{}*",
        "{}, then {}",
        "看{}吧",
        "\n{}\n",
    ],
)
def test_a_secret_is_masked_wherever_it_stands(kind: str, around: str) -> None:
    redacted = redact(around.format(SECRETS[kind], SECRETS[kind]))

    assert SECRETS[kind] not in redacted.text
    assert set(redacted.counts) == {kind}
    assert redacted.counts[kind] == around.count("{}")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("password=hunter2", "password=[masked: password]"),
        ("PGPASSWORD: hunter2 psql", "PGPASSWORD: [masked: password] psql"),
        ('{"password": "two words", "a": 1}', '{"password": [masked: password], "a": 1}'),
        ("password: `a&amp;b,c`", "password: `[masked: password]`"),
        ("password:\n```hunter2```", "password:\n```[masked: password]```"),
        ("the password is hunter2!", "the password is [masked: password]"),
        ("パスワード：ひみつ", "パスワード：[masked: password]"),
        ("password = <http://se.cret|se.cret>", "password = [masked: password]"),
        ("client_secret=abc", "client_secret=[masked: secret]"),
        ("aws_secret_access_key = x/y", "aws_secret_access_key = [masked: secret]"),
        ("password => x", "password => [masked: password]"),
        ("password=>[masked: password]", "password=>[masked: password]"),
        ("secret: swordfish", "secret: [masked: secret]"),
        ("api-key: 12ab", "api-key: [masked: secret]"),
        ("login --password hunter2 -v", "login --password [masked: secret] -v"),
        ("curl -u ana:pw https://x", "curl -u [masked: secret] https://x"),
        ("Authorization: Basic YTpi", "Authorization: [masked: authorization header]"),
        (
            "curl -H 'authorization: Bearer a.b' https://x",
            "curl -H 'authorization: [masked: authorization header]' https://x",
        ),
        ("Cookie: sid=1; csrf=2", "Cookie: [masked: cookie]"),
        ("redis://:pw@cache:6379/0", "redis://[masked: credentials in a URL]@cache:6379/0"),
        ("https://u:p@ss@h/x", "https://[masked: credentials in a URL]@h/x"),
        (
            "<https://x.example/?token=abc&amp;a=1|the page>",
            "<https://x.example/?token=[masked: secret]&amp;a=1|the page>",
        ),
        ("<mailto:a@b.example|a@b.example>", "[masked: e-mail]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMII\n(cut off", "[masked: private key]"),
        ("order 12 4242 4242 4242 4242 3 times", "order 12 [masked: card number] 3 times"),
        ("GB82 WEST 1234 5698 7654 32 IS MINE", "[masked: IBAN] IS MINE"),
        ("渡辺@例え.テスト", "[masked: e-mail]"),
    ],
)
def test_text_around_a_secret_stays(text: str, masked: str) -> None:
    assert redact(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "10.0.3.17 and 2001:db8::1 are slow",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:" + "ab" * 32,
        "id 123e4567-e89b-12d3-a456-426614174000",
        "1709419260000 ms, order 4242424242424241",
        "https://acme.slack.com/archives/C0CHECKOUT/p1709419260000000",
        "git@github.com:acme/shop.git",
        "the token: it expired; tokens used: many; max_tokens=4096",
        "the password is wrong, reset your password",
        "pods web-7d4b9c6f5d-x2x8z at 12:30:15.123, 99.95 %, 2024-03-02 10:00",
        "disk-pressure-eviction-manager-loop restarted",
        "rows 100 200 300 400 500 600",
        "@ana: see #ops",
    ],
)
def test_useful_technical_text_stays(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).counts == {}


PIECES = [*SECRETS.values(), "password=", "secret: ", "token=", "Bearer ", "://", "@", ":", '"']
PIECES += ["[masked: e-mail]", "[masked: ", "]", "`", "<", ">", "|", "\n", " ", "-----BEGIN "]
PIECES += ["PRIVATE KEY-----", "a.b", "4242", "-", "+", "Authorization: ", "&", "?", "=>", "'"]


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = redact(text)

    assert redact(once.text).text == once.text
    assert redact(once.text).counts == {}


LONG = 100_000


# Texts that could cause backtracking; `_` stands for a space.
LONG_LINES = """
a a. a- a: a@ a@b. é@ % - : = @ < " 1 1_ 444_ 4242_ ab12_ (2 +1 +1_(2)_ DE89 DE89_ A1a/ eyJ eyJa.
:// a:// a://b: <mailto: password= password_is_ secret` token:_ ?token= --token_ -u_ Cookie:_a=
AKIA sk- SG. xoxb- bearer_ Authorization:_ -----BEGIN_ -----BEGIN_PRIVATE_KEY----- [masked:_
"""


@pytest.mark.parametrize("piece", [*LONG_LINES.split(), "_", "\n", "\t"])
def test_a_line_of_100_kb_comes_to_an_end(piece: str) -> None:
    """A pattern that backtracks takes minutes instead of 0.1 s and hangs the tests."""
    line = (piece.replace("_", " ") * LONG)[:LONG]
    once = redact(line + "!").text

    assert redact(once).text == once


def test_every_kind_has_a_name_that_fits_the_brackets() -> None:
    assert all(rule.kind and not set(rule.kind) & set("[]`<>:") for rule in RULES)
