"""Fault injection, as seen by a client."""

import http.client
import threading
from urllib import error

import pytest

from sandbox.driver import Slack
from tests.sandbox.api import Api
from tests.sandbox.app import App


def test_an_error_is_answered_so_many_times(slack: Slack, api: Api) -> None:
    slack.fails("chat.postMessage", error="restricted_action", times=1)
    channel = api.channel()
    assert api.refused("chat.postMessage", channel=channel, text="x") == "restricted_action"
    assert api("chat.postMessage", channel=channel, text="x")["ok"]
    assert not slack.violations()


def test_a_429_says_when_to_come_back_and_is_counted(slack: Slack, api: Api) -> None:
    slack.fails("auth.test", ratelimited=7, times=1)
    status, body, headers = api.status("auth.test")
    assert (status, body["error"], headers["Retry-After"]) == (429, "ratelimited", "7")
    assert slack.refused() == {"auth.test": 1}


def test_a_reset_after_applying_loses_only_the_answer(slack: Slack, api: Api) -> None:
    channel = api.channel()
    slack.fails("chat.postMessage", reset=True, when="after", times=1)
    with pytest.raises((error.URLError, ConnectionError, http.client.HTTPException)):
        api("chat.postMessage", channel=channel, text="said all the same")
    slack.channel(channel).expects("said all the same", within=0)
    assert slack.calls("chat.postMessage")[-1]["result"] == "reset after"


def test_a_reset_before_applying_loses_all(slack: Slack, api: Api) -> None:
    slack.fails("conversations.*", reset=True, times=1)
    with pytest.raises((error.URLError, ConnectionError, http.client.HTTPException)):
        api("conversations.create", name="incident-1")
    assert "incident-1" not in [channel["name"] for channel in slack.channels()]


def test_garbage_is_not_json(slack: Slack, api: Api) -> None:
    slack.fails(garbage=True, times=1)
    with pytest.raises(ValueError, match="Expecting value"):
        api("auth.test")


def test_the_nth_call_can_be_held_until_released(slack: Slack, api: Api) -> None:
    channel = api.channel()
    held = slack.fails("chat.postMessage", pause=True, when="after", skip=1, times=1)
    assert api("chat.postMessage", channel=channel, text="first")["ok"]
    second = threading.Thread(
        target=api, args=("chat.postMessage",), kwargs={"channel": channel, "text": "second"}
    )
    second.start()
    held.waiting()
    slack.channel(channel).expects("second", within=0)
    assert slack.calls("chat.postMessage")[-1]["result"] == ""
    held.releases()
    second.join(5)
    assert not second.is_alive()


def test_slack_away_answers_nothing_until_it_heals(slack: Slack, api: Api) -> None:
    slack.away()
    assert api._raw("auth.test", b"{}", "application/json")[0] == 503
    slack.heals()
    assert api("auth.test")["ok"]


def test_latency_and_filters_by_channel(slack: Slack, api: Api) -> None:
    slow, fast = api.channel("slow"), api.channel("fast")
    slack.fails("chat.postMessage", latency=150, channel=slow)
    for channel in (slow, fast):
        api("chat.postMessage", channel=channel, text="x")
    ms = [call["ms"] for call in slack.calls("chat.postMessage")]
    assert ms[0] >= 150 > ms[1]


def test_rate_limits_hold_when_asked_for(slack: Slack, api: Api) -> None:
    slack.limits(on=True)
    answers = [api.status("conversations.create", name=f"incident-{n}") for n in range(21)]
    assert [status for status, _, _ in answers] == [200] * 20 + [429]
    assert 0 < int(answers[-1][2]["Retry-After"]) <= 60
    channel = answers[0][1]["channel"]["id"]
    said = [api.status("chat.postMessage", channel=channel, text="x")[0] for _ in range(6)]
    assert said[0] == 200
    assert said[-1] == 429


def test_an_event_comes_again_at_once_then_after_a_minute(
    slack: Slack, app: App, api: Api
) -> None:
    api("conversations.join", channel="C0GENERAL")
    app.deaf = True
    slack.person("ana").says("anyone?", "general")
    slack.channel("general").until(lambda _: len(app.tries) == 2, what="one retry")
    slack.moves("1m")
    slack.channel("general").until(lambda _: len(app.tries) == 3, what="a retry after a minute")
    assert [number for number, _ in app.tries] == [None, "1", "2"]
    assert len({event_id for _, event_id in app.tries}) == 1
