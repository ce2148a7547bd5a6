"""Channels, people, messages, views and files as Slack's JSON."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.workspace import Channel, File, Message, Person, UserGroup, Workspace

Json = dict[str, Any]

ZONE_LABELS = {
    "BST": "British Summer Time",
    "CEST": "Central European Summer Time",
    "CET": "Central European Time",
    "EDT": "Eastern Daylight Time",
    "EST": "Eastern Standard Time",
    "GMT": "Greenwich Mean Time",
    "IST": "India Standard Time",
    "JST": "Japan Standard Time",
    "PDT": "Pacific Daylight Time",
    "PST": "Pacific Standard Time",
    "UTC": "Coordinated Universal Time",
}


def user(workspace: Workspace, person: Person, now: float, *, email: bool = False) -> Json:
    """A person, at the sandbox time ``now``. ``email``: include the address, which needs a
    scope."""
    address = {"email": person.email} if email and person.email else {}
    elsewhere = "T0ELSEWHERE"
    names = {"real_name": person.real_name or person.name, "display_name": person.name}
    normalized = {f"{key}_normalized": value for key, value in names.items()}
    return {
        "id": person.id,
        "team_id": elsewhere if person.is_stranger else workspace.team_id,
        "name": person.name,
        "deleted": person.deleted,
        "color": "9f69e7",
        "real_name": person.real_name or person.name,
        **_time_zone(person.tz, now),
        "profile": {**names, **normalized, "team": workspace.team_id, **address},
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_restricted": person.is_restricted or person.is_ultra_restricted,
        "is_ultra_restricted": person.is_ultra_restricted,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 0,
        **({"is_stranger": True} if person.is_stranger else {}),
    }


def user_group(workspace: Workspace, group: UserGroup, *, users: bool = False) -> Json:
    """A user group, with its people if ``users``."""
    return {
        "id": group.id,
        "team_id": workspace.team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name or group.handle,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 1 if group.disabled else 0,
        "auto_type": None,
        "created_by": "USLACKBOT",
        "updated_by": "USLACKBOT",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "user_count": str(len(group.users)),
        **({"users": group.users} if users else {}),
    }


def _time_zone(name: str, now: float) -> Json:
    """The time zone of a profile, with its offset from UTC at that time, in seconds."""
    at = datetime.fromtimestamp(now, ZoneInfo(name))
    offset, short = at.utcoffset() or timedelta(), at.tzname() or name
    label = ZONE_LABELS.get(short, name)
    return {"tz": name, "tz_label": label, "tz_offset": int(offset.total_seconds())}


def channel(workspace: Workspace, it: Channel, *, num_members: bool = False) -> Json:
    """A conversation, as the bot sees it."""
    if it.kind == "im":
        other = next(member for member in it.members if member != workspace.bot_user)
        return {
            "id": it.id,
            "created": it.created,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "context_team_id": workspace.team_id,
            "user": other,
            "is_user_deleted": workspace.people[other].deleted,
            "is_open": True,
            "last_read": "0000000000.000000",
            "priority": 0,
        }
    shape: Json = {
        "id": it.id,
        "name": it.name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": it.kind == "private",
        "created": it.created,
        "creator": it.creator,
        "is_archived": it.archived,
        "is_general": it.general,
        "unlinked": 0,
        "name_normalized": it.name,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "shared_team_ids": [workspace.team_id],
        "context_team_id": workspace.team_id,
        "updated": it.created * 1000,
        "is_member": workspace.bot_user in it.members,
        "topic": it.topic,
        "purpose": it.purpose,
        "previous_names": it.previous_names,
    }
    return {**shape, "num_members": len(it.members)} if num_members else shape


def message(
    workspace: Workspace,
    it: Channel,
    said: Message,
    *,
    metadata: bool = True,
    replies: list[Message] | None = None,
) -> Json:
    """A message, as in the history. Pass its ``replies`` if known, to save looking them up."""
    shape: Json = {"type": "message", "user": said.user, "text": said.text, "ts": said.ts}
    if not said.user:
        del shape["user"]  # an incoming webhook's
    shape["team"] = workspace.team_id
    if said.subtype:
        shape["subtype"] = said.subtype
    if said.by_app:
        shape |= _bot(workspace)
    if blocks := said.blocks or ([] if said.by_app or said.subtype else [_rich(said)]):
        shape["blocks"] = blocks
    if said.attachments:
        shape["attachments"] = said.attachments
    if said.metadata is not None and metadata:
        shape["metadata"] = said.metadata
    if said.edited:
        shape["edited"] = said.edited
    if said.files:
        shape["files"] = [file(workspace, workspace.files[f]) for f in said.files]
    if said.reactions:
        shape["reactions"] = [
            {"name": name, "users": users, "count": len(users)}
            for name, users in said.reactions.items()
        ]
    if any(pin["ts"] == said.ts for pin in it.pins):
        shape["pinned_to"] = [it.id]
    return {**shape, **_thread(it, said, replies), **said.extra}


def pinned_item(workspace: Workspace, it: Channel, pin: Json) -> Json:
    """A pin, with its message."""
    said = it.message(pin["ts"])
    assert said is not None
    shown = {**message(workspace, it, said), "permalink": permalink(workspace, it, said)}
    when = {"created": pin["created"], "created_by": pin["created_by"]}
    return {"type": "message", "channel": it.id, **when, "message": shown}


def _thread(it: Channel, said: Message, replies: list[Message] | None = None) -> Json:
    if said.thread_ts:
        return {"thread_ts": said.thread_ts}
    if replies is None:
        replies = [m for m in it.messages if m.thread_ts == said.ts]
    if not replies:
        return {}
    return {
        "thread_ts": said.ts,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(m.user for m in replies)),
        "latest_reply": replies[-1].ts,
    }


def _bot(workspace: Workspace) -> Json:
    bot = workspace.people[workspace.bot_user]
    profile: Json = {"id": workspace.bot_id, "app_id": workspace.app_id, "name": bot.name}
    profile |= {"deleted": False, "team_id": workspace.team_id}
    return {"bot_id": workspace.bot_id, "app_id": workspace.app_id, "bot_profile": profile}


def _rich(said: Message) -> Json:
    """The rich_text block that Slack creates for typed text."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": said.text}]}
    block_id = "b" + said.ts.replace(".", "")[-6:]
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def file(workspace: Workspace, it: File) -> Json:
    address = f"https://{workspace.domain}.slack.com/files/{it.user}/{it.id}/{it.name}"
    extension = it.name.rpartition(".")[2]
    return {
        "id": it.id,
        "created": it.created,
        "timestamp": it.created,
        "name": it.name,
        "title": it.title,
        "filetype": extension,
        "mimetype": "text/plain",
        "pretty_type": extension.upper(),
        "user": it.user,
        "editable": False,
        "size": it.length,
        "mode": "hosted",
        "is_external": False,
        "is_public": bool(it.channels),
        "url_private": address,
        "url_private_download": address + "?download=1",
        "permalink": address,
        "channels": it.channels,
        "groups": [],
        "ims": [],
    }


def permalink(workspace: Workspace, it: Channel, said: Message) -> str:
    """``https://acme.slack.com/archives/C…/p…``, with the thread if there is one."""
    link = f"https://{workspace.domain}.slack.com/archives/{it.id}/p{said.ts.replace('.', '')}"
    thread = _thread(it, said).get("thread_ts")
    return f"{link}?thread_ts={thread}&cid={it.id}" if thread else link
