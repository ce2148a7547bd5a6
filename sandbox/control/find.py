"""Finds the object that a request of the control API names; errors list what there is."""

from sandbox.actions.payloads import NotPossible
from sandbox.sandbox import Sandbox
from sandbox.views import View
from sandbox.workspace import Channel, Person


def person(sandbox: Sandbox, name: str) -> Person:
    found = sandbox.workspace.person(name)
    if found is None:
        there = ", ".join(p.name for p in sandbox.workspace.people.values())
        raise NotPossible(f"there is no {name}; there are {there}")
    return found


def channel(sandbox: Sandbox, who: Person | None, name: str) -> Channel:
    """A channel by id or name; ``dm`` is this person's direct message with the bot, ``@bob`` is
    bob's."""
    if name in ("dm", "@dm") and who is not None:
        return sandbox.workspace.im(who.id, sandbox.clock.now())
    if name.startswith("@"):
        return sandbox.workspace.im(person(sandbox, name).id, sandbox.clock.now())
    found = sandbox.workspace.channel(name)
    if found is None:
        there = ", ".join(c.name for c in sandbox.workspace.channels.values() if c.name)
        raise NotPossible(f"there is no channel {name}; there are {there}")
    return found


def view(sandbox: Sandbox, who: Person, name: str | None) -> View:
    """An open view of this person, by id; their home tab, by ``home``; default: the topmost
    modal."""
    home = sandbox.views.homes.get(who.id)
    if name == "home" and home is None:
        raise NotPossible(f"the app has shown {who.name} no home tab")
    if home is not None and name in ("home", home.id):
        return home
    stack = sandbox.views.stacks.get(who.id, [])
    for open_ in reversed(stack):
        if name in (None, open_.id):
            return open_
    raise NotPossible(f"{who.name} has no such modal open")
