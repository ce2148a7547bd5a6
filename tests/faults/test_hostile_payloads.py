"""Malformed requests in Slack's name neither break the bot nor make it hang: each is logged in one
line, and people get answers meanwhile."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.listeners.features import FEATURES
from tests.e2e.test_requests import _signed
from tests.faults import payloads
from tests.faults.payloads import SOUND, click, command, interactive, spoilt, view
from tests.faults.trial_count import THOROUGH, Trials
from tests.harness import Harness, Incident, answer, until

OFTEN = settings(
    max_examples=10_000 if THOROUGH else 600,
    suppress_health_check=list(HealthCheck),
)
A_FORGED_TRIGGER = "no such trigger_id"  # invented by the tests, so Slack is right to refuse it

_numbers = count(1)


@pytest.fixture(scope="module")
def over_http() -> Iterator[Harness]:
    with Harness("http") as harness:
        harness.declares("sev3", title="The first one")  # INC-1, named in the payloads
        yield harness


@pytest.fixture(scope="module")
def by_socket() -> Iterator[Harness]:
    with Harness("socket") as harness:
        harness.declares("sev3", title="The first one")
        yield harness


def is_well(harness: Harness) -> None:
    """Check that the bot runs, logged no unexpected error, caused no violation, and answers
    people."""
    seen = harness.ana.types("/incident help")
    assert seen is not None
    assert "declare" in seen
    assert harness.processes["bot"].running
    before, traceback, after = harness.logs().partition("Traceback")
    assert not traceback, before[-1000:] + traceback + after[:3000]
    wrong = [each for each in harness.slack.forgives() if A_FORGED_TRIGGER not in each["what"]]
    assert not wrong, json.dumps(wrong, indent=1)


def posts(harness: Harness, payload: Any) -> int:
    """Send the payload as Slack does; returns the status of the answer."""
    if isinstance(payload, dict) and "command" in payload:
        said = {key: str(each) for key, each in payload.items() if each is not None}
        body = urlencode(said, errors="replace").encode()
    elif isinstance(payload, dict) and "event" in payload:
        body = json.dumps(payload).encode()
    else:
        body = urlencode({"payload": json.dumps(payload)}).encode()
    return sends(harness, body)


def sends(harness: Harness, body: bytes) -> int:
    return answer(f"{harness.url}/slack/events", body, _signed(body))[0]


def logged(harness: Harness) -> list[dict[str, Any]]:
    """The bot's log."""
    return [json.loads(line) for line in harness.processes["bot"].output.splitlines()]


def fresh(payload: Any) -> Any:
    """A copy with new ids, so that it isn't a redelivery."""
    if not isinstance(payload, dict):
        return payload
    named = [name for name in ("trigger_id", "event_id") if isinstance(payload.get(name), str)]
    return {**payload, **{name: f"{payload[name]}.{next(_numbers)}" for name in named}}


def there(payload: Any, channel: str) -> Any:
    """Move events from other channels into this incident's channel."""
    if not isinstance(payload, dict) or not ("event" in payload or "message" in payload):
        return payload
    return json.loads(json.dumps(payload).replace("C0GENERAL", channel))


def test_any_payload_over_http_is_answered_and_does_no_harm(
    over_http: Harness, trials: Trials
) -> None:
    places = st.sampled_from(("C0GENERAL", channel_of_the_first(over_http)))

    @OFTEN
    @given(st.one_of(SOUND, spoilt(), spoilt()), places)
    def whatever_comes(payload: Any, place: str) -> None:
        status = posts(over_http, there(fresh(payload), place))
        assert status in (200, 400, 404, 413), (status, payload)
        trials.add()
        if trials.tried % 50 == 0:
            is_well(over_http)

    whatever_comes()
    is_well(over_http)


def test_any_payload_over_a_socket_is_acknowledged_and_does_no_harm(
    by_socket: Harness, trials: Trials
) -> None:
    kinds = st.sampled_from(("interactive", "slash_commands", "events_api", "unheard_of"))
    places = st.sampled_from(("C0GENERAL", channel_of_the_first(by_socket)))

    @OFTEN
    @given(kinds, st.one_of(SOUND, spoilt(), spoilt(), st.sampled_from(payloads.ODD)), places)
    def whatever_comes(kind: str, payload: Any, place: str) -> None:
        assert by_socket.slack.delivers(kind, there(fresh(payload), place)) == ""
        trials.add()
        if trials.tried % 50 == 0:
            is_well(by_socket)

    whatever_comes()
    is_well(by_socket)


def channel_of_the_first(harness: Harness) -> str:
    return str(Incident(harness, "INC-1").record["channel"])


def counted(harness: Harness, what: str) -> float:
    """How often a listener was called, from `/metrics`."""
    lines = answer(f"{harness.url}/metrics")[1].splitlines()
    counts = [line for line in lines if line.startswith("muster_commands_total") and what in line]
    return sum(float(line.rpartition(" ")[2]) for line in counts)


def test_only_changed_messages_reach_a_listener(over_http: Harness) -> None:
    before = counted(over_http, "message.groups")
    for payload in payloads.EVENTS:
        if payload["event"]["type"] in ("message", payloads.UNHEARD_OF):
            assert posts(over_http, fresh(json.loads(json.dumps(payload)))) == 200
    assert counted(over_http, "message.groups") == before + 2
    is_well(over_http)


