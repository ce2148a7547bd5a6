"""The workspace as one person sees it, as JSON for the page."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sandbox import slack_json
from sandbox.control import show
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Ephemeral, Message, Person

Json = dict[str, Any]

RECENT = 60  # messages in a window before scrolling
VIOLATIONS = 50


def workspace(sandbox: Sandbox) -> Json:
    """The people, and the commands and shortcuts of the app's manifest."""
    it, menu = sandbox.workspace, sandbox.app_config.menu
    return {
        "name": it.name,
        "domain": it.domain,
        "bot": it.bot_user,
        "app": {"name": menu.name or it.people[it.bot_user].name, "description": menu.description},
        "tips": sandbox.tips,
        "people": [asdict(person) for person in it.people.values()],
        "channels": {c.id: c.name for c in it.channels.values() if c.kind == "channel"},
        "commands": list(menu.commands),
        "shortcuts": list(menu.shortcuts),
    }


def toolbar(sandbox: Sandbox) -> Json:
    """The clock, the active faults, and the violations."""
    return {
        "clock": sandbox.clock.reading(),
        "faults": [{"id": each.id, "kind": each.kind} for each in sandbox.faults.all.values()],
        "violations": [asdict(each) for each in sandbox.violations[-VIOLATIONS:]],
    }


def sidebar(sandbox: Sandbox, person: Person, read: Mapping[str, str]) -> list[Json]:
    """The conversations that this person can open. ``read``: the ts up to which they have read, by
    channel."""
    return [
        {
            "id": it.id,
            "name": show.channel_name(sandbox, it),
            "kind": it.kind,
            "archived": it.archived,
            "member": person.id in it.members,
            **_unread(it, person, read.get(it.id, "")),
        }
        for it in sandbox.workspace.channels.values()
        if it.kind == "channel" or person.id in it.members
    ]


def _unread(it: Channel, person: Person, read: str) -> Json:
    """The number of unread messages, and how many of them mention this person; messages in a DM
    always count as mentions."""
    unread = mentions = 0
    if person.id in it.members:
        for said in reversed(it.messages):
            if said.ts <= read:
                break
            if said.user != person.id and not said.subtype:
                unread += 1
                mentions += it.kind == "im" or _names(said, person)
    return {"unread": unread, "mentions": mentions}


def _names(said: Message, person: Person) -> bool:
    everybody = ("<!here>", "<!channel>", "<!everyone>")
    said_ = f"{said.text} {said.blocks}"
    return any(each in said_ for each in (f"<@{person.id}>", f"<@{person.id}|", *everybody))


def header(sandbox: Sandbox, person: Person, it: Channel) -> Json:
    """The header of a conversation."""
    pinned = [said for pin in it.pins if (said := it.message(pin["ts"])) is not None]
    return {
        "id": it.id,
        "name": show.channel_name(sandbox, it),
        "kind": it.kind,
        "topic": it.topic["value"],
        "archived": it.archived,
        "member": person.id in it.members,
        "members": it.members,
        "bookmarks": it.bookmarks,
        "pins": [slack_json.message(sandbox.workspace, it, said, replies=[]) for said in pinned],
    }


def conversation(sandbox: Sandbox, person: Person, it: Channel, since: str) -> list[Json]:
    """The messages of a channel from ``since`` on, including this person's ephemeral ones, without
    replies."""
    replies: dict[str, list[Message]] = defaultdict(list)
    for said in it.messages:
        if said.thread_ts:
            replies[said.thread_ts].append(said)
    shown = [
        slack_json.message(sandbox.workspace, it, said, replies=replies[said.ts])
        for said in it.messages
        if said.ts >= since and (not said.thread_ts or said.broadcast)
    ]
    return _with_ephemerals(sandbox, shown, person, it, since, None)


def thread(sandbox: Sandbox, person: Person, it: Channel, root: str) -> list[Json]:
    """A message and its replies."""
    shown = [
        slack_json.message(sandbox.workspace, it, said, replies=[])
        for said in it.messages
        if root in (said.ts, said.thread_ts)
    ]
    return _with_ephemerals(sandbox, shown, person, it, "", root)


def _with_ephemerals(
    sandbox: Sandbox, shown: list[Json], person: Person, it: Channel, since: str, root: str | None
) -> list[Json]:
    shown += [
        _ephemeral(sandbox, each)
        for each in sandbox.workspace.ephemerals
        if (each.channel, each.user, each.thread_ts) == (it.id, person.id, root)
        and each.ts >= since
    ]
    return sorted(shown, key=lambda each: str(each["ts"]))


def _ephemeral(sandbox: Sandbox, it: Ephemeral) -> Json:
    by = "USLACKBOT" if it.problem else sandbox.workspace.bot_user
    return {"ts": it.ts, "user": by, "text": it.text, "blocks": it.blocks, "only_you": True}


def first_ts(it: Channel, before: str | None, more: int) -> str:
    """The ts of the message ``more`` messages before ``before`` (None: before the end)."""
    said = [m.ts for m in it.messages if not m.thread_ts or m.broadcast]
    above = [ts for ts in said if before is None or ts < before][-more:]
    return above[0] if above else before or ""


def overlays(sandbox: Sandbox, person: Person) -> Json:
    """The views in front of the conversation: open modals, topmost last, and the app's home
    tab."""
    home = sandbox.views.homes.get(person.id)
    return {
        "views": [sandbox.views.to_json(view) for view in sandbox.views.stacks.get(person.id, [])],
        "home": sandbox.views.to_json(home) if home is not None else None,
    }
