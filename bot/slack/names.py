"""The names of people, groups and channels that people mention. Slack often sends only ids."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog

from bot.messages.text import unlabeled
from bot.slack.client import Calls, SlackError
from bot.slack.people import PATIENCE, People

PRIVATE = "private-channel"  # the name of a private channel is not for everybody who reads it
PEOPLE, CHANNELS = ("U", "W"), ("C", "G", "D")  # how their ids begin; those of groups with S
UNKNOWN = {"S": "group", **dict.fromkeys(CHANNELS, "channel")}  # of a person: "someone"

log = structlog.get_logger()

_TAGS = re.compile(r"<(?:@|#|!subteam\^)([A-Z0-9]{2,64})(?:\|[^<>]*)?>")


def mentioned(text: str) -> set[str]:
    """The ids that `text`, as Slack sends it, mentions.

    >>> sorted(mentioned("<@U1> of <!subteam^S1> in <#C1|ops>"))
    ['C1', 'S1', 'U1']
    """
    return set(_TAGS.findall(text))


@dataclass(frozen=True, slots=True)
class Names:
    """Finds the names of what people mention, for listeners, who can't wait long."""

    slack: Calls
    people: People

    async def mentioned_in(self, text: str, *, handles: bool = False) -> Mapping[str, str]:
        """The names of all that `text`, as Slack sent it, mentions without one, by id. What can't
        be found within `PATIENCE` seconds gets a word in place of a name. `handles`: people's user
        names, which have no blanks, as Slack writes them in commands.
        """
        wanted = unlabeled(text)
        people = [each for each in wanted if each[0] in PEOPLE]
        found: dict[str, str] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                for profile in await asyncio.gather(*map(self.people.find, people)):
                    if profile and (name := (handles and profile.handle) or profile.name):
                        found[profile.id] = name
                found |= await names_of(self.slack, {*wanted} - {*people})
        except (TimeoutError, SlackError) as away:
            log.warning("names not looked up", error=type(away).__name__)
        return {each: found.get(each) or UNKNOWN.get(each[0], "someone") for each in wanted}


async def names_of(slack: Calls, ids: Iterable[str]) -> Mapping[str, str]:
    """Names by id; without those that can't be looked up. Raises `SlackError` if Slack can't be
    asked for now.
    """
    wanted = set(ids)
    groups = {each for each in wanted if each.startswith("S")}
    found: dict[str, str | None] = await _groups(slack) if groups else {}
    for one in sorted(wanted - groups):
        try:
            found[one] = await (_channel if one[0] in CHANNELS else _person)(slack, one)
        except SlackError as refusal:
            if not refusal.permanent:
                raise
            if one[0] in CHANNELS:
                found[one] = PRIVATE  # Slack doesn't show it to us
    return {one: name for one in wanted if (name := found.get(one))}


async def _person(slack: Calls, user: str) -> str:
    found = (await slack.call("users.info", user=user))["user"]
    profile = found.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), found.get("name"))
    return str(next(filter(None, names), user))


async def _channel(slack: Calls, channel: str) -> str:
    found = (await slack.call("conversations.info", channel=channel))["channel"]
    return PRIVATE if found.get("is_private") else str(found.get("name") or "")


async def _groups(slack: Calls) -> dict[str, str | None]:
    try:
        answer = await slack.call("usergroups.list", include_disabled=True)
    except SlackError as refusal:
        if not refusal.permanent:
            raise
        return {}  # no scope, or no paid plan
    return {str(each["id"]): str(each.get("handle") or "") for each in answer["usergroups"]}
