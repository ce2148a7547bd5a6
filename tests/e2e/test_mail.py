"""Updates by e-mail, through a real mail server on this machine."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib import error, request
from urllib.parse import urlencode

import pytest

from tests.e2e.test_subscribing import declares_in_private, subscribes
from tests.harness import Harness, Incident, until
from tests.mail.smtp_server import DROP, OK, SmtpServer, Taken, text_of

PUBLIC = "http://muster.example.com"
CONFIRM, UNSUBSCRIBE = {"do": "confirm"}, {"do": "unsubscribe"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(scope="module")
def mailbox() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture(scope="module")
def _harness(mailbox: SmtpServer) -> Iterator[Harness]:
    url = f"smtp://127.0.0.1:{mailbox.port}?from=muster@acme.example"
    settings = {"SMTP_URL": url, "MUSTER_PUBLIC_URL": PUBLIC}
    with Harness("socket", also=("bot-2",), settings=settings) as harness:
        yield harness


@pytest.fixture
def harness(_harness: Harness, mailbox: SmtpServer) -> Iterator[Harness]:
    """A harness on another day for each test, so that the daily limit of addresses isn't used
    up."""
    with _harness.asks_the_store() as store:
        for key in store.scan_iter("*:counted:addresses:*"):
            store.delete(key)
    yield _harness
    for kept in (mailbox.handler.rcpt, mailbox.handler.data, mailbox.handler.taken):
        kept.clear()
    _harness.slack.duplicates(1)
    _harness.tidy()
    _harness.check_slack()


def posts_update(harness: Harness, incident: Incident, text: str) -> None:
    harness.ana.types(f"/incident update {text}", incident.channel)
    incident.channel.expects(text, kind="update")


def page_of(harness: Harness, taken: Taken) -> str:
    """The link in a mail, on this harness's web process."""
    found = re.search(rf"{re.escape(PUBLIC)}(/subscriptions/\S+)", text_of(taken))
    assert found, text_of(taken)
    return harness.url + found[1]


