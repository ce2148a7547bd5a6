"""People and a real Bolt app over HTTP: commands, clicks and submissions arrive."""

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from sandbox.driver import NotPossible, Slack
from sandbox.server import Running
from tests.sandbox.api import Api
from tests.sandbox.app import SECRET, App, card


def test_a_slash_command_is_answered_to_the_person_alone(slack: Slack, app: App) -> None:
    answer = slack.person("ana").types("/incident echo hello", channel="general")
    assert answer is not None
    assert answer.text == "hello"
    assert not slack.channel("general").messages()
    assert not slack.violations()


def test_mentions_in_a_command_arrive_as_ids(slack: Slack, app: App) -> None:
    slack.person("ana").types("/incident quiet @bob in #random <now> https://x.org", patience=0)
    text = app.heard[-1]["text"]
    assert text == "quiet <@U0BOB|bob> in <#C0RANDOM|random> &lt;now&gt; <https://x.org>"


def test_a_modal_opens_refuses_and_closes_when_it_is_taken(slack: Slack, app: App) -> None:
    ana = slack.person("ana")
    answer = ana.types("/incident modal")
    assert answer is not None
    assert answer.view is not None
    view = ana.view("declare")
    assert view.submits() == {"title": "Please complete this required field."}
    assert view.submits(title="bad") == {"title": "not that"}
    assert view.submits(title="good", severity="SEV1") is None
    assert ana.views() == []
    severity = app.heard[-1]["view"]["state"]["values"]["severity"]["severity"]
    assert severity["selected_option"]["value"] == "sev1"
    assert not slack.violations()


def test_closing_a_modal_is_told_to_an_app_that_asked(slack: Slack, app: App) -> None:
    ana = slack.person("ana")
    ana.shortcut("declare", patience=0)
    ana.view("declare").closes()
    assert app.heard[-1]["type"] == "view_closed"
    assert ana.views() == []


def test_a_click_edits_the_message_and_whispers(slack: Slack, app: App, api: Api) -> None:
    api("conversations.join", channel="C0GENERAL")
    ana, general = slack.person("ana"), slack.channel("general")
    ana.types("/incident card", patience=0)
    card = general.expects("a card", kind="card")
    seen = card.click("Take command", as_=ana, patience=2)
    assert seen is not None
    assert seen.text == "you have it"
    assert card.shows("taken by @ana for INC-1").edited
    assert not slack.violations()


def test_unsolicited_ephemerals_are_not_the_answer(slack: Slack, app: App, api: Api) -> None:
    api("conversations.join", channel="C0GENERAL")
    ana = slack.person("ana")
    seen = ana.types("/incident beside", "general")
    assert seen is not None
    assert seen.text == "the answer"
    ana.sees("and another thing")
    assert [each.text for each in ana.ephemerals()][:2] == ["by the way", "the answer"]


def _clicks(app: App) -> list[str]:
    """The action_ids that the app has received."""
    heard = [each for each in app.heard if each["type"] == "block_actions"]
    return [action["action_id"] for each in heard for action in each["actions"]]


def test_a_button_that_asks_first_is_sent_only_after_yes(
    running: Running, slack: Slack, app: App, api: Api
) -> None:
    api("conversations.join", channel="C0GENERAL")
    words = {"title": "Drop it?", "text": "It is gone then.", "confirm": "Drop it", "deny": "Keep"}
    asks = {name: {"type": "plain_text", "text": text} for name, text in words.items()}
    message = card("to drop")
    message["blocks"][1]["elements"][0]["confirm"] = asks
    api("chat.postMessage", channel="C0GENERAL", **message)
    bob, posted = slack.person("bob"), slack.channel("general").expects("to drop")

    with pytest.raises(NotPossible, match=r"Drop it\?: It is gone then\. \[Drop it\] \[Keep\]"):
        posted.click("Take command", as_=bob, patience=0)
    assert posted.click("Take command", as_=bob, confirm=False) is None
    assert _clicks(app) == []
    seen = posted.click("Take command", as_=bob, patience=2, confirm=True)
    assert seen is not None
    assert seen.text == "you have it"
    with pytest.raises(NotPossible, match="no confirm dialog"):
        posted.click("Take command", as_=bob, confirm=True, patience=0)


