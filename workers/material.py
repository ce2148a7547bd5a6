"""Gathers the input of a draft: the incident's timeline, and the messages of its channel."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.incident.events import CLOCK, Stage
from bot.incident.incident import Incident
from bot.incident.milestones import reached_at
from bot.incident.review import peak
from bot.incident.timeline import DELETED, IDS, Entry, timeline
from bot.postmortem.material import Fact, Material, Message, Task
from bot.slack.client import Calls
from bot.slack.names import mentioned, names_of
from bot.slack_message.author import app_of
from bot.slack_message.reading import read_message
from bot.store.workspaces import Identity
from bot.wiring.runtime import WorkerRuntime

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


async def gather(
    incident: Incident, written: Sequence[dict[str, Any]], slack: Calls, runtime: WorkerRuntime
) -> Material:
    """Gather all input of the draft. `written`: the channel's messages, oldest first. Raises
    `SlackError` if Slack can't be asked for now.
    """
    identity = runtime.slack_port.identity
    link = identity.permalink
    entries = timeline(incident)
    names = await names_of(slack, _mentioned(incident, entries, written))

    def called(user: str) -> str:
        return "Muster" if user == CLOCK else names.get(user, user)

    def fact(entry: Entry) -> Fact:
        said = entry.said
        at = link(said.channel, said.ts, said.thread_ts) if said and said.ts else None
        text = _MENTION.sub(lambda found: f"@{called(found[1])}", entry.text)
        if entry.kind == "pinned":
            text = IDS.sub(lambda found: f"{found[1]}{called(found[2])}", text)
        return Fact(entry.at, entry.app or called(entry.by), entry.kind, text, at)

    def pinned(ts: str) -> tuple[str, ...]:
        return ("pushpin",) if ts in incident.pins else ()

    def message(one: dict[str, Any]) -> Message:
        ts, thread = str(one["ts"]), one.get("thread_ts")
        assert incident.channel is not None
        read, ours = read_message(one), _is_ours(one, identity)
        app = "" if ours else app_of(one)
        return Message(
            ts=ts,
            at=datetime.fromtimestamp(float(ts), UTC),
            by=app or called(str(one.get("user", "?"))),
            text=read.text,
            permalink=link(incident.channel, ts, thread if thread != ts else None),
            thread_ts=thread,
            edited="edited" in one,
            is_bot=ours,
            is_app=bool(app),
            files=read.files,
            reactions=(*(each["name"] for each in one.get("reactions", [])), *pinned(ts)),
        )

    there = {str(one["ts"]) for one in written}
    facts = tuple(fact(entry) for entry in entries if not _is_there(entry, there))
    return Material(
        id=incident.id,
        title=incident.title,
        severity=_severity(incident),
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


def _severity(incident: Incident) -> str:
    worst = peak(incident).id
    return incident.severity_id + ("" if worst == incident.severity_id else f" (peak: {worst})")


def _is_ours(message: dict[str, Any], identity: Identity) -> bool:
    by_bot = bool(identity.bot_id) and message.get("bot_id") == identity.bot_id
    return by_bot or message.get("user") == identity.bot_user


def _is_there(entry: Entry, written: set[str]) -> bool:
    """Whether the entry is a pinned message that is among the channel's messages, or was
    deleted."""
    if entry.kind != "pinned" or entry.said is None:
        return False
    return entry.said.ts in written or entry.text == DELETED


def _mentioned(
    incident: Incident, entries: Iterable[Entry], written: Iterable[dict[str, Any]]
) -> set[str]:
    """The ids of everybody and everything whose name the draft needs."""
    ids = {incident.declarer, *incident.roles.values()}
    ids |= {each.owner for each in incident.tasks.values()}
    for entry in entries:
        ids |= {entry.by, *_MENTION.findall(entry.text)}
        if entry.kind == "pinned":
            ids |= {found[1] for found in IDS.findall(entry.text)}
    for message in written:
        ids |= {str(message.get("user") or ""), *mentioned(read_message(message).text)}
    return ids - {CLOCK, ""}
