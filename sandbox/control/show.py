"""The workspace as JSON for the control API, with readable text beside Slack's own fields."""

from typing import Any

from sandbox import slack_json
from sandbox.blockkit import render
from sandbox.sandbox import Sandbox
from sandbox.user_action import UserAction
from sandbox.views import View
from sandbox.workspace import Channel, Ephemeral, Message, Person

Json = dict[str, Any]


def message(sandbox: Sandbox, channel: Channel, said: Message) -> Json:
    """A message, with ``rendered``: its readable text."""
    names = sandbox.names()
    lines = [render(said.text, said.blocks, names)]
    lines += [render(_attached(a), a.get("blocks", []), names) for a in said.attachments]
    lines += [f"(file: {sandbox.workspace.files[name].title})" for name in said.files]
    shape = slack_json.message(sandbox.workspace, channel, said)
    who = sandbox.names().get(said.user, said.user) or str(said.extra.get("username", ""))
    rendered = "\n".join(line for line in lines if line)
    return {**shape, "channel": channel.id, "name": who, "rendered": rendered}


def _attached(attachment: Json) -> str:
    fields = [
        f"*{each.get('title')}* {each.get('value')}" for each in attachment.get("fields", [])
    ]
    said = [attachment.get(name) for name in ("pretext", "title", "text")]
    return "\n".join(filter(None, [*said, *fields])) or str(attachment.get("fallback") or "")


def channel(sandbox: Sandbox, it: Channel) -> Json:
    """A channel without its messages."""
    names = sandbox.names()
    return {
        **slack_json.channel(sandbox.workspace, it, num_members=True),
        "kind": it.kind,
        "name": channel_name(sandbox, it),
        "member_ids": it.members,
        "members": [names.get(member, member) for member in it.members],
        "pins": it.pins,
        "bookmarks": it.bookmarks,
    }


def channel_name(sandbox: Sandbox, it: Channel) -> str:
    """The name of a channel or of a direct message."""
    return it.name or dm_name(sandbox, it)


def dm_name(sandbox: Sandbox, it: Channel) -> str:
    """The name of a direct message: ``@bob``."""
    other = next(member for member in it.members if member != sandbox.workspace.bot_user)
    return f"@{sandbox.workspace.people[other].name}"


def ephemeral(sandbox: Sandbox, it: Ephemeral) -> Json:
    rendered = render(it.text, it.blocks, sandbox.names())
    return {"kind": "ephemeral", **vars(it), "rendered": rendered}


def view(sandbox: Sandbox, it: View) -> Json:
    """A modal or home tab, with its input values in ``state``."""
    shape = sandbox.views.to_json(it)
    title = (shape["title"] or {}).get("text", "home")
    submit = shape["submit"]
    lines = [f"== {title} ==", render("", shape["blocks"], sandbox.names())]
    lines += [f"[{submit['text']}]"] if submit else []
    return {"kind": "view", "view": shape, "rendered": "\n".join(lines)}


def views_of(sandbox: Sandbox, person: Person) -> list[Json]:
    """The stack of open modals, topmost last."""
    return [view(sandbox, it) for it in sandbox.views.stacks.get(person.id, [])]


def seen(sandbox: Sandbox, act: UserAction) -> Json | None:
    """The last thing the person saw in answer to an action; a modal counts before a message. If
    there was no answer, what they saw besides."""
    answers = sorted(act.seen, key=lambda what: "view" in what)
    for what in reversed((*act.beside, *answers)):
        match what:
            case {"view": name}:
                if (found := sandbox.views.find(name)) is not None:
                    return view(sandbox, found)
            case {"ephemeral": ts}:
                for it in reversed(sandbox.workspace.ephemerals):
                    if it.ts == ts:
                        return ephemeral(sandbox, it)
            case {"message": ts}:
                for it_ in sandbox.workspace.channels.values():
                    if (said := it_.message(ts)) is not None:
                        return {"kind": "message", **message(sandbox, it_, said)}
            case {"trouble": words}:
                return {"kind": "trouble", "text": words, "rendered": words, "problem": words}
    return None


def transcript(sandbox: Sandbox, it: Channel, person: Person | None = None) -> str:
    """A channel as plain text, oldest message first; with ``person``, including their
    ephemerals."""
    title = f"#{it.name}" if it.name else dm_name(sandbox, it)
    lines = [f"{title}   {it.topic['value']}".rstrip()]
    said: list[tuple[str, str]] = [(m.ts, _line(sandbox, it, m)) for m in it.messages]
    for one in sandbox.workspace.ephemerals:
        if person is not None and one.channel == it.id and one.user == person.id:
            text = render(one.text, one.blocks, sandbox.names())
            said.append((one.ts, f"(only you) {_indented(text)}"))
    return "\n".join(lines + [line for _, line in sorted(said)]) + "\n"


def _line(sandbox: Sandbox, it: Channel, said: Message) -> str:
    shown = message(sandbox, it, said)
    marks = "".join(f" :{name}:{len(users)}" for name, users in said.reactions.items())
    marks += " (edited)" if said.edited else ""
    marks += " (pinned)" if "pinned_to" in shown else ""
    lead = "    ↳ " if said.thread_ts else ""
    return f"{lead}{shown['name']}: {_indented(shown['rendered'])}{marks}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
