"""What Slack sends, as far as we read it: each field of its type, each text sound.

A signature says who sent it, not that it has the shape we know. So a payload is rebuilt from
what was read of it: what is missing or of another type is `Nonsense`, and whatever else it
holds stays outside.
"""

import json
import re
from typing import Any

from bot.messages.text import sound

Json = dict[str, Any]

NAME_MAX = 255  # characters: of an action_id, a block_id, a callback_id
TEXT_MAX = 2**20  # characters; what has room in an incident is said by whoever takes it

_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")
_LINK = re.compile(r"https?://[!-~]{1,2000}")


class Nonsense(ValueError):
    """It has no shape that Slack sends. Says where, never what is there: that may be private."""


def read(payload: object) -> Json:
    """What a listener may rely on. Raises `Nonsense`.

    >>> read({"command": "/incident", "user_id": "U0ANA", "text": None, "more": [1]})
    {'command': '/incident', 'user_id': 'U0ANA', 'text': ''}
    >>> read({"type": "block_actions", "user": "ana"})
    Traceback (most recent call last):
    bot.listeners.payload.Nonsense: payload.user is no object
    """
    at = _At(payload, "payload")
    if at["command"].there:
        return _command(at)
    kind = at["type"].text(NAME_MAX)
    match kind:
        case "block_actions":
            said = {**_interactive(at), "actions": [_action(at["actions"].first())]}
            if at["view"].there:  # the button stood in a modal, or on the home tab
                said["view"] = {"type": at["view"]["type"].text(NAME_MAX), **_filled(at["view"])}
        case "view_submission" | "view_closed":
            said = {**_interactive(at), "view": _view(at["view"])}
        case "shortcut":
            said = {**_interactive(at), "callback_id": at["callback_id"].text(NAME_MAX)}
        case "message_action":
            said = {**_interactive(at), "callback_id": at["callback_id"].text(NAME_MAX)}
            said["message"] = _message(at["message"])
            said["channel"] = {"id": at["channel"]["id"].id()}
        case "event_callback":
            said = {"event_id": at["event_id"].text(NAME_MAX), "event": _event(at["event"])}
        case "url_verification":
            said = {"challenge": at["challenge"].text()}
        case "app_rate_limited":
            said = {}
        case _:
            raise Nonsense("payload.type is none that we know")
    return {"type": kind, **said}


class _At:
    """A place in a payload. A null is as good as nothing, and there is nothing in nothing."""

    def __init__(self, value: object, path: str) -> None:
        self._value = value
        self._path = path

    @property
    def there(self) -> bool:
        return self._value is not None

    @property
    def is_true(self) -> bool:
        return self._value is True

    def __getitem__(self, name: str) -> "_At":
        return _At(self._object().get(name), f"{self._path}.{name}")

    def inside(self) -> dict[str, "_At"]:
        return {sound(name): self[name] for name in self._object()}

    def items(self) -> list["_At"]:
        if not isinstance(self._value, list | None):
            raise self._is_no("list")
        return [_At(each, f"{self._path}[{n}]") for n, each in enumerate(self._value or [])]

    def first(self) -> "_At":
        return next(iter(self.items()), _At(None, f"{self._path}[0]"))

    def text(self, most: int = TEXT_MAX) -> str:
        if not isinstance(self._value, str):
            raise self._is_no("text")
        if len(self._value) > most:
            raise Nonsense(f"{self._path} is longer than {most}")
        return sound(self._value)

    def id(self) -> str:
        text = self.text()
        if not _ID.fullmatch(text):
            raise self._is_no("id")
        return text

    def ts(self) -> str:
        text = self.text()
        if not _TS.fullmatch(text):
            raise self._is_no("ts")
        return text

    def link(self) -> str:
        if not _LINK.fullmatch(self.text()):
            raise self._is_no("link")
        return self.text()

    def _object(self) -> Json:
        if not isinstance(self._value, dict | None):
            raise self._is_no("object")
        return self._value or {}

    def _is_no(self, what: str) -> Nonsense:
        return Nonsense(f"{self._path} is no {what}")


def _command(at: _At) -> Json:
    return {
        "command": at["command"].text(NAME_MAX),
        "user_id": at["user_id"].id(),
        "text": at["text"].text() if at["text"].there else "",
        **_id("team_id", at["team_id"]),
        **_id("channel_id", at["channel_id"]),
        **_ways_back(at),
    }


def _interactive(at: _At) -> Json:
    """What a click, a form and a shortcut have in common."""
    return {
        "user": {"id": at["user"]["id"].id()},
        "channel": _id("id", at["channel"]["id"]),
        **_id("team_id", at["team"]["id"]),  # null if an organisation installed the app
        **_ways_back(at),
    }


def _message(at: _At) -> Json:
    text = at["text"].text() if at["text"].there else ""
    return {"ts": at["ts"].ts(), "text": text, **_id("user", at["user"])}


