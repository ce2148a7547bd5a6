"""What people type, and what Slack makes of it."""

import re

from sandbox.workspace import Channel, Workspace


def encode_text(workspace: Workspace, text: str, *, labels: bool, mentions: bool = True) -> str:
    """Escapes, and ``@name``, ``#channel`` and links as Slack writes them.

    ``labels``: ``<@U0BOB|bob>`` as in slash commands, else ``<@U0BOB>`` as in messages.
    Without ``mentions`` (a command that doesn't ask for them) names stay names.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not mentions:
        return text

    def user(match: re.Match[str]) -> str:
        if match[1] in ("here", "channel", "everyone"):
            return f"<!{match[1]}>"
        person = workspace.person(match[1])
        if person is None:
            return match[0]
        return f"<@{person.id}|{person.name}>" if labels else f"<@{person.id}>"

    def channel(match: re.Match[str]) -> str:
        found: Channel | None = workspace.channel(match[1])
        return f"<#{found.id}|{found.name}>" if found else match[0]

    text = re.sub(r"https?://[^\s<>|]+", lambda match: f"<{match[0]}>", text)
    text = re.sub(r"(?<![\w.<])@([\w-]+)", user, text)
    return re.sub(r"(?<![\w/&<])#([\w-]+)", channel, text)
