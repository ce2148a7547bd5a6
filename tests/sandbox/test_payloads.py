"""Payloads have the fields that Slack's have and apps rely on."""

import pytest

from sandbox.driver import Slack
from tests.sandbox.api import Api
from tests.sandbox.app import App, card

COMMON = "type user api_app_id token team enterprise is_enterprise_install"
FIELDS = {
    "block_actions": f"{COMMON} container trigger_id channel message state response_url actions",
    "view_submission": f"{COMMON} trigger_id view response_urls",
    "view_closed": f"{COMMON} view is_cleared",
    "shortcut": "type token action_ts team user is_enterprise_install enterprise callback_id "
    "trigger_id",
}
COMMAND = (
    "token team_id team_domain channel_id channel_name user_id user_name command text api_app_id "
    "is_enterprise_install response_url trigger_id"
)
EVENT = (
    "token team_id context_team_id context_enterprise_id api_app_id event type event_id "
    "event_time authorizations is_ext_shared_channel event_context"
)


@pytest.fixture
def heard(slack: Slack, app: App, api: Api) -> App:
    """The app, after a person performed one action of each kind."""
    api("conversations.join", channel="C0GENERAL")
    ana, general = slack.person("ana"), slack.channel("general")
    ana.types("/incident quiet", patience=0)
    api("chat.postMessage", channel="C0GENERAL", **card())
    general.expects("a card").click("take", as_=ana, patience=0)
    ana.shortcut("declare", patience=0)
    ana.view().submits(title="bad")
    ana.view().closes()
    ana.says("errors rising", general)
    general.until(lambda _: app.events("message"), what="the message")
    return app


def test_interactions_have_their_fields(heard: App) -> None:
    by_type = {body["type"]: body for body in heard.heard if body.get("type") in FIELDS}
    assert {kind: set(body) for kind, body in by_type.items()} == {
        kind: set(fields.split()) for kind, fields in FIELDS.items()
    }


def test_a_command_has_its_fields(heard: App) -> None:
    command = next(body for body in heard.heard if "command" in body)
    assert set(command) == set(COMMAND.split())


def test_an_event_has_its_envelope(heard: App) -> None:
    event = next(body for body in heard.heard if body.get("type") == "event_callback")
    assert set(event) == set(EVENT.split())
