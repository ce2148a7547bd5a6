"""Acting as a person, over the control API: one function for each ``POST /control/as/WHO/ACT``.

Each takes the body of the request and returns what the person sees (``seen``), if anything.
``patience``: how long, in real seconds, the person watches for an answer after the app has
acknowledged without a word.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.acts import click, modal, move, shortcut, talk
from sandbox.acts.payloads import Impossible
from sandbox.blockkit import elements, label
from sandbox.control import show
from sandbox.control.find import channel as find_channel
from sandbox.control.find import person as find_person
from sandbox.control.find import view as find_view
from sandbox.site import Site
from sandbox.state import Message, Person, Whisper
from sandbox.user_action import Act

Json = dict[str, Any]
Doing = Callable[[Site, Person, Json], Awaitable[Json]]

ACTS: dict[str, Doing] = {}


def act(name: str) -> Callable[[Doing], Doing]:
    def register(doing: Doing) -> Doing:
        ACTS[name] = doing
        return doing

    return register


async def _seen(site: Site, did: Act, body: Json, patience: float) -> Json:
    if body.get("confirm") is False:
        return {"seen": None}  # the app was told nothing, so there is nothing to wait for
    await did.outcome(float(body.get("patience", patience)))
    return {"seen": show.seen(site, did)}


@act("type")
async def type_text(site: Site, person: Person, body: Json) -> Json:
    """``channel``, ``text`` (a message or a slash command), maybe ``thread_ts``."""
    channel, text = find_channel(site, person, body["channel"]), body["text"]
    if text.startswith("/") and not body.get("thread_ts"):
        return await _seen(site, await talk.command(site, person, channel, text), body, 2.0)
    said = talk.say(site, person, channel, text, body.get("thread_ts"))
    return {"seen": None, "ts": said.ts, "channel": channel.id}


@act("click")
async def click_it(site: Site, person: Person, body: Json) -> Json:
    """``channel``, ``target`` (label or action_id), maybe ``ts``, ``block_id``, ``value``,
    ``confirm`` (true or false: the answer to its confirm dialog).

    Without ``ts`` it is the newest message, or ephemeral of this person, that has the target.
    """
    channel = find_channel(site, person, body["channel"])
    on: list[Message | Whisper] = [*channel.messages]
    on += [w for w in site.workspace.whispers if (w.user, w.channel) == (person.id, channel.id)]
    target, ts = str(body["target"]), body.get("ts")
    for one in sorted(on, key=lambda one: float(one.ts), reverse=True):
        if one.ts == ts or (ts is None and _has(one.blocks, target, body.get("block_id"))):
            if isinstance(one, Whisper):
                did = await click.in_whisper(site, person, one, body)
            else:
                did = await click.in_message(site, person, channel, one.ts, body)
            return await _seen(site, did, body, 0.5)
    raise Impossible(f"nothing in {channel.name or channel.id} has {target!r} to click")


def _has(blocks: list[Json], target: str, block_id: str | None) -> bool:
    return any(
        target in (element["action_id"], label(element))
        and block_id in (None, block.get("block_id"))
        for element, block in elements(blocks)
    )


@act("submit")
async def submit(site: Site, person: Person, body: Json) -> Json:
    """``values`` by block_id, maybe ``view`` (an id; else the topmost). ``errors`` if refused."""
    view = find_view(site, person, body.get("view"))
    modal.fill(site, view, body.get("values", {}))
    did, answer = await modal.submit(site, person, view)
    if "errors" in answer:
        return {"seen": None, **answer}
    return await _seen(site, did, body, 0.3)


@act("fill")
async def fill(site: Site, person: Person, body: Json) -> Json:
    """``values``, without submitting."""
    modal.fill(site, find_view(site, person, body.get("view")), body["values"])
    return {"seen": None}


@act("close")
async def close(site: Site, person: Person, body: Json) -> Json:
    await modal.close(site, person, find_view(site, person, body.get("view")))
    return {"seen": None}


@act("choose")
async def choose(site: Site, person: Person, body: Json) -> Json:
    """In a modal or the home tab: ``target``, maybe ``value``, ``block_id``, ``view``,
    ``confirm`` as for a click."""
    view = find_view(site, person, body.get("view"))
    return await _seen(site, await modal.choose(site, person, view, body), body, 0.5)


@act("search")
async def search(site: Site, person: Person, body: Json) -> Json:
    """Type ``text`` into the menu ``target``: ``options``."""
    view = find_view(site, person, body.get("view"))
    options = await modal.search(site, person, view, body["target"], body["text"])
    return {"seen": None, "options": options}


@act("shortcut")
async def use_shortcut(site: Site, person: Person, body: Json) -> Json:
    """``callback_id``; on a message: ``channel`` and ``ts``."""
    if "ts" not in body:
        did = await shortcut.anywhere(site, person, body["callback_id"])
    else:
        channel = find_channel(site, person, body["channel"])
        did = await shortcut.on_message(site, person, channel, body["ts"], body["callback_id"])
    return await _seen(site, did, body, 2.0)


@act("react")
async def react(site: Site, person: Person, body: Json) -> Json:
    """``channel``, ``ts``, ``name``; once more takes it away."""
    channel = find_channel(site, person, body["channel"])
    talk.react(site, person, channel, body["ts"], body["name"])
    return {"seen": None}


@act("edit")
async def edit(site: Site, person: Person, body: Json) -> Json:
    """``channel``, ``ts``, ``text``."""
    channel = find_channel(site, person, body["channel"])
    talk.edit(site, person, channel, body["ts"], body["text"])
    return {"seen": None}


@act("delete")
async def delete(site: Site, person: Person, body: Json) -> Json:
    """``channel``, ``ts``."""
    talk.delete(site, person, find_channel(site, person, body["channel"]), body["ts"])
    return {"seen": None}


@act("move")
async def move_about(site: Site, person: Person, body: Json) -> Json:
    """``how``: join, leave, archive, unarchive, create (``channel`` its name, ``private``),
    invite or remove (``who``), rename (``name``), topic (``text``), home (no channel)."""
    how = body["how"]
    if how == "create":
        private = bool(body.get("private"))
        made = move.create(site, person, body["channel"], private=private)
        return {"seen": None, "channel": made.id}
    if how == "home":
        move.open_home(site, person)
        return {"seen": None}
    channel = find_channel(site, person, body["channel"])
    match how:
        case "join":
            move.join(site, person, channel)
        case "leave":
            move.leave(site, person, channel)
        case "archive":
            move.archive(site, person, channel)
        case "unarchive":
            move.unarchive(site, person, channel)
        case "invite":
            move.invite(site, person, channel, find_person(site, body["who"]))
        case "remove":
            move.remove(site, person, channel, find_person(site, body["who"]))
        case "rename":
            move.rename(site, person, channel, body["name"])
        case "topic":
            move.set_topic(site, person, channel, body["text"])
        case _:
            raise Impossible(f"people can't {how}")
    return {"seen": None}
