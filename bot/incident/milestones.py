"""Correcting when a milestone really happened. The time that was recorded at first is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.errors import Refused
from bot.incident.events import Event, MilestoneCorrected, Stage
from bot.incident.incident import Incident
from bot.incident.text_limits import fitting
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, OutboundMessage, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until, because

STAGES = (Stage.IDENTIFIED, Stage.MITIGATED, Stage.RESOLVED)
IMPACT, DETECTED = "impact", "detected"
BEFORE = (IMPACT, DETECTED)  # what happens before the incident is declared; only people know when
FOLLOWING = ("acknowledged", *STAGES)
MILESTONES = (*BEFORE, "declared", *FOLLOWING)

AT_ONCE = 2  # the number of the event right after the declaration

SAYS_SO = {
    "acknowledged": "/incident ack",
    Stage.IDENTIFIED: "/incident status identified",
    Stage.MITIGATED: "/incident mitigate",
    Stage.RESOLVED: "/incident resolve",
}


@dataclass(frozen=True, slots=True)
class CorrectMilestone(Command):
    milestone: str
    at: datetime
    reason: str = ""


def title(milestone: str) -> str:
    """The milestone as the beginning of a line.

    >>> title("impact"), title("mitigated")
    ('Impact began', 'Mitigated')
    """
    return "Impact began" if milestone == IMPACT else milestone.capitalize()


def reached_at(incident: Incident, milestone: str) -> datetime | None:
    """When the milestone was reached, as far as is known now."""
    if milestone == "declared":
        return incident.declared_at
    if milestone in BEFORE:
        return incident.corrected.get(milestone)
    if milestone != "acknowledged":
        return incident.reached.get(Stage(milestone))
    given = (each.at for each in incident.paging.acknowledgements)
    return incident.corrected.get(milestone, next(given, None))  # the first one counts


def correct(incident: Incident, command: CorrectMilestone, context: Context) -> Sequence[Event]:
    """Correct a milestone. People give minutes, so any moment within that minute is accepted."""
    name, at = command.milestone, command.at
    was = reached_at(incident, name)
    if was is None and name not in BEFORE and not _passed(incident, name):
        raise Refused(
            f"{incident.id} isn't {name} yet. Use `{SAYS_SO[name]}` first; "
            "then you can correct the time."
        )
    if was and _minute(at) == _minute(was):
        return []
    if at > context.now:
        raise Refused("That's in the future. Enter the time when it happened.")
    if name == "declared" and at > incident.history[0].at:
        raise Refused(f"{incident.id} was declared before that. Enter an earlier time.")
    if name in FOLLOWING:
        # Also before it was reopened: its resolution may have been the mistake.
        if _minute(at) < _minute(incident.declared_at):
            raise Refused(
                f"{incident.id} was declared after that. If it began earlier, say so first: "
                "`/incident milestone declared TIME`."
            )
        at = max(at, incident.declared_at)
    return [MilestoneCorrected(name, at, was, fitting(command.reason, "The reason"))]


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _passed(incident: Incident, milestone: str) -> bool:
    """Whether the milestone must have been passed without anybody saying so: a resolved incident
    was mitigated.
    """
    if milestone not in STAGES:
        return False
    later = STAGES[STAGES.index(Stage(milestone)) + 1 :]
    return any(each in incident.reached for each in later)


def _corrected(incident: Incident, recorded: Recorded[MilestoneCorrected]) -> Incident:
    """Displays follow the correction; what had come due by the old time stays."""
    milestone, at = recorded.event.milestone, recorded.event.when
    incident = replace(incident, corrected={**incident.corrected, milestone: at})
    if milestone == "declared":
        return replace(incident, declared_at=at)
    if milestone in set(Stage):
        return replace(incident, reached={**incident.reached, Stage(milestone): at})
    return incident


def _line(incident: Incident, recorded: Recorded[MilestoneCorrected]) -> Line:
    event = recorded.event
    was = f" (was {_utc(event.was)})" if event.was else ""
    what = f"{title(event.milestone)} at {_utc(event.when)}{was}"
    text = because(what, event.reason)
    return Line("milestone", text, f"milestone:{recorded.seq}", quoted=event.reason)


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _messages(
    incident: Incident, recorded: Recorded[MilestoneCorrected]
) -> Iterator[OutboundMessage]:
    """Nothing for the impact given in the declaration form: it is on the card, posted next."""
    if recorded.event.milestone == IMPACT and recorded.seq == AT_ONCE:
        return
    yield from in_channel(MILESTONE)(incident, recorded)


MILESTONE = MessageKind("milestone", "milestone")

SLICE: Slice[Incident] = Slice(
    "milestones",
    events=(EventRule(MilestoneCorrected, "MilestoneCorrected", _corrected, _messages, _line),),
    commands=(CommandRule(CorrectMilestone, correct, Until.MERGED),),
    messages=(MILESTONE,),
)
