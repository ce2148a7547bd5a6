"""Valid and invalid values of `SMTP_URL`."""

import pytest

from bot.errors import CommandError
from bot.settings import load
from bot.smtp_url import parse


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp://h?from=m@x.org", 587, False, "if offered"),
        ("smtp://h:25?from=m@x.org&starttls=1", 25, False, "always"),
        ("smtp://h:25?from=m@x.org&starttls=0", 25, False, "never"),
        ("smtp://u:p@h?from=m@x.org", 587, False, "always"),
        ("smtp://u:p@h?from=m@x.org&starttls=0", 587, False, "never"),
        ("smtps://h?from=m@x.org", 465, True, "never"),
        ("smtp://m%40x.org:p@h", 587, False, "always"),
    ],
)
def test_an_url_names_the_server_and_how_to_speak_to_it(
    url: str, port: int, tls: bool, starttls: str
) -> None:
    smtp = parse(url)
    assert (smtp.port, smtp.tls, smtp.starttls, smtp.sender) == (port, tls, starttls, "m@x.org")
    assert smtp.domain == "x.org"


WRONG = [
    *("h:25", "http://h?from=m@x.org", "smtp://?from=m@x.org", "smtp://h:0?from=m@x.org"),
    *("smtp://h", "smtp://u:secret@h", "smtp://h?from=m", "smtp://h?from=Muster <m@x.org>"),
    *("smtp://h?from=m@x.org&starttls=yes", "smtps://h?from=m@x.org&starttls=1"),
    *("smtp://h?from=m@x.org&form=1", "smtp://h/path?from=m@x.org", "smtp://h:99999?from=m@x.org"),
    *("smtp://h?from=m@x.org&from=n@x.org", "smtp://h?from=m@x.org%0aBcc:n@x.org"),
]


@pytest.mark.parametrize("url", WRONG)
def test_a_wrong_one_stops_the_start_with_one_sentence(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_URL", url)
    with pytest.raises(CommandError) as stopped:
        load()
    assert str(stopped.value).startswith("SMTP_URL: must be a URL like smtp://user:password@")
    assert "secret" not in str(stopped.value)


def test_its_password_is_kept_out_of_the_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtp://u:p%40ss-word@h?from=m@x.org")
    settings = load()
    assert "p@ss-word" in settings.secrets
    assert "ss-word" not in repr(settings)
    assert "ss-word" not in repr(settings.smtp)
