"""The postmortem draft: asked for by people, and by resolving the incident."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.incident.effects import Bookmark
from bot.incident.events import Event, PostmortemDrafted, PostmortemRequested
from bot.incident.incident import Incident
from bot.streams.address import INCIDENT_CHANNEL
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, OutboundMessage
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until


@dataclass(frozen=True, slots=True)
class RequestPostmortem(Command):
    pass


def request(incident: Incident, command: RequestPostmortem, context: Context) -> Sequence[Event]:
    """Request a draft, or a new one."""
    return [PostmortemRequested()]


def draft_wanted(incident: Incident) -> bool:
    """Whether a postmortem was requested (resolving requests one, too) since the last draft."""
    through = getattr(incident.drafted.event, "through", 0) if incident.drafted else 0
    given_up = incident.failed.get("draft")
    return incident.asked_draft > through and (
        given_up is None or given_up.face != str(incident.asked_draft)
    )


def _requested(incident: Incident, recorded: Recorded[PostmortemRequested]) -> Incident:
    return replace(incident, asked_draft=recorded.seq)


def _drafted(incident: Incident, recorded: Recorded[PostmortemDrafted]) -> Incident:
    return replace(incident, drafted=recorded)


def _line(incident: Incident, recorded: Recorded[PostmortemRequested]) -> Line:
    return Line("postmortem", "Asked for a postmortem draft")


POSTMORTEM = MessageKind("postmortem", "postmortem")


def _besides(incident: Incident) -> Iterator[OutboundMessage]:
    """Only the newest draft is told; it isn't decided, so it doesn't stand in the history."""
    if drafted := incident.drafted:
        key = f"postmortem:{drafted.seq}"
        yield OutboundMessage(key, POSTMORTEM, INCIDENT_CHANNEL, drafted)


def _bookmark(incident: Incident) -> Iterator[Bookmark]:
    if incident.drafted and incident.has_channel:
        yield Bookmark("Postmortem", getattr(incident.drafted.event, "link", ""))


SLICE: Slice[Incident] = Slice(
    "drafting",
    events=(
        EventRule(PostmortemRequested, "PostmortemAsked", _requested, line=_line),
        EventRule(PostmortemDrafted, "Drafted", _drafted),
    ),
    commands=(CommandRule(RequestPostmortem, request, Until.MERGED),),
    messages=(POSTMORTEM,),
    besides=_besides,
    effects=_bookmark,
)
