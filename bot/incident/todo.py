"""What Slack should show and doesn't yet.

Two kinds of wanting. A *saying* is posted once, under its key. *State* (the card, a topic,
members, a pin) is wanted against what was shown last, and only the newest counts: each has a
`face`, a digest of the facts it shows, and is drawn again when the face changes.

So every crash, retry and restart has one cure: ask `todo` again.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.incident import fatigue
from bot.incident.escalation import paged, subject
from bot.incident.events import Paged
from bot.incident.handoffs import offer_facts
from bot.incident.incident import Incident
from bot.incident.reminders import answer_to, update_due
from bot.incident.says import ANNOUNCE, CARD, HERE, SOURCE, Saying, sayings, still_true
from bot.paging.outbound import page_facts


@dataclass(frozen=True, slots=True)
class OpenChannel:
    key: str = "channel"
    face: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    saying: Saying
    face: str = ""

    @property
    def key(self) -> str:
        return self.saying.key


@dataclass(frozen=True, slots=True)
class Edit:
    """Draw the posted message of `saying` again, in place."""

    saying: Saying
    face: str

    @property
    def key(self) -> str:
        return f"edit:{self.saying.key}"


@dataclass(frozen=True, slots=True)
class Invite:
    user: str
    face: str = "in"

    @property
    def key(self) -> str:
        return f"member:{self.user}"


@dataclass(frozen=True, slots=True)
class SetTopic:
    face: str
    key: str = "topic"


@dataclass(frozen=True, slots=True)
class Pin:
    """Pin the message `face` (its ts) in the incident's channel."""

    face: str
    key: str = "pin"


@dataclass(frozen=True, slots=True)
class Bookmark:
    title: str
    face: str  # the link

    @property
    def key(self) -> str:
        return f"bookmark:{self.title}"


@dataclass(frozen=True, slots=True)
class Read:
    """Read the message `ts` that somebody put into the timeline."""

    ts: str
    face: str = ""

    @property
    def key(self) -> str:
        return f"read:{self.ts}"


Effect = OpenChannel | Say | Edit | Invite | SetTopic | Pin | Bookmark | Read

TASKS_ON_CARD = 3  # the rest is counted
FIRST = ("page", "nag", "update")  # what may not wait behind anything else said


def todo(incident: Incident) -> list[Effect]:
    """What is wanted and neither done nor refused for good, the most urgent first."""
    if not incident.history:
        return []
    unsaid = [
        Say(saying, face(saying, incident))
        for saying in sayings(incident)
        if saying.key not in incident.said and still_true(saying, incident)
    ]
    unsaid.sort(key=lambda each: each.saying.kind not in FIRST)
    wanted: list[Effect] = [each for each in unsaid if each.saying.to != HERE]
    if incident.channel is None:
        # what links to the channel waits for it; a page waits for nothing
        if "channel" not in incident.failed:
            linked = (HERE, ANNOUNCE, incident.source)
            wanted = [each for each in unsaid if each.saying.to not in linked]
        wanted.insert(0, OpenChannel())
    elif not incident.channel_lost:
        members = [Invite(user) for user in _members(incident)]
        wanted = [
            *members[:1],  # the declarer, before anything else
            *wanted,
            *(each for each in unsaid if each.saying.to == HERE),
            *members[1:],
            *_state(incident),
            *(Read(ts) for ts, pin in incident.pins.items() if pin.is_unread),
        ]
    wanted += _edits(incident)
    return [each for each in wanted if not _done(each, incident)]


def draft_wanted(incident: Incident) -> bool:
    """Whether a postmortem was asked for (resolving asks too) since the last one was drafted."""
    through = getattr(incident.drafted.event, "through", 0) if incident.drafted else 0
    given_up = incident.failed.get("draft")
    return incident.asked_draft > through and (
        given_up is None or given_up.face != str(incident.asked_draft)
    )


def face(saying: Saying, incident: Incident) -> str:
    """A digest of what the message shows that may change later; empty if nothing may."""
    match saying.kind:
        case "card":
            return _digest(
                incident.title,
                incident.severity_id,
                incident.stage,
                incident.roles,
                update_due(incident),
                incident.snoozed and incident.snoozed.by,
                ", ".join(incident.paging.acknowledged_by),
                problems(incident),
                incident.corrected.get("declared"),
                len(incident.open_tasks),
                [
                    (each.number, each.owner, each.overdue is None)
                    for each in incident.open_tasks[:TASKS_ON_CARD]
                ],
            )
        case "announcement":
            return _digest(
                incident.severity_id,
                incident.stage,
                incident.commander,
                incident.channel,
                incident.corrected.get("declared"),
            )
        case "page":
            by_hand = isinstance(saying.about.event, Paged)
            facts = page_facts(incident.paging, subject(incident), saying.about, incident.stage)
            merged = () if by_hand else (incident.merged,)
            return _digest(incident.severity_id, *facts, *merged, incident.channel)
        case "nag":
            answer = answer_to(incident, saying.about)
            return _digest(answer.seq) if answer else ""
        case "task" | "overdue":
            number: int = getattr(saying.about.event, "number", 0)
            task = incident.tasks[number]
            ended = task.ended and (task.ended.by, task.dropped)
            return _digest(ended or incident.merged or task.owner, incident.channel)
        case "handoff":
            return _digest(*offer_facts(incident, saying.about))
        case "fatigue":
            return _digest(*fatigue.facts(incident, saying.about))
        case _:
            return ""


def problems(incident: Incident) -> list[tuple[str, str]]:
    """What Slack refused for good, and why: for the eyes of whoever can act. That the card
    could not be drawn is left out: nobody would see it there, and it would be drawn for ever.
    Where it was declared from, the bot need not be let in: whoever declared it was told."""
    left_out = (f"edit:{CARD}", SOURCE)
    return [
        (key, failure.reason) for key, failure in incident.failed.items() if key not in left_out
    ]


def _members(incident: Incident) -> list[str]:
    owners = [each.owner for each in incident.open_tasks if each.owner]
    owners += [user for each in incident.absorbed for user in each.people]
    joined = incident.joined
    people = (incident.declarer, *incident.roles.values(), *paged(incident), *owners, *joined)
    return list(dict.fromkeys(people))


def _state(incident: Incident) -> Iterator[Effect]:
    yield SetTopic(_digest(incident.severity_id, incident.stage, incident.commander))
    if CARD in incident.said:
        yield Pin(incident.said[CARD].ts)
    if incident.playbook.bridge:
        yield Bookmark("Bridge", incident.playbook.bridge)
    for runbook in incident.playbook.runbooks:
        if runbook.link:
            yield Bookmark(runbook.title, runbook.link)
    if incident.drafted:
        yield Bookmark("Postmortem", getattr(incident.drafted.event, "link", ""))


def _edits(incident: Incident) -> Iterator[Effect]:
    for saying in sayings(incident):
        if saying.key not in incident.said:
            continue
        if saying.to == HERE and incident.channel_lost:
            continue
        if new := face(saying, incident):
            yield Edit(saying, new)


def _done(effect: Effect, incident: Incident) -> bool:
    refused = incident.failed.get(effect.key)
    if refused is not None and refused.face == effect.face:
        return True
    match effect:
        case OpenChannel() | Say():
            return refused is not None
        case Edit(saying, new):
            return incident.shown.get(saying.key) == new
        case _:
            return incident.shown.get(effect.key) == effect.face


def _digest(*facts: object) -> str:
    return hashlib.sha1(repr(facts).encode(), usedforsecurity=False).hexdigest()[:12]
