"""bookmarks.*"""

from typing import Any

from sandbox.api.lookup import visible, writable
from sandbox.api.registry import method
from sandbox.contract import limit
from sandbox.refusal import Refusal
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel

Json = dict[str, Any]


@method("bookmarks.add")
def add(sandbox: Sandbox, args: Json) -> Json:
    channel = writable(sandbox, args["channel_id"])
    if args["type"] != "link":
        raise Refusal("invalid_bookmark_type", wrong=f"type: {args['type']}")
    if len(channel.bookmarks) >= limit("bookmarks"):
        raise Refusal("too_many_bookmarks")
    bookmark = {
        "id": sandbox.workspace.new_id("Bk"),
        "channel_id": channel.id,
        "title": args["title"],
        "link": _link(args),
        "emoji": args.get("emoji", ""),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": int(sandbox.clock.now()),
        "date_updated": 0,
        "rank": "g",
        "last_updated_by_user_id": sandbox.workspace.bot_user,
        "last_updated_by_team_id": sandbox.workspace.team_id,
        "shortcut_id": None,
        "app_id": sandbox.workspace.app_id,
    }
    channel.bookmarks.append(bookmark)
    return {"bookmark": bookmark}


@method("bookmarks.edit")
def edit(sandbox: Sandbox, args: Json) -> Json:
    bookmark = _find(writable(sandbox, args["channel_id"]), args["bookmark_id"])
    if "link" in args:
        bookmark["link"] = _link(args)
    bookmark |= {key: args[key] for key in ("title", "emoji") if key in args}
    bookmark["date_updated"] = int(sandbox.clock.now())
    return {"bookmark": bookmark}


@method("bookmarks.list")
def list_all(sandbox: Sandbox, args: Json) -> Json:
    return {"bookmarks": visible(sandbox, args["channel_id"]).bookmarks}


@method("bookmarks.remove")
def remove(sandbox: Sandbox, args: Json) -> Json:
    channel = writable(sandbox, args["channel_id"])
    channel.bookmarks.remove(_find(channel, args["bookmark_id"]))
    return {}


def _find(channel: Channel, name: str) -> Json:
    for bookmark in channel.bookmarks:
        if bookmark["id"] == name:
            return bookmark
    raise Refusal("not_found")


def _link(args: Json) -> str:
    link = str(args.get("link", ""))
    if not link.startswith(("http://", "https://")):
        raise Refusal("invalid_link", wrong=f"link: {link!r}")
    return link
