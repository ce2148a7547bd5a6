"""Coming and going: join, leave, invite, create, archive; opening the app's home tab."""

from sandbox import happenings
from sandbox.acts.payloads import Impossible, can_see, can_write
from sandbox.api.channels import free_name
from sandbox.app_events import send
from sandbox.refusal import Refusal
from sandbox.site import Site
from sandbox.state import Channel, Person


def join(site: Site, person: Person, channel: Channel) -> None:
    if channel.kind != "channel":
        raise Impossible(f"{person.name} has to be invited to {channel.name}")
    if channel.archived:
        raise Impossible(f"#{channel.name} is archived")
    if person.id not in channel.members:
        happenings.join(site, channel, person.id)


def leave(site: Site, person: Person, channel: Channel) -> None:
    if person.id in channel.members:
        happenings.leave(site, channel, person.id)


def invite(site: Site, person: Person, channel: Channel, guest: Person) -> None:
    """People may invite the bot, too."""
    can_write(person, channel)
    if guest.id not in channel.members:
        happenings.join(site, channel, guest.id, person.id)


def create(site: Site, person: Person, name: str, *, private: bool = False) -> Channel:
    workspace, now = site.workspace, int(site.clock.now())
    try:
        name = free_name(site, name)
    except Refusal as refusal:
        raise Impossible(f"no channel {name}: {refusal.error}") from refusal
    kind = "private" if private else "channel"
    channel = Channel(workspace.new_id("C"), name, kind, now, person.id, [person.id])
    workspace.channels[channel.id] = channel
    site.changed()
    return channel


def archive(site: Site, person: Person, channel: Channel) -> None:
    can_see(person, channel)
    if channel.general or channel.archived:
        raise Impossible(f"#{channel.name} can't be archived")
    happenings.archive(site, channel, person.id)
    site.changed()


def unarchive(site: Site, person: Person, channel: Channel) -> None:
    """A person can; the bot does not come back by that."""
    can_see(person, channel)
    if channel.archived:
        happenings.unarchive(site, channel, person.id)
        site.changed()


def rename(site: Site, person: Person, channel: Channel, name: str) -> None:
    can_write(person, channel)
    happenings.rename(site, channel, person.id, free_name(site, name))


def set_topic(site: Site, person: Person, channel: Channel, words: str) -> None:
    can_write(person, channel)
    happenings.topic(site, channel, person.id, words)


def remove(site: Site, person: Person, channel: Channel, other: Person) -> None:
    """Take somebody out; people do this to bots."""
    can_write(person, channel)
    if other.id in channel.members:
        happenings.leave(site, channel, other.id)


def open_home(site: Site, person: Person) -> None:
    channel = site.workspace.im(person.id, site.clock.now())
    event = {"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": "home"}
    send(site, event, "app_home_opened")