def asks(url: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """GET the page, or POST the form."""
    data = None if form is None else urlencode(form).encode()
    try:
        with request.urlopen(url, data, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except error.HTTPError as refused:
        return refused.code, refused.read().decode()


def confirms(harness: Harness, mailbox: SmtpServer, address: str) -> str:
    """Open the confirmation link of the mail; returns the page's URL."""
    url = page_of(harness, mailbox.expects(address, "confirm"))
    assert asks(url, CONFIRM)[0] == 200
    return url


def test_ones_own_address_gets_each_update_once(harness: Harness, mailbox: SmtpServer) -> None:
    incident = harness.declares("sev3")
    assert "Checking" in subscribes(harness.cleo, incident, "subscribe Cleo@ACME.example")
    incident.expects("subscription", "your address in Slack", to=harness.cleo.dm())
    posts_update(harness, incident, "Rolled back")
    taken = mailbox.expects("Cleo@acme.example", "Rolled back")
    assert taken.mail["Subject"].startswith(f"[{incident.id}] SEV3 update: ")
    harness.cleo.types("/incident unsubscribe", incident.channel)
    posts_update(harness, incident, "One more thing")
    harness.rests()
    assert len(mailbox.mails("Cleo@acme.example", incident.id)) == 1


def test_another_address_is_confirmed_by_the_button_and_not_by_opening_the_link(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    harness.slack.duplicates(5)
    subscribes(harness.cleo, incident, "subscribe team@other.example")
    harness.slack.duplicates(1)
    url = page_of(harness, mailbox.expects("team@other.example", "confirm"))
    for _ in range(3):
        status, page = asks(url)
        assert status == 200
        assert f"Send updates about {incident.id} to team@other.example?" in page
        assert page.count("<button") == 1
    posts_update(harness, incident, "Nobody has confirmed")
    harness.rests()
    assert len(mailbox.mails("team@other.example", incident.id)) == 1
    assert "SubscriptionConfirmed" not in incident.happened
    with ThreadPoolExecutor() as at_once:  # several clicks count as one
        answers = list(at_once.map(lambda _: asks(url, CONFIRM), range(5)))
    assert {status for status, _ in answers} == {200}
    assert incident.happened.count("SubscriptionConfirmed") == 1
    incident.expects("subscription", "is confirmed", to=harness.cleo.dm())
    posts_update(harness, incident, "It is fixed")
    taken = mailbox.expects("team@other.example", "It is fixed")
    harness.rests()
    assert len(mailbox.mails("team@other.example", incident.id)) == 2
    assert "List-Unsubscribe" in taken.mail


def test_a_mail_can_be_unsubscribed_from_by_its_reader(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    for number, form in enumerate((UNSUBSCRIBE, ONE_CLICK)):
        address = f"reader{number}@other.example"
        subscribes(harness.cleo, incident, f"subscribe {address}")
        url = confirms(harness, mailbox, address)
        assert "Unsubscribe" in asks(url)[1]
        assert "Unsubscribed." in asks(url, form)[1]
        assert "has ended" in asks(url)[1]
        assert asks(url, CONFIRM)[0] == 409
        posts_update(harness, incident, f"Unheard {number}")
        harness.rests()
        assert len(mailbox.mails(address, incident.id)) == 1


def test_a_link_ends_with_its_day_and_with_what_it_is_about(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    for address in ("late@other.example", "gone@other.example"):
        subscribes(harness.cleo, incident, f"subscribe {address}")
    late, gone = (
        page_of(harness, mailbox.expects(each, "confirm"))
        for each in ("late@other.example", "gone@other.example")
    )
    harness.cleo.types("/incident unsubscribe gone@other.example", incident.channel)
    assert asks(gone, CONFIRM)[0] == 409
    harness.moves("25h")
    assert "expired" in asks(late)[1]
    status, page = asks(late, CONFIRM)
    assert (status, "expired" in page) == (409, True)
    assert "SubscriptionConfirmed" not in incident.happened


def test_a_link_that_muster_has_not_made_opens_nothing(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    subscribes(harness.cleo, incident, "subscribe forged@other.example")
    url = page_of(harness, mailbox.expects("forged@other.example", "confirm"))
    about, _, mac = url.rpartition(".")
    stem, _, number = about.rpartition(".")
    forged = (f"{stem}.{int(number) + 1}.{mac}", f"{about}.{'0' * 32}", f"{about}.", f"{url}é",
              f"{harness.url}/subscriptions/x", f"{harness.url}/subscriptions/.")  # fmt: skip
    for each in forged:
        quoted = request.quote(each, safe=":/")  # type: ignore[attr-defined]
        assert asks(quoted)[0] == asks(quoted, CONFIRM)[0] == 404, each
    assert asks(url, {"do": "something else"})[0] == 400
    assert asks(url, {"do": "confirm" * 1000})[0] == 413
    assert "SubscriptionConfirmed" not in incident.happened


def test_a_mail_in_doubt_is_not_sent_again_and_its_reader_is_told(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    subscribes(harness.cleo, incident, "subscribe cleo@acme.example")
    incident.expects("subscription", "your address in Slack", to=harness.cleo.dm())
    mailbox.handler.data["cleo@acme.example"] = DROP
    posts_update(harness, incident, "Rolled back")
    incident.expects("subscription", "may not have arrived", to=harness.cleo.dm(), within=30)
    mailbox.handler.data.clear()
    posts_update(harness, incident, "And watching")
    mailbox.expects("cleo@acme.example", "And watching")
    harness.rests()
    texts = [text_of(each) for each in mailbox.mails("cleo@acme.example", incident.id)]
    assert sum("Rolled back" in each for each in texts) == 1
    said = harness.cleo.types("/incident audit", incident.channel)
    assert said is not None
    assert "c…@acme.example" in said
    assert "unknown: the mail server's answer was lost; not resent" in said
    assert "cleo@acme" not in said


def test_a_mail_that_is_refused_for_now_is_sent_once_later(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    subscribes(harness.cleo, incident, "subscribe cleo@acme.example")
    incident.expects("subscription", "your address in Slack", to=harness.cleo.dm())
    mailbox.handler.rcpt["cleo@acme.example"] = "450 greylisted"
    posts_update(harness, incident, "Rolled back")
    until(lambda: "450 greylisted" in harness.logs(), within=20, what="refused for now")
    mailbox.handler.rcpt["cleo@acme.example"] = OK
    mailbox.expects("cleo@acme.example", "Rolled back")
    harness.rests()
    assert len(mailbox.mails("cleo@acme.example", incident.id)) == 1


def test_a_mail_that_is_refused_for_good_is_told_to_who_subscribed(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    mailbox.handler.rcpt["nobody@other.example"] = "550 no such mailbox nobody@other.example"
    subscribes(harness.cleo, incident, "subscribe nobody@other.example")
    told = incident.expects("subscription", "wasn't delivered", to=harness.cleo.dm(), within=20)
    assert "550 no such mailbox (the address)" in told
    assert mailbox.mails("nobody@other.example", incident.id) == []


def test_a_private_incident_is_mailed_to_a_members_own_address_alone(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = declares_in_private(harness)
    harness.ana.types("/incident role ol @cleo", incident.channel)
    harness.rests()
    subscribes(harness.cleo, incident, "subscribe team@other.example")
    incident.expects("subscription", "only to your own address", to=harness.cleo.dm())
    subscribes(harness.cleo, incident, "subscribe cleo@acme.example")
    incident.expects("subscription", "your address in Slack.", to=harness.cleo.dm())
    posts_update(harness, incident, "Contained")
    mailbox.expects("cleo@acme.example", "Contained")
    harness.cleo.leaves(incident.channel)
    harness.rests()
    posts_update(harness, incident, "The culprit is known")
    harness.rests()
    assert len(mailbox.mails("cleo@acme.example", incident.id)) == 1
    assert mailbox.mails("team@other.example", incident.id) == []


def test_one_person_can_name_five_addresses_a_day(harness: Harness, mailbox: SmtpServer) -> None:
    dan = harness.person("dan")
    incidents = [harness.declares("sev3") for _ in range(2)]
    for number in range(6):
        said = subscribes(dan, incidents[number % 2], f"subscribe stranger{number}@other.example")
        assert ("more than 5 addresses" in said) == (number == 5)
    harness.rests()
    assert len([each for each in mailbox.handler.taken if "stranger" in each.to[0]]) == 5


def test_deactivated_people_get_no_more_mail_even_of_closed_incidents(
    harness: Harness, mailbox: SmtpServer
) -> None:
    incident = harness.declares("sev3")
    subscribes(harness.person("eve"), incident, "subscribe eve@acme.example")
    incident.expects("subscription", "your address in Slack", to=harness.person("eve").dm())
    harness.ana.types("/incident resolve it is over", incident.channel)
    mailbox.expects("eve@acme.example", "it is over")
    try:
        harness.slack.deactivates("eve")
        until(lambda: "Unsubscribed" in incident.happened, within=20, what="unsubscribed")
        posts_update(harness, incident, "One more thing")
        harness.rests()
        assert len(mailbox.mails("eve@acme.example", incident.id)) == 1
    finally:
        harness.slack.post("/control/people/eve", {"deleted": False})


def test_doctor_logs_in_to_the_mail_server(harness: Harness, mailbox: SmtpServer) -> None:
    found = harness.muster("doctor").stdout
    line = f"mail             127.0.0.1:{mailbox.port} lets Muster in; from muster@acme.example"
    assert f"ok    {line}" in found
    assert mailbox.handler.taken == []