def _id(name: str, at: _At) -> Json:
    return {name: at.id()} if at.there else {}


def _event(at: _At) -> Json:
    """What happened, and where; of a kind that nobody follows, its name. `ts`: the message that
    it is about, `author`: who wrote that."""
    kind = at["type"].text(NAME_MAX)
    match kind:
        case "message":
            said = {**_id("channel", at["channel"]), **_change(at)}
        case "reaction_added" | "reaction_removed":
            said = {**_id("user", at["user"]), **_reaction(at)}
        case "channel_rename" | "group_rename":
            new = at["channel"]
            said = {"channel": new["id"].id(), "name": new["name"].text(NAME_MAX)}
        case "member_joined_channel" | "member_left_channel":
            said = {"user": at["user"].id(), **_id("channel", at["channel"])}
            said |= _id("inviter", at["inviter"])
        case "channel_archive" | "group_archive" | "channel_left" | "group_left":
            said = {**_id("user", at["user"]), **_id("channel", at["channel"])}
        case "app_home_opened":
            said = {"user": at["user"].id(), "tab": at["tab"].text(NAME_MAX)}
        case "user_change":
            about = at["user"]
            said = {"member": about["id"].id(), "deleted": about["deleted"].is_true}
        case _:
            said = {}
    return {"type": kind, **said}


def _reaction(at: _At) -> Json:
    """To a message; there may be some to a file, which is nowhere."""
    item = at["item"]
    where = {"ts": item["ts"].ts()} if item["ts"].there else {}
    return {"reaction": at["reaction"].text(NAME_MAX), **_id("channel", item["channel"]), **where}


def _change(at: _At) -> Json:
    """Of a message that was edited or deleted; of a new one, only that there is one."""
    subtype = at["subtype"].text(NAME_MAX) if at["subtype"].there else ""
    match subtype:
        case "message_changed":
            new = at["message"]
            text = new["text"].text() if new["text"].there else ""
            said = {"ts": new["ts"].ts(), "text": text, **_id("author", new["user"])}
            edited = new["edited"]["ts"].ts() if new["edited"].there else ""
            return {"subtype": subtype, "edited": edited, **said}
        case "message_deleted":
            return {"subtype": subtype, "ts": at["deleted_ts"].ts()}
        case _:
            return {"subtype": subtype}


def _ways_back(at: _At) -> Json:
    said = {}
    if at["trigger_id"].there:
        said["trigger_id"] = at["trigger_id"].text(NAME_MAX)
    if at["response_url"].there:
        said["response_url"] = at["response_url"].link()
    return said


def _action(at: _At) -> Json:
    return {
        "action_id": at["action_id"].text(NAME_MAX),
        "value": at["value"].text() if at["value"].there else "",
    }


def _view(at: _At) -> Json:
    """`metadata`: what we put into `private_metadata`. `inputs`: their names, from the top."""
    return {
        "type": "modal",
        "callback_id": at["callback_id"].text(NAME_MAX),
        **_filled(at),
        "inputs": [
            each["block_id"].text(NAME_MAX)
            for each in at["blocks"].items()
            if each["type"].text(NAME_MAX) == "input"
        ],
        **_id("app_installed_team_id", at["app_installed_team_id"]),
    }


def _filled(at: _At) -> Json:
    """What is in a form so far. `hash`: which state of it, so that nothing newer is replaced."""
    return {
        "id": at["id"].id(),
        "hash": at["hash"].text(NAME_MAX) if at["hash"].there else "",
        "metadata": _metadata(at["private_metadata"]),
        "values": _values(at["state"]["values"]),
    }


def _metadata(at: _At) -> Json:
    written = at.text() if at.there else ""
    try:
        said = _At(json.loads(written or "{}"), "payload.view.private_metadata")
    except (ValueError, RecursionError):
        raise Nonsense("payload.view.private_metadata is no JSON") from None
    kept = {}
    for name in ("incident", "source", "severity", "suggested", "home"):
        if said[name].there:
            kept[name] = said[name].text(NAME_MAX)
    return {**kept, **_ways_back(said)}


def _values(at: _At) -> Json:
    """A form's inputs, by block_id and action_id."""
    return {
        block: {action: _input(each) for action, each in actions.inside().items()}
        for block, actions in at.inside().items()
    }


def _input(at: _At) -> Json:
    said: Json = {}
    if at["value"].there:
        said["value"] = at["value"].text()
    if at["selected_user"].there:
        said["selected_user"] = at["selected_user"].id()
    if at["selected_option"].there:
        said["selected_option"] = {"value": at["selected_option"]["value"].text()}
    if at["selected_options"].there:
        chosen = at["selected_options"].items()
        said["selected_options"] = [{"value": each["value"].text()} for each in chosen]
    return said
