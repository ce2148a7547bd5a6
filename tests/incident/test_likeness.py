"""When two titles resemble each other."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.incident.similarity import alike, same

SAME = [
    ("Checkout is down", "checkout IS  down!"),
    ("Ｃheckout: is down", "Checkout is down"),
    ("Платёжка лежит", "платёжка лежит."),
    ("🔥", "🔥 "),
]

ALIKE = [
    ("Checkout is down", "Checkout down"),
    ("Checkout is down", "Down: checkout"),
    ("Chekcout is down", "Checkout is down"),
    ("Checkout is down", "Checkout is down for customers in the EU"),
    ("Payment errors in EU", "Payments error in EU"),
    ("Card payments fail", "Cards: payment fails"),
    ("Replica db-3 lags", "db-3 replica lags behind"),
    ("Не работает оплата", "Оплата не работает у всех"),
    ("Checkout is down", "Chekcout down"),
    ("Checkout is down", "check-out is down"),
    ("Checkout is down", "Check out down"),
    ("Checkout is down", "down: checkout"),
    ("Checkout is down", "The checkout is down again"),
    ("Checkout is down", "Checkuot is donw"),
    ("Card payments failing", "card payment failed"),
    ("Payments are failing", "Payment fails"),
    ("Login is broken", "Logins are broken"),
    ("Login page is broken", "Broken login page"),
    ("API returns errors", "API returning error"),
    ("API errors", "The API is returning errors"),
    ("500 errors on checkout", "Checkout errors 500"),
    ("Replica db-3 lags", "replica DB-3 lagging"),
    ("Zahlungen gestört", "Zahlung gestoert"),
    ("Zahlungen gestört", "Zahlungen gestort"),
    ("Paiements cassés", "Paiement cassé"),
    ("Search is slow", "Searches slow"),
    ("Database connections exhausted", "database connection pool exhausted"),
    ("Mail is late", "Mails are late"),
    ("Outage", "Outages"),
    ("Website not loading", "web site not loading"),
    ("Emails not delivered", "Email delivery not working"),
    ("Redis timeouts in checkout", "checkout: redis timeout"),
    ("Kafka consumer lag", "Kafka consumers lagging"),
    ("Site unreachable from Germany", "Site unreachable Germany"),
    ("Cannot log in", "Can not log in"),
    ("Checkout is dwon", "Checkout is down"),
]

OTHER = [
    ("Checkout is down", "Search is down"),
    ("Checkout is down", "Checkout is slow"),
    ("Replica db-3 lags", "Replica db-4 lags"),
    ("Errors on host 7", "Errors on host"),
    ("Down", "Checkout is down"),
    ("Checkout", "Checkout is down"),
    ("🔥", "💥"),
    ("Checkout is down", ""),
    ("Replica db3 lags", "Replica db-4 lags"),
    ("Payments are failing in EU", "Payments are failing in US"),
    ("Database primary is down", "Database replica is down"),
    ("Mail is down", "Mall is down"),
    ("Import is broken", "Export is broken"),
    ("Inbound mail is late", "Outbound mail is late"),
    ("Node in eu-west-1 lost", "Node in eu-west-2 lost"),
    ("Release v2.3 broken", "Release v2.4 broken"),
    ("Errors at 5%", "Errors at 10%"),
    ("Login fails", "Logs fail"),
    ("Android app crashes", "iOS app crashes"),
    ("Frontend deploy stuck", "Backend deploy stuck"),
    ("Staging is down", "Production is down"),
    ("Web is down", "API is down"),
    ("Read latency high", "Write latency high"),
    ("Card payments fail", "Card refunds fail"),
    ("The build is broken", "The site is broken"),
    ("Cache is cold", "Cash is cold"),
    ("Node 7 unreachable", "Node 17 unreachable"),
    ("決済が落ちた", "検索が落ちた"),
    ("Is it up", "Is it on"),
    ("It is down", "We are down"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_words_are_the_same(one: str, other: str) -> None:
    assert same(one, other)
    assert alike(one, other)


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_most_of_the_words_are_alike_but_not_the_same(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)
    assert not same(one, other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_too_few_words_or_another_number_is_another_thing(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(
    st.sampled_from(["Node {} is down in the EU", "{} lags behind", "Errors on {}"]),
    *[st.from_regex(r"[a-z]{0,3}[0-9]{1,3}[a-z]?", fullmatch=True)] * 2,
)
def test_titles_that_differ_in_a_word_with_a_digit_never_resemble(
    title: str, one: str, other: str
) -> None:
    assume(one != other)
    assert not alike(title.format(one), title.format(other))
