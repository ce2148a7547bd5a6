"""Actions of people in the control API: one function per ``POST /control/as/WHO/ACT``.

A function takes the request's body and returns what the person sees (``seen``), if anything.
``patience``: how long, in real seconds, to wait for an answer after the app has acknowledged
without one.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.actions import channels, click, messaging, modal, shortcut
from sandbox.actions.payloads import NotPossible
from sandbox.blockkit import elements, label
from sandbox.control import show
from sandbox.control.find import channel as find_channel
from sandbox.control.find import person as find_person
from sandbox.control.find import view as find_view
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.workspace import Ephemeral, Message, Person

Json = dict[str, Any]
ActionHandler = Callable[[Sandbox, Person, Json], Awaitable[Json]]

ACTIONS: dict[str, ActionHandler] = {}
CLICK = 2.0  # seconds to wait for the answer to a click


def act(name: str) -> Callable[[ActionHandler], ActionHandler]:
    def register(doing: ActionHandler) -> ActionHandler:
        ACTIONS[name] = doing
        return doing

    return register


async def _seen(sandbox: Sandbox, did: UserAction, body: Json, patience: float) -> Json:
    if body.get("confirm") is False:
        return {"seen": None}  # the app wasn't notified, so there is nothing to wait for
    await did.outcome(float(body.get("patience", patience)))
    return {"seen": show.seen(sandbox, did)}


@act("type")
async def type_text(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Send ``text`` (a message or a slash command) in ``channel``, optionally ``thread_ts``."""
    channel, text = find_channel(sandbox, person, body["channel"]), body["text"]
    if text.startswith("/") and not body.get("thread_ts"):
        return await _seen(
            sandbox, await messaging.command(sandbox, person, channel, text), body, 2.0
        )
    said = messaging.send(sandbox, person, channel, text, body.get("thread_ts"))
    return {"seen": None, "ts": said.ts, "channel": channel.id}


@act("click")
async def click_it(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Click ``target`` (label or action_id) in ``channel``; optional: ``ts``, ``block_id``,
    ``value``, ``confirm`` (true or false: the answer to its confirm dialog).

    Without ``ts``: in the newest message, or ephemeral of this person, with this target.
    """
    channel = find_channel(sandbox, person, body["channel"])
    on: list[Message | Ephemeral] = [*channel.messages]
    on += [
        w for w in sandbox.workspace.ephemerals if (w.user, w.channel) == (person.id, channel.id)
    ]
    target, ts = str(body["target"]), body.get("ts")
    for one in sorted(on, key=lambda one: float(one.ts), reverse=True):
        if one.ts == ts or (ts is None and _has(one.blocks, target, body.get("block_id"))):
            if isinstance(one, Ephemeral):
                did = await click.in_ephemeral(sandbox, person, one, body)
            else:
                did = await click.in_message(sandbox, person, channel, one.ts, body)
            return await _seen(sandbox, did, body, CLICK)
    raise NotPossible(f"nothing in {channel.name or channel.id} has {target!r} to click")


def _has(blocks: list[Json], target: str, block_id: str | None) -> bool:
    return any(
        target in (element["action_id"], label(element))
        and block_id in (None, block.get("block_id"))
        for element, block in elements(blocks)
    )


@act("submit")
async def submit(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Submit ``values`` by block_id; optional: ``view`` (an id; default: the topmost). Returns
    ``errors`` if rejected."""
    view = find_view(sandbox, person, body.get("view"))
    modal.fill(sandbox, view, body.get("values", {}))
    did, answer = await modal.submit(sandbox, person, view)
    if "errors" in answer:
        return {"seen": None, **answer}
    return await _seen(sandbox, did, body, 0.3)


@act("fill")
async def fill(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Fill in ``values`` without submitting."""
    modal.fill(sandbox, find_view(sandbox, person, body.get("view")), body["values"])
    return {"seen": None}


@act("close")
async def close(sandbox: Sandbox, person: Person, body: Json) -> Json:
    await modal.close(sandbox, person, find_view(sandbox, person, body.get("view")))
    return {"seen": None}


@act("choose")
async def choose(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Click ``target`` in a modal or the home tab; optional: ``value``, ``block_id``, ``view``,
    ``confirm`` as for a click."""
    view = find_view(sandbox, person, body.get("view"))
    return await _seen(sandbox, await modal.choose(sandbox, person, view, body), body, CLICK)


@act("search")
async def search(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Type ``text`` into the menu ``target``; returns ``options``."""
    view = find_view(sandbox, person, body.get("view"))
    options = await modal.search(sandbox, person, view, body["target"], body["text"])
    return {"seen": None, "options": options}


@act("shortcut")
async def use_shortcut(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Use the shortcut ``callback_id``; one on a message also needs ``channel`` and ``ts``."""
    if "ts" not in body:
        did = await shortcut.anywhere(sandbox, person, body["callback_id"])
    else:
        channel = find_channel(sandbox, person, body["channel"])
        did = await shortcut.on_message(sandbox, person, channel, body["ts"], body["callback_id"])
    return await _seen(sandbox, did, body, 2.0)


@act("react")
async def react(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Add or remove the reaction ``name`` on ``channel``, ``ts``."""
    channel = find_channel(sandbox, person, body["channel"])
    messaging.react(sandbox, person, channel, body["ts"], body["name"])
    return {"seen": None}


@act("edit")
async def edit(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Change the message ``channel``, ``ts`` to ``text``."""
    channel = find_channel(sandbox, person, body["channel"])
    messaging.edit(sandbox, person, channel, body["ts"], body["text"])
    return {"seen": None}


@act("delete")
async def delete(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Delete the message ``channel``, ``ts``."""
    messaging.delete(sandbox, person, find_channel(sandbox, person, body["channel"]), body["ts"])
    return {"seen": None}


@act("pin")
async def pin(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Pin the message ``channel``, ``ts`` with Slack's own pin, or unpin it."""
    messaging.pin(sandbox, person, find_channel(sandbox, person, body["channel"]), body["ts"])
    return {"seen": None}


@act("move")
async def move_about(sandbox: Sandbox, person: Person, body: Json) -> Json:
    """Do ``how``: join, leave, archive, unarchive, create (``channel``: its name, ``private``),
    invite or remove (``who``), rename (``name``), topic (``text``), home (no channel)."""
    how = body["how"]
    if how == "create":
        private = bool(body.get("private"))
        made = channels.create(sandbox, person, body["channel"], private=private)
        return {"seen": None, "channel": made.id}
    if how == "home":
        channels.open_home(sandbox, person)
        return {"seen": None}
    channel = find_channel(sandbox, person, body["channel"])
    match how:
        case "join":
            channels.join(sandbox, person, channel)
        case "leave":
            channels.leave(sandbox, person, channel)
        case "archive":
            channels.archive(sandbox, person, channel)
        case "unarchive":
            channels.unarchive(sandbox, person, channel)
        case "invite":
            channels.invite(sandbox, person, channel, find_person(sandbox, body["who"]))
        case "remove":
            channels.remove(sandbox, person, channel, find_person(sandbox, body["who"]))
        case "rename":
            channels.rename(sandbox, person, channel, body["name"])
        case "topic":
            channels.set_topic(sandbox, person, channel, body["text"])
        case _:
            raise NotPossible(f"people can't {how}")
    return {"seen": None}
