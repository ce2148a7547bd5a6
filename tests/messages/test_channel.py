"""Channel names: valid in Slack, and readable for titles in any script."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.channel import NAME_MAX, channel_name, slug

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Checkout is down", "checkout-is-down"),
        ("  API: 500s @ /v1/pay!! ", "api-500s-v1-pay"),
        ("Платёжка лежит", "platezhka-lezhit"),
        ("Überweisungen hängen", "uberweisungen-hangen"),
        ("支付宕机", "zhifudangji"),
        ("決済が止まった", "juejigazhimatta"),
        ("결제 장애", "gyeolje-jangae"),
        ("Η πληρωμή έπεσε", "i-pliromi-epese"),
        ("תשלומים נפלו", "tslvmym-nflv"),
        ("تعطل الدفع", "ttl-ldf"),
        ("भुगतान बंद", "bhugtan-bmd"),
        ("Checkout 🔥🔥 down", "checkout-down"),
        ("Checkout :fire: down :+1:", "checkout-down"),
        ("since 10:30:45 nothing", "since-10-30-45-nothing"),
        ("Can't pay, won’t pay", "cant-pay-wont-pay"),
        ("🔥🔥", "inc-7"),
        (":fire:", "inc-7"),
        ("???", "inc-7"),
        ("---", "inc-7"),
        ("<!channel> R&D", "channel-r-d"),
        ("①②③", "123"),
        ("_under_score_", "under-score"),
    ],
)
def test_a_title_in_any_script_becomes_a_topic(title: str, topic: str) -> None:
    assert slug(title, "INC-7") == topic


@given(st.text(max_size=300), st.integers(1, 99))
def test_every_name_is_one_that_slack_takes(title: str, attempt: int) -> None:
    name = channel_name(title, "INC-7", DAY, attempt)

    assert len(name) <= NAME_MAX
    assert re.fullmatch(r"incident-2026-11-21-[a-z0-9]+(-[a-z0-9]+)*", name)


@given(st.text(max_size=300))
def test_names_to_try_differ(title: str) -> None:
    names = {channel_name(title, "INC-7", DAY, attempt) for attempt in range(1, 100)}

    assert len(names) == 99


def test_a_long_title_keeps_room_for_the_suffix() -> None:
    name = channel_name("very " * 50, "INC-7", DAY, 12)

    assert name.endswith("-12")
    assert len(name) <= NAME_MAX
