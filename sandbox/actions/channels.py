"""Channels: join, leave, invite, create, archive; and the app's home tab."""

from sandbox import workspace_events
from sandbox.actions.payloads import NotPossible, can_see, can_write
from sandbox.api.channels import free_name
from sandbox.app_events import send_event
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Person


def join(sandbox: Sandbox, person: Person, channel: Channel) -> None:
    if channel.kind != "channel":
        raise NotPossible(f"{person.name} has to be invited to {channel.name}")
    if channel.archived:
        raise NotPossible(f"#{channel.name} is archived")
    if person.id not in channel.members:
        workspace_events.join(sandbox, channel, person.id)


def leave(sandbox: Sandbox, person: Person, channel: Channel) -> None:
    if person.id in channel.members:
        workspace_events.leave(sandbox, channel, person.id)


def invite(sandbox: Sandbox, person: Person, channel: Channel, guest: Person) -> None:
    """Invite somebody, including the bot."""
    can_write(person, channel)
    if guest.id not in channel.members:
        workspace_events.join(sandbox, channel, guest.id, person.id)


def create(sandbox: Sandbox, person: Person, name: str, *, private: bool = False) -> Channel:
    workspace, now = sandbox.workspace, int(sandbox.clock.now())
    try:
        name = free_name(sandbox, name)
    except Refusal as refusal:
        raise NotPossible(f"no channel {name}: {refusal.error}") from refusal
    kind = "private" if private else "channel"
    channel = Channel(workspace.new_id("C"), name, kind, now, person.id, [person.id])
    workspace.channels[channel.id] = channel
    sandbox.changed()
    return channel


def archive(sandbox: Sandbox, person: Person, channel: Channel) -> None:
    can_see(person, channel)
    if channel.general or channel.archived:
        raise NotPossible(f"#{channel.name} can't be archived")
    workspace_events.archive(sandbox, channel, person.id)
    sandbox.changed()


def unarchive(sandbox: Sandbox, person: Person, channel: Channel) -> None:
    """Unarchive a channel. The bot doesn't become a member again."""
    can_see(person, channel)
    if channel.archived:
        workspace_events.unarchive(sandbox, channel, person.id)
        sandbox.changed()


def rename(sandbox: Sandbox, person: Person, channel: Channel, name: str) -> None:
    can_write(person, channel)
    workspace_events.rename(sandbox, channel, person.id, free_name(sandbox, name))


def set_topic(sandbox: Sandbox, person: Person, channel: Channel, words: str) -> None:
    can_write(person, channel)
    workspace_events.set_topic(sandbox, channel, person.id, words)


def remove(sandbox: Sandbox, person: Person, channel: Channel, other: Person) -> None:
    """Remove a member, including the bot."""
    can_write(person, channel)
    if other.id in channel.members:
        workspace_events.leave(sandbox, channel, other.id)


def open_home(sandbox: Sandbox, person: Person) -> None:
    channel = sandbox.workspace.im(person.id, sandbox.clock.now())
    event = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": "home"}
    send_event(sandbox, event, "app_home_opened")