def test_curl_answers_a_confirm_dialog_too(
    running: Running, slack: Slack, app: App, api: Api
) -> None:
    api("conversations.join", channel="C0GENERAL")
    asks = {
        name: {"type": "plain_text", "text": name} for name in ("title", "text", "confirm", "deny")
    }
    message = card("to drop")
    message["blocks"][1]["elements"][0]["confirm"] = asks
    api("chat.postMessage", channel="C0GENERAL", **message)
    click = f"{running.url}/as/bob/click/general"

    def clicked(url: str) -> str:
        with urlopen(Request(url, b"Take command", {"Content-Type": "text/plain"})) as answer:
            return str(answer.read().decode())

    with pytest.raises(HTTPError) as refused:
        clicked(click)
    assert "confirm" in refused.value.read().decode()
    assert clicked(f"{click}?confirm=false") == "ok\n"
    assert _clicks(app) == []
    clicked(f"{click}?confirm=true")
    assert _clicks(app) == ["take"]


def test_actions_in_the_bots_channels_are_sent_as_events(slack: Slack, app: App, api: Api) -> None:
    api("conversations.join", channel="C0GENERAL")
    bob, general = slack.person("bob"), slack.channel("general")
    said = bob.says("errors rising", general)
    said.reacts("pushpin", as_=bob)
    said.edits("errors falling", as_=bob)
    general.until(lambda _: app.events("reaction_added"), what="a reaction")
    general.until(lambda _: len(app.events("message")) == 2, what="an edit")
    assert {event.get("subtype") for event in app.events("message")} == {None, "message_changed"}


def test_a_deleted_message_with_replies_changes_into_a_tombstone(
    slack: Slack, app: App, api: Api
) -> None:
    api("conversations.join", channel="C0GENERAL")
    bob, general = slack.person("bob"), slack.channel("general")
    said = bob.says("my password", general)
    bob.types("oh", general, thread=said)
    reply = general.messages(words="oh")[-1]
    said.deletes(as_=bob)
    general.until(lambda _: len(app.events("message")) == 3, what="a change")
    event = app.events("message")[-1]
    assert (event["subtype"], event["hidden"]) == ("message_changed", True)
    stone = event["message"]
    assert (stone["subtype"], stone["ts"], stone["user"]) == ("tombstone", said.ts, "USLACKBOT")
    assert event["previous_message"]["text"] == "my password"
    assert "password" not in str(stone)

    reply.deletes(as_=bob)
    general.until(lambda _: len(app.events("message")) == 4, what="a deletion")
    assert app.events("message")[-1]["subtype"] == "message_deleted"
    assert app.events("message")[-1]["deleted_ts"] == reply.ts


def test_another_app_posts_and_changes_its_message(slack: Slack, app: App, api: Api) -> None:
    api("conversations.join", channel="C0GENERAL")
    general = slack.channel("general")
    said = general.alerts("Nagios", attachments=[{"title": "DB is down", "fallback": "x"}])
    general.alerts("Nagios", ts=said.ts, attachments=[{"title": "DB is up", "fallback": "x"}])
    general.until(lambda _: len(app.events("message")) == 2, what="both events")
    events = {event["subtype"]: event for event in app.events("message")}  # in either order
    first, second = events["bot_message"], events["message_changed"]
    assert (first["username"], "user" in first) == ("Nagios", False)
    assert second["message"]["attachments"][0]["title"] == "DB is up"
    assert "edited" not in second["message"]
    assert said.again().text == "DB is up"