def test_every_name_finds_its_listener(over_http: Harness) -> None:
    """Every button, form, shortcut and event of the features, and an unknown one."""
    tables: dict[str, Callable[[str], Any]] = {
        "buttons": payloads.click,
        "submissions": lambda name: interactive("view_submission", view=view(name)),
        "shortcuts": lambda name: interactive("shortcut", callback_id=name),
        "message_shortcuts": lambda name: interactive(
            "message_action", callback_id=name, **payloads.MESSAGE
        ),
    }
    for table, made in tables.items():
        for name in (each for one in FEATURES for each in getattr(one, table)):
            asked, gone = counted(over_http, "verb="), counted(over_http, '"other"')
            assert posts(over_http, fresh(made(name))) == 200
            assert counted(over_http, "verb=") == asked + 1, (table, name)
            assert counted(over_http, '"other"') == gone, (table, name)
    is_well(over_http)


ILL = {
    "deep in objects": b'{"a":' * 100_000,
    "deep in lists": b'{"a":' + b"[" * 200_000,
    "deep in a form": b"payload=" + b"%5B" * 200_000,
    "a number without end": b'{"type":' + b"9" * 10_000 + b"}",
    "not a number": b'{"type":NaN}',
    "half a character": b'{"type":"\\ud800"}',
    "no text at all": b"\xff\xfe{\x00",
    "cut off": b'{"type":"event_callback","event":{"ty',
    "thousands of fields": b"&".join(b"a%d=1" % n for n in range(20_000)),
    "one field twice": b"payload=%7B%7D&payload=5",
    "an empty object": b"{}",
    "nothing": b"",
}


@pytest.mark.parametrize("what", ILL)
def test_a_signed_but_malformed_body_is_refused(over_http: Harness, what: str) -> None:
    before = len(logged(over_http))
    assert sends(over_http, ILL[what]) == 400
    assert [line["event"] for line in logged(over_http)[before:]] == ["malformed payload"]
    is_well(over_http)


WANTING = {
    "a command of nobody": (command(), ("user_id",)),
    "a click of nobody": (click(), ("user",)),
    "a click on nothing": (click(), ("actions", 0)),
    "a click without its name": (click(), ("actions", 0, "action_id")),
    "a form without its id": (interactive("view_submission", view=view("update")), ("view", "id")),
    "a form of nobody": (interactive("view_submission", view=view("update")), ("user", "id")),
    "a shortcut without its name": (interactive("shortcut", callback_id="x"), ("callback_id",)),
    "an event of no kind": (payloads.event("message"), ("event", "type")),
}


@pytest.mark.parametrize("what", WANTING)
def test_a_payload_without_a_required_field_is_logged_in_one_line(
    over_http: Harness, what: str
) -> None:
    payload, path = WANTING[what]
    payload = json.loads(json.dumps(payload))
    payloads.remove(payload, path)
    before = len(logged(over_http))
    assert posts(over_http, payload) == 400
    (said,) = logged(over_http)[before:]
    assert (said["level"], said["event"]) == ("warning", "malformed payload")
    assert said["why"].startswith("payload.")


def test_a_form_that_cannot_open_is_reported(over_http: Harness) -> None:
    asked = command("")
    del asked["trigger_id"]
    before = len(logged(over_http))
    assert posts(over_http, asked) == 200
    until(lambda: len(logged(over_http)) >= before + 2)
    said = [line["event"] for line in logged(over_http)[before:]]
    assert said == ["modal not opened", "response not shown"]  # its response_url is unreachable


@pytest.mark.parametrize("metadata", ["[]", "5", "{", "null", '{"incident": []}', "[" * 100_000])
def test_a_form_whose_metadata_is_not_ours_is_refused(over_http: Harness, metadata: str) -> None:
    form = interactive("view_submission", view={**view("update"), "private_metadata": metadata})
    assert posts(over_http, fresh(form)) == (200 if metadata == "null" else 400)
    is_well(over_http)


def test_requests_of_another_workspace_have_no_effect(over_http: Harness) -> None:
    before = over_http.logs().count(
        '"request from another workspace"'
    )  # malformed payloads were, too
    declaring = fresh(command("declare sev3 From elsewhere", team_id="T0OTHER"))
    assert posts(over_http, declaring) == 200
    clicked = {**click(), "team": {"id": "T0OTHER"}}
    assert posts(over_http, fresh(clicked)) == 200
    form = view("resolve") | {"app_installed_team_id": "T0OTHER", "team_id": "T0OTHER"}
    submitted = interactive("view_submission", view=form) | {"team": {"id": "T0OTHER"}}
    assert posts(over_http, fresh(submitted)) == 200
    assert "From elsewhere" not in [each["title"] for each in over_http.records()]
    assert over_http.logs().count('"request from another workspace"') == before + 3


def test_removed_buttons_and_forms_say_so(by_socket: Harness) -> None:
    hook = by_socket.ana.types("/incident help")
    assert hook is not None
    form = interactive("view_submission", view=view("unheard-of") | {"private_metadata": ""})
    done = by_socket.slack.post("/control/payloads", {"kind": "interactive", "payload": form})
    assert "This button no longer works" in str(done["answer"]["errors"])


FRAMES = ("", "{", "[]", "5", "null", '"x"', "[" * 200_000, '{"type": []}', '{"envelope_id": {}}')


def test_a_malformed_frame_leaves_the_connection_open(by_socket: Harness, trials: Trials) -> None:
    before = len(by_socket.slack.calls("apps.connections.open"))
    for frame in FRAMES:
        assert by_socket.slack.frames(frame) == 1, frame
        is_well(by_socket)
        trials.add()
    assert len(by_socket.slack.calls("apps.connections.open")) == before


def test_an_oversized_frame_costs_only_its_connection(by_socket: Harness) -> None:
    before = len(by_socket.slack.calls("apps.connections.open"))
    by_socket.slack.frames("x" * (17 * 2**20))
    until(lambda: len(by_socket.slack.calls("apps.connections.open")) > before, within=10)
    by_socket.slack.connected()
    is_well(by_socket)
