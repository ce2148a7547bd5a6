"""The postmortem draft: heavy work, requested by resolving the incident or by a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.incident.effects import Bookmark
from bot.incident.events import Event, PostmortemDrafted, PostmortemRequested
from bot.incident.incident import Incident
from bot.streams.address import INCIDENT_CHANNEL
from bot.streams.effect import EffectDefaults
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import Facts, MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until


@dataclass(frozen=True, slots=True)
class DraftPostmortem(EffectDefaults):
    """Draft the postmortem from the incident's record and its channel. `digest`: the number of
    the event that requested it; a later request is for another draft.
    """

    digest: str

    @property
    def key(self) -> str:
        return "draft"

    @property
    def heavy(self) -> bool:
        return True


class Outdated(StrEnum):
    """Why the latest draft doesn't tell how it is now."""

    REOPENED = "reopened"
    REPLACED = "replaced"  # a newer one was requested and isn't there yet


def outdated(incident: Incident) -> Outdated | None:
    """Whether the latest draft is out of date. None if it isn't, or if there is none."""
    if incident.drafted is None:
        return None
    through = getattr(incident.drafted.event, "through", 0)
    if incident.asked_draft > through:
        return Outdated.REPLACED
    undone = incident.asked_draft < through  # the resolution that had requested it
    is_older = undone or incident.drafted.at < incident.opened_at
    return Outdated.REOPENED if incident.is_open and is_older else None


@dataclass(frozen=True, slots=True)
class RequestPostmortem(Command):
    pass


def request(incident: Incident, command: RequestPostmortem, context: Context) -> Sequence[Event]:
    """Request a draft, or a new one."""
    return [PostmortemRequested()]


def _requested(incident: Incident, recorded: Recorded[PostmortemRequested]) -> Incident:
    return replace(incident, asked_draft=recorded.seq)


def _drafted(incident: Incident, recorded: Recorded[PostmortemDrafted]) -> Incident:
    return replace(incident, drafted=recorded)


def _line(incident: Incident, recorded: Recorded[PostmortemRequested]) -> Line:
    return Line("postmortem", "Requested a postmortem draft")


def _facts(incident: Incident, message: OutboundMessage) -> Facts | None:
    why = outdated(incident)
    return (why.value,) if why else None


POSTMORTEM = MessageKind("postmortem", "postmortem", facts=_facts)


def _besides(incident: Incident) -> Iterator[OutboundMessage]:
    """Only the newest draft is told; it isn't decided, so it doesn't stand in the history."""
    if drafted := incident.drafted:
        key = f"postmortem:{drafted.seq}"
        yield OutboundMessage(key, POSTMORTEM, INCIDENT_CHANNEL, drafted)


def _effects(incident: Incident) -> Iterator[DraftPostmortem | Bookmark]:
    """The draft, if one was requested since the last one was begun; and where the last one is."""
    drafted = incident.drafted
    if incident.asked_draft > (getattr(drafted.event, "through", 0) if drafted else 0):
        yield DraftPostmortem(str(incident.asked_draft))
    if drafted and incident.has_channel:
        yield Bookmark("Postmortem", getattr(drafted.event, "link", ""))


SLICE: Slice[Incident] = Slice(
    "drafting",
    events=(
        EventRule(PostmortemRequested, "PostmortemAsked", _requested, line=_line),
        EventRule(PostmortemDrafted, "Drafted", _drafted),
    ),
    commands=(CommandRule(RequestPostmortem, request, Until.MERGED),),
    messages=(POSTMORTEM,),
    besides=_besides,
    effects=_effects,
)
