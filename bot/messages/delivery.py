"""Sentences about what did or didn't reach the incident's channel, for the person who acted."""

from bot.incident.channel import needs_another, rejoins
from bot.incident.incident import NOT_PRIVATE, Incident
from bot.incident.members import MEMBER
from bot.messages.text import escape, mention

LOST = {
    "is_archived": "{where} is archived. Unarchive it and invite Muster again",
    "not_in_channel": "Muster was removed from {where}. Invite it again",
}


def cannot_post(incident: Incident) -> str:
    """Why nothing can be posted in the incident's channel now, and what to do; empty if it can, or
    if the channel is being opened.
    """
    if reason := incident.channel_lost:
        channel = f"<#{incident.channel}>"
        if needs_another(incident):
            return f"Not posted yet: {channel} is archived. Muster is opening a new channel."
        if rejoins(incident):
            return f"Not posted yet: Muster was removed from {channel} and is rejoining it."
        why = LOST.get(reason, "Muster can't use {where} any more. Invite it again")
        return f"Not posted yet: {why.format(where=channel)}, and it will be posted."
    refused = incident.failed.get("channel")
    if incident.channel is None and refused:
        retry = "" if refused.reason == NOT_PRIVATE else " Muster tries again each time you act."
        return (
            f"Not posted: {incident.id} has no channel, because Slack refused it "
            f"({escape(refused.reason)}).{retry}"
        )
    return ""


def not_added(incident: Incident, user: str, reader: str) -> str:
    """That Slack refused to add `user` to the channel; empty if it didn't. `reader`: whom it is
    said to.
    """
    refused = incident.failed.get(f"{MEMBER}{user}")
    if refused is None:
        return ""
    who = "you" if user == reader else mention(user)
    them = "Join it there" if user == reader else "Ask them to join, or an admin to add them"
    reason = escape(refused.reason)
    return f"Slack didn't let Muster add {who} to <#{incident.channel}> ({reason}). {them}."


def news(before: Incident, after: Incident, reader: str) -> list[str]:
    """New problems between two states, in sentences for the person who acted between them."""
    found = [] if cannot_post(before) else [cannot_post(after)]
    people = (
        key.removeprefix(MEMBER)
        for key in sorted(after.failed.keys() - before.failed.keys())
        if key.startswith(MEMBER)
    )
    found += [not_added(after, user, reader) for user in people]
    return [each for each in found if each]


def declared(incident: Incident, reader: str) -> str:
    """The result of a declaration: the channel, or why there is none yet."""
    title = "" if incident.private else f": {escape(incident.title)}"  # it may be a direct message
    what = f"Declared *{incident.id}* ({incident.severity_id}){title}."
    if incident.channel is None:
        why = cannot_post(incident) or "Its channel isn't open yet; Muster keeps trying."
        return f"{what} {why}"
    if incident.channel_lost:
        return f"{what} {cannot_post(incident)}"
    return (
        f"{what} Its channel: <#{incident.channel}>. {not_added(incident, reader, reader)}".strip()
    )
