"""Check the connection to Slack, the tokens and the scopes."""

import contextlib
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor import socket_check
from bot.doctor.clocks import ours
from bot.doctor.finding import Finding, failure
from bot.manifest import SCOPES
from bot.settings import Settings
from bot.slack.client import OUR_TOKEN, Slack, SlackError
from bot.slack.shown_numbers import highest_shown
from bot.slack.way_out import described, proxy_for
from bot.wiring.runtime import slack_client

SLOW = 1.0  # seconds
PAGE = 999  # channels


@dataclass(slots=True)
class Met:
    """The facts that Slack reported. `team`: None if our tokens are invalid. `ahead`: how far our
    clock is ahead of Slack's. `shown`: the highest incident number that Slack shows; None if it
    can't be asked.
    """

    team: str | None = None
    ahead: timedelta | None = None
    shown: int | None = None
    findings: list[Finding] = field(default_factory=list)


async def meet(settings: Settings) -> Met:
    met = Met()
    if settings.slack_bot_token is None:
        cure = "see docs/installing.md; without it, `muster run` uses a local Slack"
        met.findings.append(failure("bot token", "SLACK_BOT_TOKEN is not set", cure))
        return met
    slack = slack_client(settings)
    try:
        await _meet(met, settings, slack)
    finally:
        await slack.close()
    return met


async def _meet(met: Met, settings: Settings, slack: Slack) -> None:
    web = slack.web
    began = time.perf_counter()
    who = await _asked(met, "bot token", "OAuth & Permissions", settings, web.auth_test())
    took = time.perf_counter() - began
    if who is not None:
        met.team, date = str(who["team_id"]), _date(who.headers)
        met.ahead = ours() - date if date else None
        met.findings.append(Finding("bot token", f"@{who['user']} in {who['team']} ({met.team})"))
        met.findings.append(_speed(took))
        met.findings.append(_scopes(who.headers))
    await _way_in(met, settings, slack)
    if who is not None:
        channel = await _announcements(met, settings, web)
        with contextlib.suppress(SlackError):  # the scopes say why
            met.shown = await highest_shown(slack, str(who["user_id"]), channel)


async def _asked(
    met: Met, what: str, page: str, settings: Settings, call: Awaitable[AsyncSlackResponse]
) -> AsyncSlackResponse | None:
    """Slack's answer; None, and a finding, if there is none. `page`: where the token is found."""
    try:
        return await call
    except SlackApiError as refusal:
        reason = str(_reason(refusal.response))
        if reason in OUR_TOKEN or reason == "not_allowed_token_type":
            cure = f"copy it again from your app's page at api.slack.com/apps, {page}"
        elif reason == "missing_scope":
            cure = "paste `muster manifest` into your app's page, and reinstall it"
        else:
            cure = "check status.slack.com, then run this again"
        met.findings.append(failure(what, f"Slack answers {reason}", cure))
    except (aiohttp.ClientError, TimeoutError, SlackClientError, ValueError) as away:
        way = described(proxy_for(settings.slack_api_url))
        says = f"{settings.slack_api_url} isn't responding {way} ({type(away).__name__})"
        cure = "check firewall, proxy (HTTPS_PROXY, NO_PROXY) and SLACK_API_URL"
        met.findings.append(failure(what, says, cure))
    return None


def _reason(response: Any) -> object:
    data = getattr(response, "data", response)
    return data.get("error") if isinstance(data, dict) else "something unreadable"


def _speed(took: float) -> Finding:
    says = f"answers in {took * 1000:.0f} ms"
    return Finding("slack", says, "slow enough to be noticed" if took > SLOW else "")


def _date(headers: Any) -> datetime | None:
    written = _header(headers, "date")
    try:
        return parsedate_to_datetime(written) if written else None
    except ValueError:
        return None


def _scopes(headers: Any) -> Finding:
    written = _header(headers, "x-oauth-scopes")
    if not written:
        return Finding("scopes", "Slack didn't report them", "compare them with `muster manifest`")
    granted = {each.strip() for each in written.split(",")}
    missing = [f"{each} ({why})" for each, why in SCOPES.items() if each not in granted]
    if missing:
        cure = "paste `muster manifest` into your app's page, and install it again"
        return failure("scopes", f"missing {', '.join(missing)}", cure)
    return Finding("scopes", f"all {len(SCOPES)} granted")


def _header(headers: Any, name: str) -> str:
    """A header in any case, because slack_sdk returns them as the server wrote them."""
    return next((str(value) for key, value in dict(headers).items() if key.lower() == name), "")


async def _way_in(met: Met, settings: Settings, slack: Slack) -> None:
    """How requests reach Muster."""
    if settings.slack_app_token is None:
        says = "HTTP at POST /slack/events, signing secret set"
        met.findings.append(Finding("connection", says))
        return
    page = "Basic Information, App-Level Tokens (with connections:write)"
    opened = slack.web.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    answer = await _asked(met, "app token", page, settings, opened)
    if answer is not None:
        unused = "; the signing secret isn't used" if settings.slack_signing_secret else ""
        met.findings.append(Finding("app token", "accepted"))
        met.findings.append(await socket_check.opens(slack.session, str(answer["url"]), unused))


async def _announcements(met: Met, settings: Settings, web: AsyncWebClient) -> str:
    """Look at the announcement channel; returns its id if Muster can read it, else empty."""
    name, cursor = settings.muster_announce, ""
    while True:
        listing = web.conversations_list(
            types="public_channel,private_channel", limit=PAGE, cursor=cursor or None
        )
        answer = await _asked(met, "announcements", "OAuth & Permissions", settings, listing)
        if answer is None:
            return ""
        found = [each for each in answer["channels"] if each.get("name") == name]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if found or not cursor:
            met.findings.append(_announcement(f"#{name}", *found))
            return next((str(each["id"]) for each in found if each.get("is_member")), "")


def _announcement(name: str, channel: dict[str, Any] | None = None) -> Finding:
    if channel is None:
        says = f"{name} doesn't exist; Muster creates it for the first announcement"
        return Finding("announcements", says)
    if channel.get("is_archived"):
        cure = "unarchive it, or set another channel in MUSTER_ANNOUNCE"
        return failure("announcements", f"{name} is archived", cure)
    member = "Muster is a member" if channel.get("is_member") else "Muster will join it"
    return Finding("announcements", f"{name} exists, {member}")
