"""The postmortem draft: heavy work, requested by resolving the incident or by a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.incident.incident import Incident
from bot.streams.effect import EffectDefaults


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


def drafts(incident: Incident) -> Iterator[DraftPostmortem]:
    """The draft, if one was requested since the last one was begun."""
    through = getattr(incident.drafted.event, "through", 0) if incident.drafted else 0
    if incident.asked_draft > through:
        yield DraftPostmortem(str(incident.asked_draft))
