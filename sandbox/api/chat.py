"""chat.*"""

from typing import Any

from sandbox import slack_json, workspace_events
from sandbox.api.lookup import joined, message, visible, writable
from sandbox.api.message_content import checked, nothing
from sandbox.api.registry import method
from sandbox.refusal import Refusal, bad_arguments
from sandbox.sandbox import Sandbox
from sandbox.workspace import Channel, Ephemeral, Message

Json = dict[str, Any]


@method("chat.postMessage")
def post_message(sandbox: Sandbox, args: Json) -> Json:
    """Post to a channel that the bot is in, or to a person by id (which opens the DM)."""
    channel = _addressee(sandbox, args["channel"])
    given = checked(sandbox, "chat.postMessage", args)
    if nothing(given):
        raise Refusal("no_text", wrong="a message without text, blocks or attachments")
    fields = {"text": "", **given, **_thread(channel, args), "by_app": True}
    said = Message(sandbox.ts(), sandbox.workspace.bot_user, **fields)
    workspace_events.post(sandbox, channel, said)
    shape = slack_json.message(sandbox.workspace, channel, said)
    answer: Json = {"channel": channel.id, "ts": said.ts, "message": shape}
    if "blocks" in given and not given.get("text"):
        answer["warning"] = "missing_text_in_message"
        answer["response_metadata"] = {"warnings": ["missing_text_in_message"]}
    return answer


@method("chat.update")
def update(sandbox: Sandbox, args: Json) -> Json:
    """Update a message. Omitted fields stay; an empty list of blocks removes them."""
    if args["channel"] in sandbox.workspace.people:
        raise Refusal("channel_not_found", wrong="chat.update needs the D… id, not the U… id")
    channel = writable(sandbox, args["channel"])
    said = message(channel, args["ts"])
    if not said.by_app:
        raise Refusal("cant_update_message", wrong="another user's message")
    given = checked(sandbox, "chat.update", args)
    after = {"text": said.text, "blocks": said.blocks, "attachments": said.attachments, **given}
    if nothing(after) or not any(key in args for key in ("text", "blocks", "attachments")):
        raise Refusal("no_text", wrong="nothing to update it to")
    workspace_events.edit(sandbox, channel, said, sandbox.workspace.bot_user, **given)
    shape = slack_json.message(sandbox.workspace, channel, said)
    shape.pop("ts")
    return {"channel": channel.id, "ts": said.ts, "text": said.text, "message": shape}


@method("chat.delete")
def delete(sandbox: Sandbox, args: Json) -> Json:
    channel = joined(sandbox, args["channel"])
    said = message(channel, args["ts"])
    if not said.by_app:
        raise Refusal("cant_delete_message", wrong="another user's message")
    workspace_events.delete(sandbox, channel, said)
    return {"channel": channel.id, "ts": said.ts}


@method("chat.postEphemeral")
def post_ephemeral(sandbox: Sandbox, args: Json) -> Json:
    """Show a message only to this person, who must be in the channel."""
    user = args["user"]
    if user not in sandbox.workspace.people:
        raise bad_arguments("must be a user id [json-pointer:/user]")
    channel = writable(sandbox, args["channel"])
    if user not in channel.members:
        raise Refusal("user_not_in_channel")
    given = checked(sandbox, "chat.postEphemeral", args)
    if nothing(given):
        raise Refusal("no_text", wrong="a message without text, blocks or attachments")
    shown = {"text": given.get("text", ""), "blocks": given.get("blocks", [])}
    ephemeral = Ephemeral(sandbox.ts(), channel.id, user, thread_ts=args.get("thread_ts"), **shown)
    sandbox.show_ephemeral(ephemeral)
    return {"message_ts": ephemeral.ts}


@method("chat.getPermalink")
def get_permalink(sandbox: Sandbox, args: Json) -> Json:
    channel = visible(sandbox, args["channel"])
    said = message(channel, args["message_ts"])
    return {
        "channel": channel.id,
        "permalink": slack_json.permalink(sandbox.workspace, channel, said),
    }


def _addressee(sandbox: Sandbox, name: str) -> Channel:
    """The channel, by id or ``#name``, or the DM with a person, by id."""
    person = sandbox.workspace.people.get(name)
    if person is not None:
        if person.is_bot:
            raise Refusal("cannot_dm_bot", wrong="a bot can't write to itself")
        if person.deleted:
            raise Refusal("channel_not_found")
        return sandbox.workspace.im(person.id, sandbox.clock.now())
    found = sandbox.workspace.channel(name)
    channel = writable(sandbox, found.id if found else name)
    if channel.kind == "im" and any(sandbox.workspace.people[m].deleted for m in channel.members):
        raise Refusal("channel_not_found")
    return channel


def _thread(channel: Channel, args: Json) -> Json:
    """The root of the thread; an unknown ``thread_ts`` posts to the channel."""
    root = channel.message(args.get("thread_ts", ""))
    if root is None:
        return {}
    broadcast = bool(args.get("reply_broadcast"))
    return {"thread_ts": root.thread_ts or root.ts, "broadcast": broadcast}
