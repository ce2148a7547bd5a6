"""Typing: messages, replies, slash commands; editing, deleting and reacting."""

from typing import Any

from sandbox import happenings
from sandbox.acts.answers import command_answered
from sandbox.acts.payloads import (
    Impossible,
    begin,
    can_see,
    can_write,
    channel_name,
    response_url,
)
from sandbox.acts.words import encoded
from sandbox.site import Site
from sandbox.state import Channel, Message, Person
from sandbox.tickets import Hook
from sandbox.user_action import Act

Json = dict[str, Any]


def say(
    site: Site, person: Person, channel: Channel, text: str, thread_ts: str | None = None
) -> Message:
    """A message, or a reply in a thread."""
    can_write(person, channel)
    root = channel.message(thread_ts) if thread_ts else None
    if thread_ts and root is None:
        raise Impossible(f"no message {thread_ts} in #{channel.name}")
    words = encoded(site.workspace, text, labels=False)
    said = Message(site.ts(), person.id, words)
    if root is not None:
        said.thread_ts = root.thread_ts or root.ts
    said.extra = {"client_msg_id": site.workspace.new_id("m").lower()}
    return happenings.say(site, channel, said)


async def command(site: Site, person: Person, channel: Channel, line: str) -> Act:
    """A slash command; returns when Slack has the app's acknowledgement, or gave up on it."""
    can_write(person, channel)
    name, _, text = line.strip().partition(" ")
    commands = site.rules.commands
    if commands is not None and name not in commands:
        raise Impossible(f"{name} is not a valid command")
    act = begin(site, person)
    workspace = site.workspace
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
        "text": encoded(workspace, text.strip(), labels=True, mentions=mentions),
        "api_app_id": workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url(site, "commands", Hook(act, channel.id)),
        "trigger_id": site.tickets.trigger(act),
    }
    ack = await site.post.ask("slash_commands", payload)
    command_answered(site, act, channel, name, ack)
    return act


def edit(site: Site, person: Person, channel: Channel, ts: str, text: str) -> None:
    can_write(person, channel)
    said = _own(person, channel, ts)
    words = encoded(site.workspace, text, labels=False)
    happenings.edit(site, channel, said, person.id, text=words)


def delete(site: Site, person: Person, channel: Channel, ts: str) -> None:
    can_write(person, channel)
    happenings.delete(site, channel, _own(person, channel, ts))


def react(site: Site, person: Person, channel: Channel, ts: str, name: str) -> None:
    """The same again takes it away, as it does in Slack."""
    can_see(person, channel)
    said, name = _there(channel, ts), name.strip(":")
    if person.id in said.reactions.get(name, []):
        happenings.unreact(site, channel, said, person.id, name)
    else:
        happenings.react(site, channel, said, person.id, name)
    site.changed()


def _there(channel: Channel, ts: str) -> Message:
    said = channel.message(ts)
    if said is None:
        raise Impossible(f"no message {ts} in #{channel.name}")
    return said


def _own(person: Person, channel: Channel, ts: str) -> Message:
    said = _there(channel, ts)
    if said.user != person.id:
        raise Impossible(f"that message is not {person.name}'s")
    return said
