"""conversations.*: names, members and archives, as in Slack."""

import pytest

from sandbox.driver import Slack
from tests.sandbox.api import Api


def test_the_bot_that_creates_a_channel_is_its_creator_and_only_member(api: Api) -> None:
    channel = api("conversations.create", name="incident-1", is_private=True)["channel"]
    assert channel["creator"] == "U0MUSTER"
    assert channel["is_private"]
    assert api("conversations.members", channel=channel["id"])["members"] == ["U0MUSTER"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("a" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Incident", "invalid_name_specials"),
        ("incident.1", "invalid_name_specials"),
        ("incident 1", "invalid_name_specials"),
    ],
)
def test_a_bad_name_is_refused_and_is_a_violation(
    slack: Slack, api: Api, name: str, error: str
) -> None:
    assert api.refused("conversations.create", name=name) == error
    assert len(slack.violations()) == 1


def test_an_archived_channel_keeps_its_name(slack: Slack, api: Api) -> None:
    api("conversations.archive", channel=api.channel("incident-1"))
    assert api.refused("conversations.create", name="incident-1") == "name_taken"
    assert not slack.violations()


def test_archiving_removes_the_bot_and_ends_the_writing(slack: Slack, api: Api) -> None:
    channel = api.channel()
    said = api("chat.postMessage", channel=channel, text="one")["ts"]
    api("conversations.archive", channel=channel)
    assert api.refused("conversations.history", channel=channel) == "not_in_channel"
    assert api.refused("chat.postMessage", channel=channel, text="two") == "is_archived"
    assert api.refused("chat.update", channel=channel, ts=said, text="two") == "is_archived"
    assert api.refused("conversations.archive", channel=channel) == "already_archived"
    assert not slack.violations()


def test_inviting_is_all_or_nobody_unless_forced(api: Api) -> None:
    channel = api.channel()
    users = "U0ANA,U0NOBODY"
    refused = api("conversations.invite", channel=channel, users=users)
    assert refused["error"] == "cant_invite"
    wrong = {"user": "U0NOBODY", "ok": False, "error": "user_not_found"}
    assert refused["errors"] == [wrong]
    assert api("conversations.members", channel=channel)["members"] == ["U0MUSTER"]
    forced = api("conversations.invite", channel=channel, users=users, force=True)
    assert forced["ok"]
    assert forced["errors"] == [wrong]
    assert api("conversations.members", channel=channel)["members"] == ["U0MUSTER", "U0ANA"]
    again = api.refused("conversations.invite", channel=channel, users="U0ANA")
    assert again == "already_in_channel"


def test_a_private_channel_does_not_exist_for_a_bot_outside_it(slack: Slack, api: Api) -> None:
    secret = slack.person("ana").creates("board-room", private=True)
    assert api.refused("conversations.info", channel=secret.id) == "channel_not_found"
    listed = api("conversations.list", types="public_channel,private_channel")["channels"]
    assert "board-room" not in [channel["name"] for channel in listed]
    slack.person("ana").invites("muster", secret)
    assert api("conversations.info", channel=secret.id)["ok"]


def test_a_topic_has_at_most_250_characters(slack: Slack, api: Api) -> None:
    channel = api.channel()
    api("conversations.setTopic", channel=channel, topic="SEV1")
    assert slack.channel(channel).topic == "SEV1"
    long = "x" * 251
    assert api.refused("conversations.setTopic", channel=channel, topic=long) == "too_long"
    assert len(slack.violations()) == 1


def test_joining_again_is_a_warning_and_no_error(api: Api) -> None:
    assert "warning" not in api("conversations.join", channel="C0RANDOM")
    assert api("conversations.join", channel="C0RANDOM")["warning"] == "already_in_channel"


def test_lists_come_in_pages(api: Api) -> None:
    first = api("conversations.list", limit=2)
    assert len(first["channels"]) == 2
    cursor = first["response_metadata"]["next_cursor"]
    second = api("conversations.list", limit=2, cursor=cursor)
    assert [channel["name"] for channel in second["channels"]] == ["engineering-leads"]
    assert second["response_metadata"]["next_cursor"] == ""
    assert api.refused("conversations.list", cursor="garbage") == "invalid_cursor"


def test_a_deactivated_person_gets_no_direct_message(slack: Slack, api: Api) -> None:
    slack.deactivates("eve")
    assert api.refused("conversations.open", users="U0EVE") == "user_disabled"
    assert api.refused("chat.postMessage", channel="U0EVE", text="hi") == "channel_not_found"
    invited = api("conversations.invite", channel=api.channel(), users="U0EVE")
    assert invited["error"] == "cant_invite"


def test_names_are_listed_without_the_rest(slack: Slack, api: Api) -> None:
    opened = api("conversations.open", users="U0BOB")["channel"]["id"]
    names = slack.channel_names()
    assert names == {each["id"]: each["name"] for each in slack.channels()}
    assert names["C0RANDOM"] == "random"
    assert names[opened] == "@bob"
