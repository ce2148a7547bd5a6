"""Mistakes that the real Slack would reject are rejected here, and recorded as violations."""

from pathlib import Path

import pytest

from sandbox.blockkit import check_message, check_view
from sandbox.driver import Slack
from sandbox.server import Running
from tests.sandbox.api import Api, Json
from tests.sandbox.app import card, modal


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: Json, **more: object) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def test_an_unknown_method_is_a_violation(slack: Slack, api: Api) -> None:
    assert api.refused("chat.scheduleMessage", channel="C0GENERAL") == "unknown_method"
    assert slack.violations()[0]["where"] == "chat.scheduleMessage"


def test_a_missing_argument_is_named(slack: Slack, api: Api) -> None:
    answer = api("chat.postMessage", text="x")
    assert answer["error"] == "invalid_arguments"
    messages = answer["response_metadata"]["messages"]
    assert messages == ["[ERROR] missing required field: channel"]
    assert len(slack.violations()) == 1


def test_an_unknown_argument_passes_but_is_a_violation(slack: Slack, api: Api) -> None:
    assert api("chat.postMessage", channel=api.channel(), text="x", colour="red")["ok"]
    assert slack.violations()[0]["what"] == "unknown argument: colour"


def test_a_json_body_is_not_read_where_slack_does_not_read_it(slack: Slack, api: Api) -> None:
    assert api.json("users.info", {"user": "U0ANA"})["error"] == "invalid_arguments"
    assert api.form("users.info", user="U0ANA")["ok"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        (None, "auth.test", "not_authed"),
        ("nonsense", "auth.test", "invalid_auth"),
        ("xapp-1", "auth.test", "not_allowed_token_type"),
        ("xoxb-1", "apps.connections.open", "not_allowed_token_type"),
    ],
)
def test_the_token_must_fit(running: Running, token: str, method: str, error: str) -> None:
    assert Api(running.url, token).refused(method) == error
    assert len(Slack(running.url).violations()) == 1


def test_a_scope_that_the_manifest_lacks_is_missed(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text("oauth_config: {scopes: {bot: [chat:write, channels:manage]}}")
    with Running("--manifest", str(manifest)) as running:
        api = Api(running.url)
        channel = api.channel()
        answer = api("pins.add", channel=channel, timestamp="1.1")
        assert answer["error"] == "missing_scope"
        assert answer["needed"] == "pins:write"
        assert answer["provided"] == "channels:manage,chat:write"
        private = api.refused("conversations.create", name="x", is_private=True)
        assert private == "missing_scope"


@pytest.mark.parametrize("scopes", ["users:read", "users:read, users:read.email"])
def test_an_address_is_told_with_a_scope_for_it_alone(tmp_path: Path, scopes: str) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(f"oauth_config: {{scopes: {{bot: [{scopes}]}}}}")
    with Running("--manifest", str(manifest)) as running:
        api = Api(running.url)
        people = [api("users.info", user="U0ANA")["user"], api("users.list")["members"][0]]
        told = ["ana@acme.example" if "email" in scopes else None] * 2
        assert [each["profile"].get("email") for each in people] == told


@pytest.mark.parametrize(
    ("blocks", "complaint"),
    [
        ([section("x" * 3001)], "less than 3001"),
        ([section("")], "more than 0"),
        ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
        ([actions(button(text=plain("x" * 76)))], "less than 76"),
        ([actions(button(value="x" * 2001))], "less than 2001"),
        ([actions(button(), button())], "action_id 'go' already exists"),
        ([actions(button(), block_id="a"), actions(button(), block_id="a")], "block_id 'a'"),
        ([actions(*(button(action_id=f"a{n}") for n in range(26)))], "no more than 25"),
        ([section("x")] * 51, "no more than 50"),
        ([actions(button(style="loud"))], "primary, danger"),
        ([actions(button(colour="red"))], "additional property: colour"),
        ([{"type": "section"}], "needs any of text, fields"),
        ([{"type": "actions"}], "missing required field: elements"),
        ([{"type": "alert", "text": plain("x")}], "unsupported type: alert in a message"),
        ([actions({"type": "plain_text_input", "action_id": "x"})], "unsupported type"),
        ([{"type": "nonsense"}], "unsupported type: nonsense"),
        ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "table"),
        ("not blocks", "must be an array"),
    ],
)
def test_blocks_that_slack_refuses(blocks: object, complaint: str) -> None:
    problems = check_message(blocks)
    assert any(complaint in problem for problem in problems), problems


def test_blocks_that_slack_takes() -> None:
    assert check_message(card()["blocks"]) == []
    assert check_view(modal()) == []


def test_bad_blocks_are_refused_with_their_pointers(slack: Slack, api: Api) -> None:
    answer = api("chat.postMessage", channel=api.channel(), text="x", blocks=[section("")])
    assert answer["error"] == "invalid_blocks"
    assert "/blocks/0/text/text" in answer["response_metadata"]["messages"][0]
    assert slack.violations()[0]["where"] == "chat.postMessage"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"title": plain("x" * 25)}, "less than 25"),
        ({"submit": None}, "missing required field: submit"),
        ({"private_metadata": "x" * 3001}, "less than 3001"),
        ({"callback_id": "x" * 256}, "less than 256"),
        ({"blocks": [section("x")] * 101}, "no more than 100"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
        ({"colour": "red"}, "additional property: colour"),
        ({"type": "window"}, "modal or home"),
    ],
)
def test_views_that_slack_refuses(change: Json, complaint: str) -> None:
    problems = check_view({**modal(), **change})
    assert any(complaint in problem for problem in problems), problems


def test_asking_whether_blocks_are_right_is_no_violation(slack: Slack, api: Api) -> None:
    assert api("blocks.validate", blocks=card()["blocks"])["ok"]
    assert api.refused("blocks.validate", blocks=[section("")]) == "invalid_blocks"
    assert api.refused("blocks.validate", view={"type": "modal"}) == "invalid_view"
    assert not slack.violations()
