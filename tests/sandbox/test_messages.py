"""chat.*, pins, bookmarks, reactions, history, files."""

import json
from urllib import request

import pytest

from sandbox.driver import Slack
from tests.sandbox.api import LOOPBACK, Api

METADATA = {"event_type": "muster", "event_payload": {"kind": "card", "incident": "INC-1"}}


def test_posting_needs_membership(slack: Slack, api: Api) -> None:
    assert api.refused("chat.postMessage", channel="C0GENERAL", text="x") == "not_in_channel"
    assert api.refused("chat.postMessage", channel="C0NOWHERE", text="x") == "channel_not_found"
    assert not slack.violations()


def test_a_message_reads_back_with_its_metadata_only_when_asked(api: Api) -> None:
    channel = api.channel()
    said = api("chat.postMessage", channel=channel, text="one", metadata=METADATA)
    assert said["message"]["bot_id"] == "B0MUSTER"
    assert said["message"]["metadata"] == METADATA
    plain = api("conversations.history", channel=channel)["messages"][0]
    assert "metadata" not in plain
    full = api("conversations.history", channel=channel, include_all_metadata=True)
    assert full["messages"][0]["metadata"] == METADATA


@pytest.mark.parametrize("metadata", [{"event_type": "x"}, {"event_payload": {}}, [], "{"])
def test_metadata_has_a_type_and_a_payload(slack: Slack, api: Api, metadata: object) -> None:
    refused = api.refused("chat.postMessage", channel=api.channel(), text="x", metadata=metadata)
    assert refused == "invalid_metadata_format"
    assert len(slack.violations()) == 1


def test_a_message_says_something(slack: Slack, api: Api) -> None:
    assert api.refused("chat.postMessage", channel=api.channel(), blocks=[]) == "no_text"
    assert len(slack.violations()) == 1


def test_an_update_takes_4000_characters_and_keeps_what_it_leaves_out(
    slack: Slack, api: Api
) -> None:
    channel = api.channel()
    ts = api("chat.postMessage", channel=channel, text="one", metadata=METADATA)["ts"]
    assert api("chat.update", channel=channel, ts=ts, text="two")["ok"]
    now = slack.channel(channel).expects("two", kind="card")
    assert now.edited
    long = "x" * 4001
    assert api.refused("chat.update", channel=channel, ts=ts, text=long) == "msg_too_long"
    assert len(slack.violations()) == 1


def test_the_bot_changes_only_its_own_messages(slack: Slack, api: Api) -> None:
    api("conversations.join", channel="C0GENERAL")
    said = slack.person("ana").says("mine", "general")
    args = {"channel": "C0GENERAL", "ts": said.ts}
    assert api.refused("chat.update", **args, text="yours") == "cant_update_message"
    assert api.refused("chat.delete", **args) == "cant_delete_message"


def test_a_reply_stays_in_its_thread(api: Api) -> None:
    channel = api.channel()
    root = api("chat.postMessage", channel=channel, text="root")["ts"]
    reply = api("chat.postMessage", channel=channel, text="reply", thread_ts=root)["ts"]
    api("chat.postMessage", channel=channel, text="deeper", thread_ts=reply)
    assert len(api("conversations.history", channel=channel)["messages"]) == 1
    replies = api("conversations.replies", channel=channel, ts=root)["messages"]
    assert [message["text"] for message in replies] == ["root", "reply", "deeper"]


def test_history_ends_are_left_out_unless_inclusive(api: Api) -> None:
    channel = api.channel()
    first, _, last = (
        api("chat.postMessage", channel=channel, text=text)["ts"] for text in ("a", "b", "c")
    )
    ends = {"channel": channel, "oldest": first, "latest": last}
    assert [m["text"] for m in api("conversations.history", **ends)["messages"]] == ["b"]
    both = api("conversations.history", **ends, inclusive=True)["messages"]
    assert [m["text"] for m in both] == ["c", "b", "a"]


