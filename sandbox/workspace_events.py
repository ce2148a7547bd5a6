"""Changes to the workspace: each function changes the state and sends the app its event."""

from typing import Any

from sandbox import slack_json
from sandbox.app_events import CHANNEL_TYPE, send_event, send_in_channel
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


def post(sandbox: Sandbox, channel: Channel, said: Message) -> Message:
    """Add a message."""
    channel.messages.append(said)
    shape = slack_json.message(sandbox.workspace, channel, said, metadata=False)
    _message(sandbox, channel, {**shape, "event_ts": said.ts})
    return said


def edit(sandbox: Sandbox, channel: Channel, said: Message, by: str, **changes: Any) -> None:
    """Replace the content of a message, which then says that it was edited."""
    change(sandbox, channel, said, by=by, **changes)


def change(
    sandbox: Sandbox, channel: Channel, said: Message, *, by: str = "", **changes: Any
) -> None:
    """Replace the content of a message. Without ``by`` it doesn't say that it was edited."""
    before = slack_json.message(sandbox.workspace, channel, said, metadata=False)
    for name, value in changes.items():
        setattr(said, name, value)
    ts = sandbox.ts()
    said.edited = {"user": by, "ts": ts} if by else said.edited
    event = {"subtype": "message_changed", "previous_message": before, "hidden": True}
    event["message"] = slack_json.message(sandbox.workspace, channel, said, metadata=False)
    _message(sandbox, channel, {**event, "ts": ts, "event_ts": ts})


def delete(sandbox: Sandbox, channel: Channel, said: Message) -> None:
    """Delete a message. One with replies leaves a tombstone, and the app hears that it changed."""
    before = slack_json.message(sandbox.workspace, channel, said, metadata=False)
    channel.pins = [pin for pin in channel.pins if pin["ts"] != said.ts]
    event: Json = {"subtype": "message_deleted", "deleted_ts": said.ts}
    if any(m.thread_ts == said.ts for m in channel.messages):
        said.text, said.blocks, said.attachments, said.files = (
            "This message was deleted.",
            [],
            [],
            [],
        )
        said.subtype, said.user, said.by_app, said.metadata = "tombstone", "USLACKBOT", False, None
        said.extra, said.edited, said.reactions = {"hidden": True}, None, {}
        now = slack_json.message(sandbox.workspace, channel, said, metadata=False)
        event = {"subtype": "message_changed", "message": now}
    else:
        channel.messages.remove(said)
    ts = sandbox.ts()
    event |= {"previous_message": before, "hidden": True}
    _message(sandbox, channel, {**event, "ts": ts, "event_ts": ts})


