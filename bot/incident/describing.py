"""Correcting the title and the summary. What they were stays in the history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.incident.effects import RenameChannel
from bot.incident.events import Event, SummaryChanged, TitleChanged
from bot.incident.incident import Incident
from bot.incident.text_limits import TITLE_MAX, fitting, visible
from bot.streams.event import Command
from bot.streams.kind import Context
from bot.streams.message import MessageKind, in_channel
from bot.streams.record import Recorded
from bot.streams.slice import CommandRule, EventRule, Line, Slice, Until


@dataclass(frozen=True, slots=True)
class ChangeTitle(Command):
    title: str


@dataclass(frozen=True, slots=True)
class ChangeSummary(Command):
    """An empty summary removes it."""

    summary: str


def fitting_title(title: str) -> str:
    """The title in one line. Raises `Refused` if it is empty or too long."""
    title = " ".join(title.split())
    if not visible(title):
        raise Refused("Add a title: a few words about what's broken.")
    if len(title) > TITLE_MAX:
        raise Refused(
            f"That title is too long: {len(title):,} characters, {TITLE_MAX} at most. "
            "Say what's broken in one line and put the rest in the summary."
        )
    return title


def change_title(incident: Incident, command: ChangeTitle, context: Context) -> Sequence[Event]:
    """Nothing happens if that is the title already."""
    title = fitting_title(command.title)
    return [] if title == incident.title else [TitleChanged(title)]


def change_summary(
    incident: Incident, command: ChangeSummary, context: Context
) -> Sequence[Event]:
    """Nothing happens if that is the summary already."""
    summary = fitting(command.summary, "The summary")
    return [] if summary == incident.summary else [SummaryChanged(summary)]


def _titled(incident: Incident, recorded: Recorded[TitleChanged]) -> Incident:
    return replace(incident, title=recorded.event.title, title_changed=recorded.seq)


def _summarized(incident: Incident, recorded: Recorded[SummaryChanged]) -> Incident:
    return replace(incident, summary=recorded.event.summary, summary_changed=recorded.seq)


def _title_line(incident: Incident, recorded: Recorded[TitleChanged]) -> Line:
    title = recorded.event.title
    return Line("title", f"Title is now: {title}", f"title:{recorded.seq}", quoted=title)


def _summary_line(incident: Incident, recorded: Recorded[SummaryChanged]) -> Line:
    summary = recorded.event.summary
    key = f"summary:{recorded.seq}"
    if not summary:
        return Line("summary", "Summary removed", key)
    return Line("summary", f"Summary is now: {summary}", key, quoted=summary)


def _rename(incident: Incident) -> Iterator[RenameChannel]:
    """The channel follows the title if the incident type says so. A private incident's name never
    tells its title, so it stays."""
    follows = incident.title_changed and incident.playbook.rename_channel
    if follows and incident.has_channel and not incident.private:
        yield RenameChannel(incident.title)


TITLE = MessageKind("title", "the title was corrected")
SUMMARY = MessageKind("summary", "the summary was corrected")

SLICE: Slice[Incident] = Slice(
    "describing",
    events=(
        EventRule(TitleChanged, "TitleChanged", _titled, in_channel(TITLE), _title_line),
        EventRule(
            SummaryChanged, "SummaryChanged", _summarized, in_channel(SUMMARY), _summary_line
        ),
    ),
    commands=(
        CommandRule(ChangeTitle, change_title, Until.MERGED),
        CommandRule(ChangeSummary, change_summary, Until.MERGED),
    ),
    messages=(TITLE, SUMMARY),
    effects=_rename,
)
