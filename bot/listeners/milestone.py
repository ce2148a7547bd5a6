"""Correct a milestone: `/incident milestone mitigated 14:05 the graphs say so`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Refused
from bot.incident.events import Stage
from bot.incident.incident import Incident
from bot.incident.milestones import FOLLOWING, IMPACT, MILESTONES, CorrectMilestone, reached_at
from bot.incident.when import NotATime, past, written
from bot.listeners.feature import Feature, Group, Where
from bot.listeners.inbound import SlashCommand, split_word
from bot.listeners.request import Answer, Reply, Request
from bot.listeners.synonyms import did_you_mean
from bot.listeners.typist import zone_of
from bot.listeners.words import fold
from bot.messages.text import clip, escape, moment, quoted, unescape

feature = Feature()

# The milestone that is meant, by the words for it.
NAMES: dict[str, str] = {name: name for name in MILESTONES} | {
    **dict.fromkeys(("detection", "detect"), "detected"),
    **dict.fromkeys(("declaration", "declare"), "declared"),
    **dict.fromkeys(("acknowledgement", "acknowledge", "acked", "ack"), "acknowledged"),
    **dict.fromkeys(("identification", "identify"), "identified"),
    **dict.fromkeys(("mitigation", "mitigate"), "mitigated"),
    **dict.fromkeys(("resolution", "resolve"), "resolved"),
}


@feature.subcommand(
    "milestone",
    usage="milestone mitigated 14:05 [reason]",
    help="Correct when the impact began, or when it was detected, declared … resolved.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
    group=Group.AFTERWARDS,
    example="milestone mitigated 14:05",
    numbers=True,
)
def typed(request: Request[SlashCommand]) -> Answer:
    word, rest = split_word(request.payload.argument)
    name = NAMES.get(fold(word), "")
    if not name:
        known = ", ".join(f"`{each}`" for each in MILESTONES)
        which = f"Unknown milestone {quoted(word)}." if word else "Which milestone?"
        near = did_you_mean(word, NAMES)
        raise Refused(
            f"{which} {near}Use one of {known}, like `/incident milestone mitigated 14:05`."
        )
    now, here = request.services.clock.now(), zone_of(request)
    try:
        read = past(unescape(rest), now, here.zone)
    except NotATime as unclear:
        when = "When did the impact begin?" if name == IMPACT else f"When was it {name}?"
        again = f" You typed: `/incident milestone {name} {_code(rest)}`" if rest else ""
        raise Refused(f"{when} {escape(str(unclear))}.{again}") from None
    outcome = request.handle(CorrectMilestone(name, read.at, read.rest))
    incident = outcome.incident
    # stored as an absolute time: "5m ago" would mean another one when redelivered
    seen = outcome.events[0].at if outcome.events else now
    when = moment(reached_at(incident, name) or read.at, here.zone, seen=seen) + here.how(read)
    if not outcome.events:
        already = said(incident.id, name, when)
        return Reply(f"{already[:1].upper()}{already[1:]} already.")
    odd = out_of_order(incident, name) + reopened_since(incident, name, here.zone, seen)
    draft = " To update the draft: `/incident postmortem`." if incident.drafted else ""
    return Reply(f"Corrected: {said(incident.id, name, when)}.{odd}{draft}")


def time_in(request: Request, stage: Stage, text: str) -> str:
    """A note if the text of a change of stage begins with an earlier time: after `mitigate 14:05
    rolled back` it's mitigated now, and may have been at 14:05."""
    if stage not in FOLLOWING:
        return ""
    now, zone = request.services.clock.now(), zone_of(request).zone
    try:
        read = past(text, now, zone)
    except NotATime:
        return ""
    if read.typed.isdigit() or read.at > now - timedelta(minutes=1):
        return ""  # "1430 users are affected", "now"
    how = f"`/incident milestone {stage} {written(read.at, zone)}`"
    return f" If it was {stage} at {escape(read.typed)} already: {how}."


def _code(typed: str) -> str:
    """The typed text, to be copied; it can't hold backticks."""
    return escape(clip(unescape(typed), 200)).replace("`", "'")


def said(incident_id: str, name: str, when: str) -> str:
    if name == IMPACT:
        return f"the impact of {incident_id} began at {when}"
    return f"{incident_id} was {name} at {when}"


def reopened_since(incident: Incident, name: str, zone: ZoneInfo, seen: datetime) -> str:
    """A note if it was reopened after that time. Not a refusal: the resolution before that may
    have been the mistake."""
    at = reached_at(incident, name)
    since = incident.reached.get(Stage.INVESTIGATING) == incident.opened_at
    if name not in FOLLOWING or not since or at is None or at >= incident.opened_at:
        return ""
    return f" It was reopened after that, at {moment(incident.opened_at, zone, seen=seen)}."


def out_of_order(incident: Incident, name: str) -> str:
    """A warning if the milestones aren't in order any more. Not a refusal: if several times are
    wrong, one has to be corrected first."""
    order, at = MILESTONES.index(name), reached_at(incident, name)
    for place, other in enumerate(MILESTONES):
        then = reached_at(incident, other)
        if other == Stage.RESOLVED != name and incident.is_open:
            continue  # that was before it was reopened
        if other == "acknowledged" or name == "acknowledged" or at is None or then is None:
            continue
        if (then < at) if place > order else (at < then):
            when = "before" if place > order else "after"
            what = "the impact began" if other == IMPACT else f"it was {other}"
            how = f"`/incident milestone {other} TIME`"
            return f" But {what} {when} that. To correct that: {how}."
    return ""
