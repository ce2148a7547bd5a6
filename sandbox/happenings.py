"""What can happen in a channel, whoever does it: the state changes and the app is told."""

from typing import Any

from sandbox import shapes
from sandbox.app_events import CHANNEL_TYPE, send, tell
from sandbox.site import Site
from sandbox.state import Channel, Message, Person

Json = dict[str, Any]


def say(site: Site, channel: Channel, said: Message) -> Message:
    """A message appears."""
    channel.messages.append(said)
    shape = shapes.message(site.workspace, channel, said, metadata=False)
    _message(site, channel, {**shape, "event_ts": said.ts})
    return said


def edit(site: Site, channel: Channel, said: Message, by: str, **changes: Any) -> None:
    """A message becomes another, in place."""
    before = shapes.message(site.workspace, channel, said, metadata=False)
    for name, value in changes.items():
        setattr(said, name, value)
    ts = site.ts()
    said.edited = {"user": by, "ts": ts}
    event = {"subtype": "message_changed", "previous_message": before, "hidden": True}
    event["message"] = shapes.message(site.workspace, channel, said, metadata=False)
    _message(site, channel, {**event, "ts": ts, "event_ts": ts})


def delete(site: Site, channel: Channel, said: Message) -> None:
    """A message goes; one with replies leaves a tombstone."""
    before = shapes.message(site.workspace, channel, said, metadata=False)
    if any(m.thread_ts == said.ts for m in channel.messages):
        said.text, said.blocks, said.metadata = "This message was deleted.", [], None
        said.subtype, said.user, said.by_app = "tombstone", "USLACKBOT", False
        said.extra = {"hidden": True}
    else:
        channel.messages.remove(said)
    channel.pins = [pin for pin in channel.pins if pin["ts"] != said.ts]
    ts = site.ts()
    event = {"subtype": "message_deleted", "previous_message": before, "hidden": True}
    _message(site, channel, {**event, "deleted_ts": said.ts, "ts": ts, "event_ts": ts})


def join(site: Site, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Somebody becomes a member."""
    channel.members.append(user)
    event = {"type": "member_joined_channel", "user": user, **_where(site, channel)}
    tell(site, channel, {**event, "inviter": inviter} if inviter else event)
    extra = {"inviter": inviter} if inviter else {}
    _notice(site, channel, user, "channel_join", f"<@{user}> has joined the channel", extra)


def leave(site: Site, channel: Channel, user: str) -> None:
    channel.members.remove(user)
    event = {"type": "member_left_channel", "user": user, **_where(site, channel)}
    ours = user == site.workspace.bot_user
    tell(site, channel, event, was_member=ours)
    if ours:
        tell(site, channel, {"type": "channel_left", "channel": channel.id}, was_member=True)
    _notice(site, channel, user, "channel_leave", f"<@{user}> has left the channel")


def topic(site: Site, channel: Channel, by: str, words: str) -> None:
    channel.topic = {"value": words, "creator": by, "last_set": int(site.clock.now())}
    text = f"<@{by}> set the channel topic: {words}"
    _notice(site, channel, by, "channel_topic", text, {"topic": words})


def archive(site: Site, channel: Channel, by: str) -> None:
    """Nobody can write any more, and the bot is no member any more."""
    _notice(site, channel, by, "channel_archive", f"<@{by}> archived the channel")
    channel.archived = True
    bot = site.workspace.bot_user
    was_member = bot in channel.members
    if was_member:
        channel.members.remove(bot)
    event = {"type": "channel_archive", "channel": channel.id, "user": by, "is_moved": 0}
    tell(site, channel, event, was_member=was_member)


def unarchive(site: Site, channel: Channel, by: str) -> None:
    channel.archived = False
    event = {"type": "channel_unarchive", "channel": channel.id, "user": by}
    tell(site, channel, event)
    _notice(site, channel, by, "channel_unarchive", f"<@{by}> un-archived the channel")


def rename(site: Site, channel: Channel, by: str, name: str) -> None:
    channel.previous_names.insert(0, channel.name)
    before, channel.name = channel.name, name
    inner = {"id": channel.id, "name": name, "name_normalized": name, "is_mpim": False}
    inner |= {"created": channel.created, "is_channel": channel.kind == "channel"}
    tell(site, channel, {"type": "channel_rename", "channel": inner})
    text = f'<@{by}> has renamed the channel from "{before}" to "{name}"'
    _notice(site, channel, by, "channel_name", text, {"old_name": before, "name": name})


def change(site: Site, person: Person) -> None:
    """Something about a person is different: their name, or that they are gone."""
    user = shapes.user(site.workspace, person)
    event = {"type": "user_change", "user": user, "cache_ts": int(site.clock.now())}
    send(site, event, "user_change")


def react(site: Site, channel: Channel, said: Message, user: str, name: str) -> None:
    said.reactions.setdefault(name, []).append(user)
    _reaction(site, channel, said, user, ("reaction_added", name))


def unreact(site: Site, channel: Channel, said: Message, user: str, name: str) -> None:
    said.reactions[name].remove(user)
    if not said.reactions[name]:
        del said.reactions[name]
    _reaction(site, channel, said, user, ("reaction_removed", name))


def _reaction(
    site: Site, channel: Channel, said: Message, user: str, what: tuple[str, str]
) -> None:
    item = {"type": "message", "channel": channel.id, "ts": said.ts}
    event = {"type": what[0], "user": user, "reaction": what[1], "item": item}
    tell(site, channel, {**event, "item_user": said.user})


def _message(site: Site, channel: Channel, event: Json) -> None:
    where = {"channel": channel.id, "channel_type": CHANNEL_TYPE[channel.kind]}
    tell(site, channel, {"type": "message", **event, **where})
    site.changed()


def _notice(
    site: Site, channel: Channel, user: str, subtype: str, text: str, extra: Json | None = None
) -> None:
    """The grey line that Slack itself writes into a channel."""
    said = Message(site.ts(), user, text, subtype=subtype, extra=extra or {})
    say(site, channel, said)


def _where(site: Site, channel: Channel) -> Json:
    letter = {"channel": "C", "private": "G", "im": "D"}[channel.kind]
    return {"channel": channel.id, "channel_type": letter, "team": site.workspace.team_id}
