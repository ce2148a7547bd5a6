"""Finding what a request of the control API names, or saying in a sentence what there is."""

from sandbox.acts.payloads import Impossible
from sandbox.site import Site
from sandbox.state import Channel, Person
from sandbox.views import View


def person(site: Site, name: str) -> Person:
    found = site.workspace.person(name)
    if found is None:
        there = ", ".join(p.name for p in site.workspace.people.values())
        raise Impossible(f"there is no {name}; there are {there}")
    return found


def channel(site: Site, who: Person | None, name: str) -> Channel:
    """By id or name; ``dm`` is this person's direct message with the bot, ``@bob`` is bob's."""
    if name in ("dm", "@dm") and who is not None:
        return site.workspace.im(who.id, site.clock.now())
    if name.startswith("@"):
        return site.workspace.im(person(site, name).id, site.clock.now())
    found = site.workspace.channel(name)
    if found is None:
        there = ", ".join(c.name for c in site.workspace.channels.values() if c.name)
        raise Impossible(f"there is no channel {name}; there are {there}")
    return found


def view(site: Site, who: Person, name: str | None) -> View:
    """An open view of this person or their home tab by id, ``home``, or the topmost modal."""
    home = site.views.homes.get(who.id)
    if name == "home" and home is None:
        raise Impossible(f"the app has shown {who.name} no home tab")
    if home is not None and name in ("home", home.id):
        return home
    stack = site.views.stacks.get(who.id, [])
    for open_ in reversed(stack):
        if name in (None, open_.id):
            return open_
    raise Impossible(f"{who.name} has no such modal open")
