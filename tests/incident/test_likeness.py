"""When two titles resemble each other."""

import pytest

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
