"""Ask Slack about every person, group and channel in the policy: does it exist, can it act?"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bot.doctor.finding import Finding, failure
from bot.policy.mentioned import Mentioned, mentioned
from bot.policy.problem import Problem
from bot.settings import Settings
from bot.slack.client import Calls, Patient, Slack, SlackError
from bot.slack.conversations import paginate
from bot.slack.people import NOT_THERE, Profile, profile_of
from bot.wiring.runtime import slack_client

PATIENCE = 60.0  # seconds of waiting for Slack's rate limit, in total


def problems(settings: Settings, folder: Path) -> list[Problem]:
    """The problems with people, groups and channels in the policy, according to Slack. Raises
    `SlackError` if Slack can't be asked."""
    return asyncio.run(_problems(settings, mentioned(folder)))


def examine(settings: Settings) -> Iterator[Finding]:
    """The findings about the policy and MUSTER_ADMINS. Requires a valid token."""
    named = mentioned(settings.muster_playbooks)
    admins = [Mentioned(each, "MUSTER_ADMINS", "", 0) for each in settings.muster_admins]
    try:
        found = asyncio.run(_problems(settings, [*named, *admins]))
    except SlackError as away:
        says = f"Slack couldn't be asked about the policy's people and channels ({away.reason})"
        yield failure("people", says, "run this again later")
        return
    for problem in found:
        where = f"{Path(problem.file).name}:{problem.line}: " if problem.file else ""
        says, _, cure = problem.text.partition("; ")
        yield failure("people", f"{where}{says}", cure.removesuffix("."))
    if not found:
        count = len({each.target for each in (*named, *admins)})
        yield Finding("people", f"all {count} people, groups and channels in the policy exist")


async def _problems(settings: Settings, named: Sequence[Mentioned]) -> list[Problem]:
    if not named:
        return []
    slack = slack_client(settings)
    try:
        wrong = await _wrong(Patient(slack, PATIENCE), await _team(slack), named)
    finally:
        await slack.close()
    return [each.problem(wrong[each.target]) for each in named if each.target in wrong]


async def _team(slack: Slack) -> str:
    return str((await slack.call("auth.test"))["team_id"])


async def _wrong(slack: Calls, team: str, named: Iterable[Mentioned]) -> dict[str, str]:
    """The problem of each target that has one."""
    targets = list(dict.fromkeys(each.target for each in named))
    found: dict[str, str] = {}
    for target in targets:
        if target.startswith("@S"):
            continue
        if target.startswith("@"):
            why = (await _profile(slack, target[1:], team)).why_not
            found[target] = f"{why}; name someone who can act." if why else ""
    found |= await _groups(slack, [each for each in targets if each.startswith("@S")])
    found |= await _channels(slack, [each for each in targets if each.startswith("#")])
    return {target: why for target, why in found.items() if why}


async def _profile(slack: Calls, user: str, team: str) -> Profile:
    try:
        return profile_of((await slack.call("users.info", user=user))["user"], team)
    except SlackError as refusal:
        if refusal.reason not in NOT_THERE:
            raise
        return Profile(user, exists=False)


async def _groups(slack: Calls, wanted: Sequence[str]) -> dict[str, str]:
    if not wanted:
        return {}
    answer = await slack.call("usergroups.list", include_disabled=True, include_count=True)
    there = {f"@{each['id']}": each for each in answer.get("usergroups") or []}
    found: dict[str, str] = {}
    for target in wanted:
        group = there.get(target)
        if group is None:
            found[target] = "doesn't exist in Slack; copy the id of a user group."
        elif group.get("date_delete"):
            found[target] = "is a user group that was disabled; enable it, or choose another."
        elif str(group.get("user_count", "")) == "0":
            found[target] = "is an empty user group; add people to it."
    return found


async def _channels(slack: Calls, wanted: Sequence[str]) -> dict[str, str]:
    if not wanted:
        return {}
    there = {}
    types = "public_channel,private_channel"
    async for channel in paginate(slack, "conversations.list", "channels", types=types):
        there[f"#{channel.get('name')}"] = channel
    found: dict[str, str] = {}
    for target in wanted:
        if target not in there:
            found[target] = "doesn't exist in Slack, or is private; create it, or invite Muster."
        elif there[target].get("is_archived"):
            found[target] = "is archived; unarchive it, or choose another."
    return found
