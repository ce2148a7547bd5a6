"""The local Slack of `muster run`: how processes reach it, and who is on call in it while the
policy names no one, so that the first SEV1 pages someone.

These people aren't in any file. Only processes connected to the local Slack get them.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from pydantic import SecretStr

from bot.oncall import Schedule
from bot.ready import listens
from bot.settings import Settings, is_loopback

_BOT_TOKEN = "xoxb-sandbox-muster"
_APP_TOKEN = "xapp-sandbox-muster"

# User ids and names of the people on call, in the order of the schedules.
_PEOPLE = (("U0BOB", "bob"), ("U0EVE", "eve"), ("U0CLEO", "cleo"), ("U0DAN", "dan"))


def environment(port: int) -> dict[str, str]:
    """The environment for a process that uses the local Slack on `port`, and its clock."""
    direct = ",".join(filter(None, (getproxies_environment().get("no", ""), "127.0.0.1")))
    return {
        "NO_PROXY": direct,  # no proxy leads to this machine
        "no_proxy": direct,
        "SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
        "SLACK_BOT_TOKEN": _BOT_TOKEN,
        "SLACK_APP_TOKEN": _APP_TOKEN,
        "MUSTER_CLOCK_URL": f"http://127.0.0.1:{port}/clock",
    }


def is_connected(settings: Settings) -> bool:
    """Whether these settings are for the local Slack of a `muster run`."""
    token = settings.slack_bot_token
    ours = token is not None and token.get_secret_value() == _BOT_TOKEN
    return ours and is_loopback(urlsplit(settings.slack_api_url).hostname or "")


def address(settings: Settings) -> str:
    """Where people open the local Slack that these settings are for; empty for another Slack."""
    return settings.slack_api_url.removesuffix("/api/") if is_connected(settings) else ""


def connected(settings: Settings) -> Settings:
    """The same settings; connected to the local Slack if it runs and no Slack is configured."""
    port = settings.muster_sandbox_port
    if not settings.rehearsing_slack or not listens("127.0.0.1", port):
        return settings
    there = {
        "slack_bot_token": SecretStr(_BOT_TOKEN),
        "slack_api_url": environment(port)["SLACK_API_URL"],
    }
    return settings.model_copy(update=there)


def on_call(schedules: Mapping[str, Schedule]) -> dict[str, str]:
    """Who is on call in the local Slack: a name for each schedule; empty if the policy itself
    names anyone."""
    if any(each.members for each in schedules.values()):
        return {}
    return {schedule: name for schedule, (_, name) in zip(schedules, cycle(_PEOPLE), strict=False)}


def staffed(schedules: Mapping[str, Schedule]) -> Mapping[str, Schedule]:
    """These schedules with the people of `on_call`; unchanged if the policy names anyone."""
    ids = {name: user for user, name in _PEOPLE}
    people = on_call(schedules)
    return {
        name: replace(each, members=(ids[people[name]],)) if name in people else each
        for name, each in schedules.items()
    }
