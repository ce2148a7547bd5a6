"""Converts typed text to Slack's encoding."""

import re

from sandbox.workspace import Channel, Workspace


def encode_text(workspace: Workspace, text: str, *, labels: bool, mentions: bool = True) -> str:
    """Escape a text, and encode ``@name``, ``#channel`` and links.

    ``labels``: encode as ``<@U0BOB|bob>``, as in slash commands, else as ``<@U0BOB>``.
    ``mentions`` false: names stay as typed, as in a command that doesn't ask for ids.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not mentions:
        return text

    def user(match: re.Match[str]) -> str:
        if match[1] in ("here", "channel", "everyone"):
            return f"<!{match[1]}>"
        person = workspace.person(match[1])
        if person is None:
            groups = workspace.user_groups.values()
            group = next((each for each in groups if each.handle == match[1]), None)
            return (
                f"<!subteam^{group.id}{f'|@{group.handle}' if labels else ''}>"
                if group
                else match[0]
            )
        return f"<@{person.id}|{person.name}>" if labels else f"<@{person.id}>"

    def channel(match: re.Match[str]) -> str:
        found: Channel | None = workspace.channel(match[1])
        return f"<#{found.id}|{found.name}>" if found else match[0]

    text = re.sub(r"https?://[^\s<>|]+", lambda match: f"<{match[0]}>", text)
    text = re.sub(r"(?<![\w.<])@([\w-]+)", user, text)
    return re.sub(r"(?<![\w/&<])#([\w-]+)", channel, text)
