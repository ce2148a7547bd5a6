"""Gathers the input of a draft: the incident's timeline, and the messages of its channel."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.incident.events import CLOCK, Stage
from bot.incident.incident import Incident
from bot.incident.milestones import reached_at
from bot.incident.timeline import DELETED, Entry, timeline
from bot.postmortem.material import Fact, Material, Message, Task
from bot.slack.client import Calls, Patient, SlackError
from bot.slack.conversations import paginate
from bot.wiring.runtime import WorkerRuntime

PATIENCE = 200.0  # seconds that a draft may wait for Slack's rate limits; a job has 300

log = structlog.get_logger()

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


async def gather(incident: Incident, runtime: WorkerRuntime) -> Material:
    """Gather all input of the draft. Raises `SlackError` if the channel can't be read for now."""
    slack = Patient(runtime.slack_port.slack, PATIENCE)
    link = runtime.slack_port.identity.permalink
    entries = timeline(incident)
    written = await _written(incident, slack)
    names = await _names(slack, _people(incident, entries, written))

    def called(user: str) -> str:
        return "Muster" if user == CLOCK else names.get(user, user)

    def fact(entry: Entry) -> Fact:
        said = entry.said
        at = link(said.channel, said.ts) if said and said.ts else None
        text = _MENTION.sub(lambda found: f"@{called(found[1])}", entry.text)
        return Fact(entry.at, called(entry.by), entry.kind, text, at)

    def pinned(ts: str) -> tuple[str, ...]:
        return ("pushpin",) if ts in incident.pins else ()

    def message(one: dict[str, Any]) -> Message:
        ts, thread = str(one["ts"]), one.get("thread_ts")
        assert incident.channel is not None
        return Message(
            ts=ts,
            at=datetime.fromtimestamp(float(ts), UTC),
            by=called(str(one.get("user", one.get("username", "?")))),
            text=str(one.get("text", "")),
            permalink=link(incident.channel, ts, thread if thread != ts else None),
            thread_ts=thread,
            edited="edited" in one,
            is_bot="bot_id" in one,
            files=tuple(each.get("name", "a file") for each in one.get("files", [])),
            reactions=(*(each["name"] for each in one.get("reactions", [])), *pinned(ts)),
        )

    there = {str(one["ts"]) for one in written}
    facts = tuple(fact(entry) for entry in entries if not _is_there(entry, there))
    return Material(
        id=incident.id,
        title=incident.title,
        severity=incident.severity_id,
        stage=incident.stage,
        declared_at=incident.declared_at,
        private=incident.private,
        acknowledged_at=reached_at(incident, "acknowledged"),
        mitigated_at=incident.reached.get(Stage.MITIGATED),
        resolved_at=incident.reached.get(Stage.RESOLVED),
        timezone=runtime.slack_port.zone.key,
        roles=tuple(
            (incident.role_title(role), called(user)) for role, user in incident.roles.items()
        ),
        summary=incident.summary,
        resolution=incident.resolution,
        facts=facts,
        messages=tuple(message(one) for one in written),
        channel_name=incident.channel_name,
        tasks=tuple(
            Task(
                each.text,
                called(each.owner) if each.owner else None,
                each.due.astimezone(runtime.slack_port.zone).date() if each.due else None,
                done=not each.is_open,
                permalink=link(*each.source.split("/")) if each.source else None,
            )
            for each in incident.tasks.values()
            if not each.cancelled
        ),
        updates=tuple(each for each in facts if each.kind == "update"),
        names=names,
    )


async def _written(incident: Incident, slack: Calls) -> list[dict[str, Any]]:
    """The channel's messages with replies, oldest first. If the channel can't be read any more
    (archived, the bot removed), those read so far."""
    if incident.channel is None:
        return []
    found: list[dict[str, Any]] = []
    try:
        async for root in paginate(
            slack,
            "conversations.history",
            "messages",
            channel=incident.channel,
            include_all_metadata=True,
        ):
            found.append(root)
            if root.get("reply_count"):
                replies = paginate(
                    slack,
                    "conversations.replies",
                    "messages",
                    channel=incident.channel,
                    ts=root["ts"],
                )
                found += [each async for each in replies if each["ts"] != root["ts"]]
    except SlackError as refusal:
        if not refusal.permanent:
            raise
        log.warning("channel can't be read", reason=refusal.reason)
    return sorted((each for each in found if _is_said(each)), key=lambda each: float(each["ts"]))


def _is_said(message: dict[str, Any]) -> bool:
    """Whether a person or an app wrote the message. Excludes Slack's own, such as joins, and the
    bot's about drafts."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    of_people = message.get("subtype") in (None, "thread_broadcast", "me_message", "file_share")
    return of_people and payload.get("kind") not in ("postmortem", "notice")


def _is_there(entry: Entry, written: set[str]) -> bool:
    """Whether the entry is a pinned message that is among the channel's messages, or was
    deleted."""
    if entry.kind != "pinned" or entry.said is None:
        return False
    return entry.said.ts in written or entry.text == DELETED


def _people(
    incident: Incident, entries: Iterable[Entry], written: Iterable[dict[str, Any]]
) -> set[str]:
    people = {incident.declarer, *incident.roles.values()}
    people |= {each.owner for each in incident.tasks.values()}
    for entry in entries:
        people |= {entry.by, *_MENTION.findall(entry.text)}
    for message in written:
        people |= {str(message.get("user", "")), *_MENTION.findall(str(message.get("text", "")))}
    return people - {CLOCK, ""}


async def _names(slack: Calls, people: Iterable[str]) -> dict[str, str]:
    """The people's display names; without those that can't be looked up."""
    names = {}
    for user in sorted(people):
        try:
            found = (await slack.call("users.info", user=user))["user"]
        except SlackError as refusal:
            if not refusal.permanent:
                raise
            continue
        profile = found.get("profile") or {}
        names[user] = str(
            profile.get("display_name") or profile.get("real_name") or found.get("name") or user
        )
    return names
