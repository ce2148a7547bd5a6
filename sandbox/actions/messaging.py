"""Messages, replies and slash commands; editing, deleting and reacting."""

from typing import Any

from sandbox import workspace_events
from sandbox.actions.payloads import (
    NotPossible,
    begin,
    can_see,
    can_write,
    channel_name,
    response_url,
)
from sandbox.actions.responses import show_command_ack
from sandbox.actions.text_encoding import encode_text
from sandbox.interaction_tokens import ResponseUrl
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Channel, Message, Person

Json = dict[str, Any]


def send(
    sandbox: Sandbox, person: Person, channel: Channel, text: str, thread_ts: str | None = None
) -> Message:
    """Post a message, or a reply in a thread."""
    can_write(person, channel)
    root = channel.message(thread_ts) if thread_ts else None
    if thread_ts and root is None:
        raise NotPossible(f"no message {thread_ts} in #{channel.name}")
    words = encode_text(sandbox.workspace, text, labels=False)
    said = Message(sandbox.ts(), person.id, words)
    if root is not None:
        said.thread_ts = root.thread_ts or root.ts
    said.extra = {"client_msg_id": sandbox.workspace.new_id("m").lower()}
    return workspace_events.post(sandbox, channel, said)


async def command(sandbox: Sandbox, person: Person, channel: Channel, line: str) -> UserAction:
    """Use a slash command. Returns when the app has acknowledged it, or Slack has given up."""
    can_write(person, channel)
    name, _, text = line.strip().partition(" ")
    commands = sandbox.app_config.commands
    if commands is not None and name not in commands:
        raise NotPossible(f"{name} is not a valid command")
    act = begin(sandbox, person)
    workspace = sandbox.workspace
    mentions = commands is None or commands[name]
    payload = {
        "token": "verification-token",
        "team_id": workspace.team_id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": name,
        "text": encode_text(workspace, text.strip(), labels=True, mentions=mentions),
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(sandbox, "commands", ResponseUrl(act, channel.id)),
        "trigger_id": sandbox.tokens.new_trigger(act),
    }
    ack = await sandbox.transport.deliver("slash_commands", payload)
    show_command_ack(sandbox, act, channel, name, ack)
    return act


def edit(sandbox: Sandbox, person: Person, channel: Channel, ts: str, text: str) -> None:
    can_write(person, channel)
    said = _own(person, channel, ts)
    words = encode_text(sandbox.workspace, text, labels=False)
    workspace_events.edit(sandbox, channel, said, person.id, text=words)


def delete(sandbox: Sandbox, person: Person, channel: Channel, ts: str) -> None:
    """Delete a message; admins may delete everybody's."""
    can_write(person, channel)
    said = _there(channel, ts) if person.is_admin else _own(person, channel, ts)
    workspace_events.delete(sandbox, channel, said)


def react(sandbox: Sandbox, person: Person, channel: Channel, ts: str, name: str) -> None:
    """Add a reaction, or remove it if it is there, as Slack does."""
    can_see(person, channel)
    said, name = _there(channel, ts), name.strip(":")
    if person.id in said.reactions.get(name, []):
        workspace_events.unreact(sandbox, channel, said, person.id, name)
    else:
        workspace_events.react(sandbox, channel, said, person.id, name)
    sandbox.changed()


def pin(sandbox: Sandbox, person: Person, channel: Channel, ts: str) -> None:
    """Pin a message, or unpin it if it is pinned; everybody in the channel can do both."""
    can_write(person, channel)
    said = _there(channel, ts)
    if any(each["ts"] == ts for each in channel.pins):
        workspace_events.unpin(sandbox, channel, said, person.id)
    else:
        workspace_events.pin(sandbox, channel, said, person.id)
    sandbox.changed()


def by_another_app(sandbox: Sandbox, channel: Channel, name: str, content: Json) -> Message:
    """Post as an incoming webhook does: ``content`` has text, blocks, attachments, files as
    in Slack's JSON; or change its message ``ts``."""
    parts = ("text", "blocks", "attachments")
    written: Json = {key: content[key] for key in parts if key in content}
    if ts := content.get("ts"):
        said = _there(channel, ts)
        workspace_events.change(sandbox, channel, said, **written)
        return said
    thread = {"thread_ts": content["thread_ts"]} if "thread_ts" in content else {}
    extra: Json = {"bot_id": "B0WEBHOOK01", "username": name}
    extra |= {"files": content["files"]} if "files" in content else {}
    fields: Json = {"text": "", **written, **thread, "subtype": "bot_message", "extra": extra}
    return workspace_events.post(sandbox, channel, Message(sandbox.ts(), "", **fields))


def _there(channel: Channel, ts: str) -> Message:
    said = channel.message(ts)
    if said is None:
        raise NotPossible(f"no message {ts} in #{channel.name}")
    return said


def _own(person: Person, channel: Channel, ts: str) -> Message:
    said = _there(channel, ts)
    if said.user != person.id:
        raise NotPossible(f"that message is not {person.name}'s")
    return said
