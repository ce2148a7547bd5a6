"""Open modals and home tabs: a stack of at most three views per person."""

import copy
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.blockkit.complete import completed, mean
from sandbox.blockkit.input_state import initial_state
from sandbox.workspace import Workspace

Json = dict[str, Any]


@dataclass
class View:
    """One view shown to one person. ``values``: what they have filled in; ``offered``: the options
    that the app offered in external menus, by action_id."""

    id: str
    user: str
    payload: Json
    root_id: str
    previous_id: str | None
    values: Json
    hash: str
    offered: dict[str, list[Json]] = field(default_factory=dict)

    def show(self, payload: Json) -> None:
        """Replace the content; values under the same ids are kept."""
        self.payload = copy.deepcopy(payload)
        self.payload["blocks"] = completed(payload["blocks"])
        mean([self.payload.get(name) for name in ("title", "submit", "close")])
        fresh = initial_state(self.payload["blocks"])
        for block_id, actions in fresh.items():
            for action_id in actions:
                kept = self.values.get(block_id, {}).get(action_id)
                if kept is not None and kept["type"] == actions[action_id]["type"]:
                    actions[action_id] = kept
        self.values, self.hash = fresh, new_hash()


class Views:
    """All open views, by person, topmost last."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def make(self, user: str, payload: Json, below: View | None = None) -> View:
        name = self._workspace.new_id("V")
        root, previous = (below.root_id, below.id) if below else (name, None)
        view = View(name, user, payload, root, previous, {}, "")
        view.show(payload)
        return view

    def open(self, user: str, payload: Json) -> View:
        """Open a new modal, replacing all open ones."""
        view = self.make(user, payload)
        self.stacks[user] = [view]
        return view

    def push(self, below: View, payload: Json) -> View:
        view = self.make(below.user, payload, below)
        self.stacks[below.user].append(view)
        return view

    def find(self, name: object) -> View | None:
        """An open view or a home tab, by id or external_id."""
        views = [v for stack in self.stacks.values() for v in stack]
        views += self.homes.values()
        return next((v for v in views if name in (v.id, v.payload.get("external_id"))), None)

    def close(self, view: View) -> None:
        stack = self.stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)

    def to_json(self, view: View) -> Json:
        payload = view.payload
        return {
            "id": view.id,
            "team_id": self._workspace.team_id,
            "type": payload["type"],
            "blocks": payload["blocks"],
            "private_metadata": payload.get("private_metadata", ""),
            "callback_id": payload.get("callback_id", ""),
            "state": {"values": view.values},
            "hash": view.hash,
            "title": payload.get("title"),
            "clear_on_close": payload.get("clear_on_close", False),
            "notify_on_close": payload.get("notify_on_close", False),
            "close": payload.get("close"),
            "submit": payload.get("submit"),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self._workspace.app_id,
            "external_id": payload.get("external_id", ""),
            "app_installed_team_id": self._workspace.team_id,
            "bot_id": self._workspace.bot_id,
        }


def new_hash() -> str:
    return f"{int(time.time())}.{secrets.token_hex(4)}"
