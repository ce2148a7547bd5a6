"""The mail to a subscriber: plain text, and the same as simple HTML."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.incident.events import (
    MergedInto,
    MergedIntoUndone,
    StageChanged,
    StageRestored,
    SubscriptionRequested,
    UpdatePosted,
)
from bot.incident.incident import Incident
from bot.messages.text import clip, sanitize
from bot.streams.message import OutboundMessage

SUBJECT_TITLE = 120  # characters
TEXT_SHOWN = 20_000  # characters

_SPACES = re.compile(r"(\s+)")


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    text: str
    html: str


def mail(
    incident: Incident, message: OutboundMessage, zone: ZoneInfo, *, page: str, channel: str
) -> Mail:
    """`page`: the link of the subscription. `channel`: a link to the incident's channel. Either
    is empty if there is none."""
    event = message.about.event
    if isinstance(event, SubscriptionRequested):
        return _asks_to_confirm(incident, page)
    what, text = _news(incident, event)
    title = sanitize(incident.title)
    lines = [f"{incident.id} · {incident.severity_id} · {incident.stage}", title]
    foot = [f"{_written(message.about.at, zone)}"]
    if channel:
        foot.append(f"In Slack: {channel}")
    stop = page or f"type /incident unsubscribe {incident.id} in Slack"
    foot.append(f"You subscribed to this incident. To stop: {stop}")
    subject = f"[{incident.id}] {what}: {clip(title, SUBJECT_TITLE)}"
    return _mail(subject, lines, clip(sanitize(text), TEXT_SHOWN), foot)


def _news(incident: Incident, event: object) -> tuple[str, str]:
    match event:
        case UpdatePosted(text):
            return f"{incident.severity_id} update", text
        case StageChanged(stage, text):
            return f"{incident.severity_id} {stage}", text or f"{incident.id} is now {stage}."
        case StageRestored(stage):
            again = f"{stage} again"
            return f"{incident.severity_id} {again}", f"{incident.id} is {again}."
        case MergedInto(other, private=private):
            where = "another incident" if private else other
            return "merged", f"{incident.id} was merged into {where}. No more updates will follow."
        case MergedIntoUndone():
            return "no longer merged", f"{incident.id} goes on by itself. Updates follow again."
        case _:
            raise TypeError(event)


def _asks_to_confirm(incident: Incident, page: str) -> Mail:
    """Who reads it hasn't agreed to anything, so nothing is told of the incident."""
    text = (
        f"Someone asked Muster, an incident bot in Slack, to send updates about {incident.id} to "
        "this address. To get them, open this page within 24 hours and confirm:"
    )
    foot = ["If you don't want them, do nothing: you won't get another mail."]
    return _mail(f"Confirm updates about {incident.id}", [], f"{text}\n\n{page}", foot)


def _mail(subject: str, head: list[str], text: str, foot: list[str]) -> Mail:
    parts = ["\n".join(head), text, "-- \n" + "\n".join(foot)]
    plain = "\n\n".join(part for part in parts if part) + "\n"
    paragraphs = [
        *(f"<p><strong>{html.escape(line)}</strong></p>" for line in head),
        f'<p style="white-space: pre-wrap">{_linked(text)}</p>',
        f"<hr><p><small>{'<br>'.join(map(_linked, foot))}</small></p>",
    ]
    return Mail(
        subject, plain, f"<!doctype html>\n<html><body>{''.join(paragraphs)}</body></html>"
    )


def _linked(text: str) -> str:
    """Escaped, with links to click: a word that begins like a URL."""
    return "".join(
        f'<a href="{html.escape(word)}">{html.escape(word)}</a>'
        if word.startswith(("https://", "http://"))
        else html.escape(word)
        for word in _SPACES.split(text)
    )


def _written(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M %Z}"
