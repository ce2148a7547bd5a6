"""Does Slack know us, and may we do what we have to?"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.doctor.finding import Finding, failure
from bot.manifest import SCOPES
from bot.settings import Settings
from bot.slack.client import CALL_TIMEOUT, OUR_TOKEN

SLOW = 1.0  # seconds
PAGE = 999  # channels


@dataclass(slots=True)
class Met:
    """What Slack told of itself. `team`: None if it knows none of us."""

    team: str | None = None
    time: datetime | None = None
    findings: list[Finding] = field(default_factory=list)


def client(settings: Settings, token: str | None = None) -> WebClient:
    return WebClient(token, settings.slack_api_url, timeout=CALL_TIMEOUT, retry_handlers=[])


def meet(settings: Settings) -> Met:
    met = Met()
    if settings.slack_bot_token is None:
        cure = "docs/installing.md says how to get it; `muster run` without it is a rehearsal"
        met.findings.append(failure("bot token", "SLACK_BOT_TOKEN is not set", cure))
        return met
    slack = client(settings, settings.slack_bot_token.get_secret_value())
    began = time.perf_counter()
    who = _asked(met, "bot token", "OAuth & Permissions", settings, slack.auth_test)
    took = time.perf_counter() - began
    if who is not None:
        met.team = str(who["team_id"])
        met.time = _date(who.headers)
        met.findings.append(Finding("bot token", f"@{who['user']} in {who['team']} ({met.team})"))
        met.findings.append(_speed(settings, took))
        met.findings.append(_scopes(who.headers))
    _way_in(met, settings)
    if who is not None:
        _announcements(met, settings, slack)
    return met


def _asked(
    met: Met, what: str, page: str, settings: Settings, call: Callable[..., Any], **arguments: Any
) -> Any:
    """Slack's answer; None, and a finding, if there is none. `page`: where the token is from."""
    try:
        return call(**arguments)
    except SlackApiError as refusal:
        reason = str(_reason(refusal.response))
        if reason in OUR_TOKEN or reason == "not_allowed_token_type":
            cure = f"copy it anew from your app's page at api.slack.com/apps, {page}"
        elif reason == "missing_scope":
            cure = "paste `muster manifest` into your app's page, and install it again"
        else:
            cure = "look at status.slack.com, then ask again"
        met.findings.append(failure(what, f"Slack says {reason}", cure))
    except (OSError, ValueError) as away:
        why = str(getattr(away, "reason", "") or away or type(away).__name__)
        cure = "is there a way out: firewall, proxy (HTTPS_PROXY), SLACK_API_URL?"
        met.findings.append(
            failure(what, f"{settings.slack_api_url} does not answer ({why})", cure)
        )
    return None


def _reason(response: Any) -> object:
    data = getattr(response, "data", response)
    return data.get("error") if isinstance(data, dict) else "nothing that can be read"


def _speed(settings: Settings, took: float) -> Finding:
    says = f"answers in {took * 1000:.0f} ms"
    return Finding("slack", says, "people notice that" if took > SLOW else "")


def _date(headers: Any) -> datetime | None:
    written = _header(headers, "date")
    try:
        return parsedate_to_datetime(written) if written else None
    except ValueError:
        return None


def _scopes(headers: Any) -> Finding:
    written = _header(headers, "x-oauth-scopes")
    if not written:
        return Finding("scopes", "Slack did not tell them", "compare them with `muster manifest`")
    granted = {each.strip() for each in written.split(",")}
    missing = [f"{each} ({why})" for each, why in SCOPES.items() if each not in granted]
    if missing:
        cure = "paste `muster manifest` into your app's page, and install it again"
        return failure("scopes", f"missing {', '.join(missing)}", cure)
    return Finding("scopes", f"all {len(SCOPES)} of the manifest")


def _header(headers: Any, name: str) -> str:
    """slack_sdk gives them as the server wrote them, in any case."""
    return next((str(value) for key, value in dict(headers).items() if key.lower() == name), "")


def _way_in(met: Met, settings: Settings) -> None:
    """How what people do reaches us."""
    if settings.slack_app_token is None:
        says = "over HTTP at POST /slack/events; the signing secret is set"
        met.findings.append(Finding("way in", says))
        return
    app = client(settings, settings.slack_app_token.get_secret_value())
    page = "Basic Information, App-Level Tokens (with connections:write)"
    if _asked(met, "app token", page, settings, app.apps_connections_open,
              app_token=settings.slack_app_token.get_secret_value()) is not None:  # fmt: skip
        unused = "; the signing secret is not used" if settings.slack_signing_secret else ""
        met.findings.append(Finding("app token", f"opens a socket (Socket Mode){unused}"))


def _announcements(met: Met, settings: Settings, slack: WebClient) -> None:
    name = f"#{settings.muster_announce}"
    found, asked = None, False
    for page in _pages(met, settings, slack):
        asked = True
        found = found or next((each for each in page if each.get("name") == name[1:]), None)
    if not asked:
        return
    if found is None:
        says = f"{name} isn't there; Muster makes it before the first announcement"
    elif found.get("is_archived"):
        cure = "take it out of the archive, or name another channel in MUSTER_ANNOUNCE"
        met.findings.append(failure("announcements", f"{name} is archived", cure))
        return
    else:
        says = (
            f"{name}, and Muster is in it"
            if found.get("is_member")
            else f"{name}; Muster joins it"
        )
    met.findings.append(Finding("announcements", says))


def _pages(met: Met, settings: Settings, slack: WebClient) -> Iterator[list[dict[str, Any]]]:
    cursor = ""
    while True:
        answer: SlackResponse | None = _asked(
            met, "announcements", "OAuth & Permissions", settings, slack.conversations_list,
            types="public_channel,private_channel", limit=PAGE, cursor=cursor or None,
        )  # fmt: skip
        if answer is None:
            return
        yield answer.get("channels") or []
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
