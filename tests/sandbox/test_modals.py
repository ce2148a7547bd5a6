"""Trigger ids, the stack of views, hashes, the home tab."""

import time

from sandbox.driver import Slack
from sandbox.server import Running
from tests.sandbox.api import Api, Json
from tests.sandbox.app import App, modal

HOME: Json = {"type": "home", "blocks": [{"type": "divider"}]}


def test_a_trigger_works_once(slack: Slack, app: App, api: Api) -> None:
    slack.person("ana").types("/incident quiet", patience=0)
    trigger = app.heard[-1]["trigger_id"]
    assert api("views.open", trigger_id=trigger, view=modal())["ok"]
    again = api.refused("views.open", trigger_id=trigger, view=modal())
    assert again == "exchanged_trigger_id"
    assert api.refused("views.open", trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"


def test_a_trigger_lives_three_real_seconds(slack: Slack, app: App, api: Api) -> None:
    slack.person("ana").types("/incident quiet", patience=0)
    time.sleep(3.1)
    late = api.refused("views.open", trigger_id=app.heard[-1]["trigger_id"], view=modal())
    assert late == "expired_trigger_id"


def test_an_update_with_an_old_hash_is_refused_and_what_was_typed_stays(
    slack: Slack, app: App, api: Api
) -> None:
    ana = slack.person("ana")
    ana.shortcut("declare", patience=0)
    first = ana.view("declare").fills(title="half a thought")
    assert api("views.update", view_id=first.id, hash=first.shape["hash"], view=modal())["ok"]
    assert ana.view().values["title"]["title"]["value"] == "half a thought"
    old = {"view_id": first.id, "hash": first.shape["hash"], "view": modal()}
    assert api.refused("views.update", **old) == "hash_conflict"


def test_a_stack_holds_three_views(running: Running, slack: Slack, app: App, api: Api) -> None:
    ana = slack.person("ana")
    pick: Json = {
        "type": "button",
        "action_id": "more",
        "text": {"type": "plain_text", "text": "+"},
    }
    view = modal([{"type": "actions", "elements": [pick]}])
    ana.types("/incident quiet", patience=0)
    api("views.open", trigger_id=app.heard[-1]["trigger_id"], view=view)
    for expected in (None, None, "push_limit_reached"):
        ana.view().chooses("more", patience=0)
        answer = api("views.push", trigger_id=app.heard[-1]["trigger_id"], view=view)
        assert answer.get("error") == expected
    assert len(ana.views()) == 3


def test_the_home_tab_is_published_to_one_person(slack: Slack, app: App, api: Api) -> None:
    assert api("views.publish", user_id="U0ANA", view=HOME)["ok"]
    assert "---" in slack.person("ana").home().text
    slack.person("ana").opens_home()
    slack.channel("general").until(lambda _: app.events("app_home_opened"), what="the event")


def test_a_bad_modal_is_a_violation(slack: Slack, app: App, api: Api) -> None:
    bad = {**modal(), "title": {"type": "plain_text", "text": "x" * 25}}
    assert api.refused("views.open", trigger_id="1.2.3", view=bad) == "invalid_arguments"
    assert "/view/title" in slack.violations()[0]["what"]