def join(sandbox: Sandbox, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Add a member to a channel."""
    channel.members.append(user)
    event = {"type": "member_joined_channel", "user": user, **_where(sandbox, channel)}
    send_in_channel(sandbox, channel, {**event, "inviter": inviter} if inviter else event)
    extra = {"inviter": inviter} if inviter else {}
    _notice(sandbox, channel, user, "channel_join", f"<@{user}> has joined the channel", extra)


def leave(sandbox: Sandbox, channel: Channel, user: str) -> None:
    channel.members.remove(user)
    event = {"type": "member_left_channel", "user": user, **_where(sandbox, channel)}
    ours = user == sandbox.workspace.bot_user
    send_in_channel(sandbox, channel, event, was_member=ours)
    if ours:
        send_in_channel(
            sandbox, channel, {"type": "channel_left", "channel": channel.id}, was_member=True
        )
    _notice(sandbox, channel, user, "channel_leave", f"<@{user}> has left the channel")


def set_topic(sandbox: Sandbox, channel: Channel, by: str, words: str) -> None:
    channel.topic = {"value": words, "creator": by, "last_set": int(sandbox.clock.now())}
    text = f"<@{by}> set the channel topic: {words}"
    _notice(sandbox, channel, by, "channel_topic", text, {"topic": words})


def archive(sandbox: Sandbox, channel: Channel, by: str) -> None:
    """Archive a channel; the bot is removed from it."""
    _notice(sandbox, channel, by, "channel_archive", f"<@{by}> archived the channel")
    channel.archived = True
    bot = sandbox.workspace.bot_user
    was_member = bot in channel.members
    if was_member:
        channel.members.remove(bot)
    event = {"type": "channel_archive", "channel": channel.id, "user": by, "is_moved": 0}
    send_in_channel(sandbox, channel, event, was_member=was_member)


def unarchive(sandbox: Sandbox, channel: Channel, by: str) -> None:
    channel.archived = False
    event = {"type": "channel_unarchive", "channel": channel.id, "user": by}
    send_in_channel(sandbox, channel, event)
    _notice(sandbox, channel, by, "channel_unarchive", f"<@{by}> un-archived the channel")


def rename(sandbox: Sandbox, channel: Channel, by: str, name: str) -> None:
    channel.previous_names.insert(0, channel.name)
    before, channel.name = channel.name, name
    inner = {"id": channel.id, "name": name, "name_normalized": name, "is_mpim": False}
    inner |= {"created": channel.created, "is_channel": channel.kind == "channel"}
    send_in_channel(sandbox, channel, {"type": "channel_rename", "channel": inner})
    text = f'<@{by}> has renamed the channel from "{before}" to "{name}"'
    _notice(sandbox, channel, by, "channel_name", text, {"old_name": before, "name": name})


def change_person(sandbox: Sandbox, person: Person) -> None:
    """Change a person: their name, or whether they are deactivated."""
    user = slack_json.user(sandbox.workspace, person, sandbox.clock.now())
    event = {"type": "user_change", "user": user, "cache_ts": int(sandbox.clock.now())}
    send_event(sandbox, event, "user_change")


def react(sandbox: Sandbox, channel: Channel, said: Message, user: str, name: str) -> None:
    said.reactions.setdefault(name, []).append(user)
    _reaction(sandbox, channel, said, user, ("reaction_added", name))


def unreact(sandbox: Sandbox, channel: Channel, said: Message, user: str, name: str) -> None:
    said.reactions[name].remove(user)
    if not said.reactions[name]:
        del said.reactions[name]
    _reaction(sandbox, channel, said, user, ("reaction_removed", name))


def pin(sandbox: Sandbox, channel: Channel, said: Message, by: str) -> None:
    """Pin a message, with Slack's own pin."""
    pinned = {"ts": said.ts, "created": int(sandbox.clock.now()), "created_by": by}
    channel.pins.insert(0, pinned)
    _pin(sandbox, channel, "pin_added", pinned, by)


def unpin(sandbox: Sandbox, channel: Channel, said: Message, by: str) -> None:
    pinned = next(each for each in channel.pins if each["ts"] == said.ts)
    channel.pins.remove(pinned)
    _pin(sandbox, channel, "pin_removed", pinned, by)


def _pin(sandbox: Sandbox, channel: Channel, kind: str, pinned: Json, by: str) -> None:
    item = slack_json.pinned_item(sandbox.workspace, channel, pinned)
    who = {"user": by, "item_user": item["message"].get("user"), "pin_count": len(channel.pins)}
    event = {"type": kind, **who, "channel_id": channel.id, "item": item}
    has_pins = {"has_pins": bool(channel.pins)} if kind == "pin_removed" else {}
    send_in_channel(sandbox, channel, {**event, **has_pins})


def _reaction(
    sandbox: Sandbox, channel: Channel, said: Message, user: str, what: tuple[str, str]
) -> None:
    item = {"type": "message", "channel": channel.id, "ts": said.ts}
    event = {"type": what[0], "user": user, "reaction": what[1], "item": item}
    send_in_channel(sandbox, channel, {**event, "item_user": said.user})


def _message(sandbox: Sandbox, channel: Channel, event: Json) -> None:
    where = {"channel": channel.id, "channel_type": CHANNEL_TYPE[channel.kind]}
    send_in_channel(sandbox, channel, {"type": "message", **event, **where})
    sandbox.changed()


def _notice(
    sandbox: Sandbox,
    channel: Channel,
    user: str,
    subtype: str,
    text: str,
    extra: Json | None = None,
) -> None:
    """Post the system message that Slack writes into a channel."""
    said = Message(sandbox.ts(), user, text, subtype=subtype, extra=extra or {})
    post(sandbox, channel, said)


def _where(sandbox: Sandbox, channel: Channel) -> Json:
    letter = {"channel": "C", "private": "G", "im": "D"}[channel.kind]
    return {"channel": channel.id, "channel_type": letter, "team": sandbox.workspace.team_id}
