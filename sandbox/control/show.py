"""What can be looked at, as JSON: with readable text beside Slack's shapes."""

from typing import Any

from sandbox import shapes
from sandbox.blockkit import render
from sandbox.site import Site
from sandbox.state import Channel, Message, Person, Whisper
from sandbox.user_action import Act
from sandbox.views import View

Json = dict[str, Any]


def message(site: Site, channel: Channel, said: Message) -> Json:
    """A message with ``rendered``: what a person reads."""
    names = site.names()
    lines = [render(said.text, said.blocks, names)]
    lines += [
        render(str(a.get("text") or a.get("fallback") or ""), a.get("blocks", []), names)
        for a in said.attachments
    ]
    lines += [f"(file: {site.workspace.files[name].title})" for name in said.files]
    shape = shapes.message(site.workspace, channel, said)
    who = site.names().get(said.user, said.user)
    rendered = "\n".join(line for line in lines if line)
    return {**shape, "channel": channel.id, "name": who, "rendered": rendered}


def channel(site: Site, it: Channel) -> Json:
    """Everything about a channel except what was said in it."""
    names = site.names()
    return {
        **shapes.channel(site.workspace, it, num_members=True),
        "kind": it.kind,
        "name": it.name or dm_name(site, it),
        "member_ids": it.members,
        "members": [names.get(member, member) for member in it.members],
        "pins": it.pins,
        "bookmarks": it.bookmarks,
    }


def dm_name(site: Site, it: Channel) -> str:
    """A direct message goes by the person's name: ``@bob``."""
    other = next(member for member in it.members if member != site.workspace.bot_user)
    return f"@{site.workspace.people[other].name}"


def whisper(site: Site, it: Whisper) -> Json:
    rendered = render(it.text, it.blocks, site.names())
    return {"kind": "ephemeral", **vars(it), "rendered": rendered}


def view(site: Site, it: View) -> Json:
    """A modal or home tab, with its inputs' values in ``state``."""
    shape = site.views.to_json(it)
    title = (shape["title"] or {}).get("text", "home")
    submit = shape["submit"]
    lines = [f"== {title} ==", render("", shape["blocks"], site.names())]
    lines += [f"[{submit['text']}]"] if submit else []
    return {"kind": "view", "view": shape, "rendered": "\n".join(lines)}


def views_of(site: Site, person: Person) -> list[Json]:
    """The stack of open modals, topmost last."""
    return [view(site, it) for it in site.views.stacks.get(person.id, [])]


def seen(site: Site, act: Act) -> Json | None:
    """What the person saw last in answer to an act; a modal counts before a message."""
    newest_first = act.seen[::-1]
    for what in sorted(newest_first, key=lambda what: "view" not in what):
        match what:
            case {"view": name}:
                if (found := site.views.find(name)) is not None:
                    return view(site, found)
            case {"ephemeral": ts}:
                for it in reversed(site.workspace.whispers):
                    if it.ts == ts:
                        return whisper(site, it)
            case {"message": ts}:
                for it_ in site.workspace.channels.values():
                    if (said := it_.message(ts)) is not None:
                        return {"kind": "message", **message(site, it_, said)}
            case {"trouble": words}:
                return {"kind": "trouble", "text": words, "rendered": words, "problem": words}
    return None


def transcript(site: Site, it: Channel, person: Person | None = None) -> str:
    """A channel as a person reads it, oldest first; with ``person``, their ephemerals too."""
    title = f"#{it.name}" if it.name else dm_name(site, it)
    lines = [f"{title}   {it.topic['value']}".rstrip()]
    said: list[tuple[str, str]] = [(m.ts, _line(site, it, m)) for m in it.messages]
    for one in site.workspace.whispers:
        if person is not None and one.channel == it.id and one.user == person.id:
            text = render(one.text, one.blocks, site.names())
            said.append((one.ts, f"(only you) {_indented(text)}"))
    return "\n".join(lines + [line for _, line in sorted(said)]) + "\n"


def _line(site: Site, it: Channel, said: Message) -> str:
    shown = message(site, it, said)
    marks = "".join(f" :{name}:{len(users)}" for name, users in said.reactions.items())
    marks += " (edited)" if said.edited else ""
    marks += " (pinned)" if "pinned_to" in shown else ""
    lead = "    ↳ " if said.thread_ts else ""
    return f"{lead}{shown['name']}: {_indented(shown['rendered'])}{marks}"


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")