def test_people_pin_with_slacks_own_pin(slack: Slack, app: App, api: Api) -> None:
    api("conversations.join", channel="C0GENERAL")
    bob, general = slack.person("bob"), slack.channel("general")
    said = bob.says("errors rising", general)
    said.pinned(as_=bob)
    general.until(lambda _: app.events("pin_added"), what="pinned")
    said.pinned(as_=bob)
    general.until(lambda _: app.events("pin_removed"), what="unpinned")
    for kind in ("pin_added", "pin_removed"):
        (event,) = app.events(kind)
        assert (event["user"], event["channel_id"]) == ("U0BOB", "C0GENERAL")
        assert event["item"]["message"]["ts"] == said.ts
    assert general.pins == []


def test_actions_in_other_channels_are_not_sent(slack: Slack, app: App) -> None:
    slack.person("bob").says("a secret", "random")
    slack.channel("random").never(for_=0.2, kind="card")
    assert app.events("message") == []


def test_an_answer_after_three_seconds_is_a_timeout_and_a_violation(
    slack: Slack, app: App
) -> None:
    seen = slack.person("ana").types("/incident late")
    assert seen is not None
    assert seen.problem == "operation_timeout"
    assert [v["where"] for v in slack.violations()] == ["slash_commands"]


def test_without_an_app_the_person_is_told(slack: Slack) -> None:
    seen = slack.person("ana").types("/incident echo hello")
    assert seen is not None
    assert "the app did not respond" in seen.text


def test_a_response_url_works_five_times(slack: Slack, app: App) -> None:
    ana = slack.person("ana")
    ana.types("/incident respond 6")
    ana.sees("answer 5")
    slack.channel("general").until(lambda _: slack.violations(), what="a violation")
    assert "used_url" in slack.violations()[0]["what"]


def test_a_person_must_join_before_typing(slack: Slack, api: Api) -> None:
    channel = api.channel()
    ana = slack.person("ana")
    with pytest.raises(NotPossible, match="join first"):
        ana.says("hello", slack.channel(channel))
    ana.joins(channel)
    assert ana.says("hello", slack.channel(channel)).text == "hello"


MANIFEST = """
features:
  slash_commands: [{command: /incident, should_escape: true}]
  shortcuts: [{callback_id: declare}]
oauth_config: {scopes: {bot: [commands, "chat:write", "channels:join", "reactions:read"]}}
settings: {event_subscriptions: {bot_events: [reaction_added]}}
"""


def test_the_manifest_says_which_commands_and_events_there_are(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(MANIFEST)
    with Running("--manifest", str(manifest)) as running, App(running.url) as app:
        running.events_to(SECRET, app.url)
        slack, api = Slack(running.url), Api(running.url)
        ana, general = slack.person("ana"), slack.channel("general")
        api("conversations.join", channel="C0GENERAL")
        with pytest.raises(NotPossible, match="not a valid command"):
            ana.types("/deploy")
        with pytest.raises(NotPossible, match="no shortcut nonsense"):
            ana.shortcut("nonsense", patience=0)
        ana.says("unheard", general).reacts("eyes", as_=ana)
        general.until(lambda _: app.events("reaction_added"), what="heard")
        assert app.events("message") == []


def test_a_private_channel_is_not_named_to_the_app(slack: Slack, app: App) -> None:
    ana = slack.person("ana")
    secret = ana.creates("board-room", private=True)
    ana.types("/incident quiet", secret, patience=0)
    assert app.heard[-1]["channel_name"] == "privategroup"


def test_a_click_on_an_ephemeral_message_can_replace_it(slack: Slack, app: App) -> None:
    ana = slack.person("ana")
    ana.types("/incident ask", patience=2)
    asked = ana.sees("sure?")
    seen = asked.click("sure", patience=2)
    assert seen is not None
    assert seen.text == "done"
    assert [shown.text for shown in ana.ephemerals()] == ["done"]
    assert not slack.violations()


def test_the_app_hears_who_leaves_the_workspace(slack: Slack, app: App) -> None:
    slack.deactivates("eve")
    slack.channel("general").until(lambda _: app.events("user_change"), what="heard")
    user = app.events("user_change")[0]["user"]
    assert (user["id"], user["deleted"]) == ("U0EVE", True)