def test_a_direct_message_opens_by_itself(slack: Slack, api: Api) -> None:
    said = api("chat.postMessage", channel="U0BOB", text="wake up")
    assert said["channel"].startswith("D")
    slack.person("bob").dm().expects("wake up")
    wrong = api("chat.update", channel="U0BOB", ts=said["ts"], text="x")
    assert wrong["error"] == "channel_not_found"


def test_an_ephemeral_message_is_for_members(slack: Slack, api: Api) -> None:
    channel = api.channel()
    args = {"channel": channel, "user": "U0BOB", "text": "psst"}
    assert api.refused("chat.postEphemeral", **args) == "user_not_in_channel"
    api("conversations.invite", channel=channel, users="U0BOB")
    assert api("chat.postEphemeral", **args)["message_ts"]
    slack.person("bob").sees("psst")
    assert "psst" not in slack.channel(channel).transcript()


def test_a_pin_holds_once(slack: Slack, api: Api) -> None:
    channel = api.channel()
    ts = api("chat.postMessage", channel=channel, text="card")["ts"]
    assert api("pins.add", channel=channel, timestamp=ts)["ok"]
    assert api.refused("pins.add", channel=channel, timestamp=ts) == "already_pinned"
    assert [pin.text for pin in slack.channel(channel).pins] == ["card"]
    assert api("pins.remove", channel=channel, timestamp=ts)["ok"]
    assert api.refused("pins.remove", channel=channel, timestamp=ts) == "no_pin"
    assert not slack.violations()


def test_bookmarks_are_links(slack: Slack, api: Api) -> None:
    channel = api.channel()
    args = {"channel_id": channel, "title": "Bridge", "type": "link"}
    made = api("bookmarks.add", **args, link="https://meet.example/1")["bookmark"]
    api("bookmarks.edit", channel_id=channel, bookmark_id=made["id"], title="The bridge")
    assert [b["title"] for b in slack.channel(channel).bookmarks] == ["The bridge"]
    assert api.refused("bookmarks.add", **args, link="meet") == "invalid_link"
    assert api("bookmarks.remove", channel_id=channel, bookmark_id=made["id"])["ok"]
    gone = api.refused("bookmarks.remove", channel_id=channel, bookmark_id=made["id"])
    assert gone == "not_found"


def test_a_reaction_has_no_colons_and_counts_once(api: Api) -> None:
    channel = api.channel()
    item = {
        "channel": channel,
        "timestamp": api("chat.postMessage", channel=channel, text="x")["ts"],
    }
    assert api.refused("reactions.add", **item, name=":eyes:") == "invalid_name"
    assert api("reactions.add", **item, name="eyes")["ok"]
    assert api.refused("reactions.add", **item, name="eyes") == "already_reacted"


def test_a_file_is_announced_uploaded_and_completed(slack: Slack, api: Api) -> None:
    content = b"# Postmortem"
    asked = api("files.getUploadURLExternal", filename="pm.md", length=len(content))
    early = api("files.completeUploadExternal", files=[{"id": asked["file_id"]}])
    assert early["error"] == "file_not_found"
    slack.forgives()
    with LOOPBACK.open(request.Request(asked["upload_url"], content)) as answer:
        assert answer.status == 200
    entry = {"id": asked["file_id"], "title": "Postmortem"}
    done = api("files.completeUploadExternal", files=json.dumps([entry]))
    assert done["files"][0]["permalink"].endswith("/pm.md")
    assert slack.files()[0]["content"] == "# Postmortem"
    assert not slack.violations()


def test_a_permalink_names_channel_and_message(api: Api) -> None:
    channel = api.channel()
    ts = api("chat.postMessage", channel=channel, text="x")["ts"]
    link = api("chat.getPermalink", channel=channel, message_ts=ts)["permalink"]
    assert link == f"https://acme.slack.com/archives/{channel}/p{ts.replace('.', '')}"
