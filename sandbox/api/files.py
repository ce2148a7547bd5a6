"""files.*: upload URLs, uploads, and sharing."""

import base64
from typing import Any

from sandbox import slack_json, workspace_events
from sandbox.api.lookup import writable
from sandbox.api.registry import method
from sandbox.refusal import Refusal, bad_arguments
from sandbox.sandbox import Sandbox
from sandbox.workspace import File, Message

Json = dict[str, Any]


@method("files.getUploadURLExternal")
def get_upload_url(sandbox: Sandbox, args: Json) -> Json:
    if args["length"] < 1:
        raise bad_arguments("must be more than 0 [json-pointer:/length]")
    workspace, now = sandbox.workspace, int(sandbox.clock.now())
    name = args["filename"]
    file = File(workspace.new_id("F"), name, name, args["length"], workspace.bot_user, now)
    workspace.files[file.id] = file
    return {"upload_url": f"{sandbox.url}/upload/{file.id}", "file_id": file.id}


def upload(sandbox: Sandbox, name: str, content: bytes) -> str:
    """Store the uploaded bytes. Returns the reason if they are refused, else an empty text."""
    file = sandbox.workspace.files.get(name)
    if file is None or file.complete:
        return "no such upload"
    if len(content) != file.length:
        sandbox.violation("upload", f"{len(content)} bytes, but length was {file.length}")
        return "length does not match"
    try:
        file.content = content.decode("utf-8")
    except UnicodeDecodeError:
        file.content, file.binary = base64.b64encode(content).decode(), True
    sandbox.changed()
    return ""


@method("files.completeUploadExternal")
def complete(sandbox: Sandbox, args: Json) -> Json:
    """Complete uploads; without a channel the files stay unshared."""
    if not isinstance(args["files"], list) or not args["files"]:
        raise bad_arguments("must be an array [json-pointer:/files]")
    channel = writable(sandbox, args["channel_id"]) if "channel_id" in args else None
    files = [_uploaded(sandbox, entry) for entry in args["files"]]
    for file, entry in zip(files, args["files"], strict=True):
        file.title = entry.get("title", file.name)
        file.complete = True
        file.channels += [channel.id] if channel else []
    if channel is not None:
        comment = str(args.get("initial_comment") or "")
        said = Message(sandbox.ts(), sandbox.workspace.bot_user, comment, by_app=True)
        said.files, said.thread_ts = [file.id for file in files], args.get("thread_ts")
        said.extra = {"upload": True}
        workspace_events.post(sandbox, channel, said)
    return {"files": [slack_json.file(sandbox.workspace, file) for file in files]}


@method("files.info")
def info(sandbox: Sandbox, args: Json) -> Json:
    file = sandbox.workspace.files.get(args["file"])
    if file is None or not file.complete:
        raise Refusal("file_not_found")
    return {"file": slack_json.file(sandbox.workspace, file), "comments": []}


def _uploaded(sandbox: Sandbox, entry: Any) -> File:
    name = entry.get("id") if isinstance(entry, dict) else None
    file = sandbox.workspace.files.get(str(name))
    if file is None or file.content is None:
        raise Refusal("file_not_found", wrong=f"not uploaded: {name}")
    return file
