"""The composed mail."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from zoneinfo import ZoneInfo

from bot.incident.declaring import Declare
from bot.incident.effects import CheckAddress, SendMail
from bot.incident.pending import pending_effects
from bot.incident.subscriptions import Subscribe
from bot.incident.updates import PostUpdate
from bot.mail.compose import compose
from bot.messages.mail import Mail, mail
from bot.smtp_url import parse
from tests.story import ANA, POLICY, Story

SMTP = parse("smtp://h?from=muster@acme.example")
TITLE = "Checkout & <b>pay</b>\r\nBcc: all@x.org \u2028\ud800 ü"
TEXT = "1 < 2 & <script>alert(1)</script>\n.\nhttps://x.org/?a=1&b=2 \u202eäö"
PAGE = "https://muster.example.com/subscriptions/INC-1.3.abc"


def subscribed(address: str) -> Story:
    """A story in which Ana has subscribed and Slack confirmed her address; nothing is sent from
    then on."""
    story = Story()
    story.at("10:00", Declare(TITLE, "SEV1", POLICY))
    story.slack_is_away()
    story.at("10:01", Subscribe(address), by=ANA)
    (check,) = (e for e in pending_effects(story.incident) if isinstance(e, CheckAddress))
    story.carry_out(check)
    return story


def last_mail(story: Story, page: str = PAGE) -> Mail:
    sent = [each for each in pending_effects(story.incident) if isinstance(each, SendMail)]
    zone = ZoneInfo("Europe/Berlin")
    return mail(story.incident, sent[-1].message, zone, page=page, channel="https://s/archives/C")


def written(page: str = PAGE) -> Mail:
    """The mail of an update."""
    story = subscribed("ana@example.com")
    story.at("10:05", PostUpdate(TEXT))
    return last_mail(story, page)


def on_the_wire(said: Mail, unsubscribe: str = PAGE) -> tuple[bytes, EmailMessage]:
    story = Story()
    raw = compose(
        SMTP, "ana@example.com", said, story.now, key="T/INC-1/mail:5:x", thread="T/INC-1",
        unsubscribe=unsubscribe,
    )  # fmt: skip
    return raw, message_from_bytes(raw, policy=WIRE)


def test_words_of_every_kind_break_no_header_and_no_markup() -> None:
    raw, read = on_the_wire(written())
    assert raw.isascii()
    assert "Bcc" not in read
    assert read["To"] == "ana@example.com"
    assert read["Subject"].startswith("[INC-1] SEV1 update: Checkout & <b>pay</b> Bcc: all@x.org")
    plain, rich = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    assert "1 < 2 & <script>alert(1)</script>\n.\nhttps://x.org" in plain.get_content().replace(
        "\r\n", "\n"
    )
    html = rich.get_content()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "\u202e" not in html


def test_a_subject_is_one_line() -> None:
    _, read = on_the_wire(Mail("Down\r\nBcc: all@x.org", "text", "<p>text</p>"))
    assert read["Subject"] == "Down Bcc: all@x.org"
    assert "Bcc" not in read


def test_a_mail_says_when_it_was_and_how_to_end_it() -> None:
    _, read = on_the_wire(written())
    plain = read.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert "2030-01-07 11:05 CET" in text
    assert f"To stop: {PAGE}" in text
    assert read["List-Unsubscribe"] == f"<{PAGE}>"
    assert read["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert read["Auto-Submitted"] == "auto-generated"


def test_without_a_page_it_says_what_to_type() -> None:
    _, read = on_the_wire(written(page=""), unsubscribe="")
    plain = read.get_body(("plain",))
    assert plain is not None
    assert "type /incident unsubscribe INC-1 in Slack" in plain.get_content()
    assert "List-Unsubscribe" not in read


def test_the_same_effect_has_the_same_message_id() -> None:
    (_, first), (_, again) = on_the_wire(written()), on_the_wire(written())
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@acme.example>")
    assert first["References"] != first["Message-ID"]


def test_the_question_whether_to_confirm_tells_nothing_of_the_incident() -> None:
    asks = last_mail(subscribed("team@other.example"))
    assert PAGE in asks.text
    assert f'href="{PAGE}"' in asks.html
    for text in (asks.subject, asks.text, asks.html):
        assert "INC-1" in text
        assert "Checkout" not in text
        assert "SEV1" not in text
