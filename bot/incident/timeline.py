"""The record of an incident for people: what happened, when, and who did it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.incident.events import CLOCK, Acknowledged, Declared, MergedFrom, Recorded, StageChanged
from bot.incident.folding import told_with
from bot.incident.incident import Delivery, Incident, Pin
from bot.incident.slices import SLICES

# The ids of people, groups and channels in the text of a pinned message.
IDS = re.compile(r"([@#])([UW][A-Z0-9]{4,}|[SCG](?=[A-Z]*[0-9])[A-Z0-9]{6,})\b")

NOT_READ = "(message not read yet)"
DELETED = "(message deleted)"
NO_TEXT = "(message without text)"
EDITED = " (edited)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `by`: a user id, or the clock's. `said`: its message in Slack, if any.
    `pinned_by`: who pinned it, if it is somebody else's message. `app`: the name of the app that
    wrote it, if one did. `quoted`: the end of `text` that
    a person wrote; before it, `<@U0ANA>` is a mention of ours.
    """

    at: datetime
    by: str
    kind: str
    text: str
    said: Delivery | None = None
    pinned_by: str = ""
    quoted: str = ""
    app: str = ""


def timeline(incident: Incident) -> list[Entry]:
    """All decisions, status updates and pinned messages in order. People's text is unchanged.

    A pinned message appears at the time when it was posted. Private questions and subscriptions
    have no line.
    """
    really = _corrections(incident)
    told = (
        _entry(each, incident, really.get(each.seq, each.at), told_with(incident, place))
        for place, each in enumerate(incident.history)
    )
    entries = [entry for entry in told if entry is not None]
    entries += [_pinned(ts, pin, incident) for ts, pin in incident.pins.items()]
    return sorted(entries, key=lambda each: each.at)


def _pinned(ts: str, pin: Pin, incident: Incident) -> Entry:
    at = datetime.fromtimestamp(float(ts), UTC)
    text = NOT_READ if pin.text is None else (pin.text or NO_TEXT) + (EDITED if pin.edited else "")
    return Entry(
        at,
        pin.author or CLOCK,
        "pinned",
        DELETED if pin.deleted else text,
        Delivery(at, pin.channel or incident.channel or "", ts, thread_ts=pin.thread_ts),
        pin.by[0],
        app=pin.app,
    )


def _corrections(incident: Incident) -> dict[int, datetime]:
    """Corrected times, by the number of the event that they correct: the first acknowledgement,
    and the last time that each stage was reached.
    """
    told: dict[str, int] = {}
    for each in incident.history:
        match each.event:
            case Declared():
                told["declared"] = each.seq
            case Acknowledged():
                told.setdefault("acknowledged", each.seq)
            case StageChanged(stage):
                told[stage] = each.seq
    return {told[name]: at for name, at in incident.corrected.items() if name in told}


def _entry(
    recorded: Recorded, incident: Incident, at: datetime, main: Recorded | None
) -> Entry | None:
    """The line of an event; it links the message of `main`, if it is told there."""
    if (line := SLICES.events[type(recorded.event)].line) is None:
        return None
    if (words := line(incident, recorded)) is None:
        return None
    said = _elsewhere(recorded) or incident.said.get(words.key) or _told_in(main, incident)
    return Entry(at, recorded.by, words.kind, words.text, said, quoted=words.quoted)


def _told_in(main: Recorded | None, incident: Incident) -> Delivery | None:
    """The message of the event with which another one is told."""
    line = SLICES.events[type(main.event)].line if main else None
    words = line(incident, main) if main and line else None
    return incident.said.get(words.key) if words else None


def _elsewhere(recorded: Recorded) -> Delivery | None:
    """A merged incident is linked by its own card."""
    event = recorded.event
    if not isinstance(event, MergedFrom) or not event.card:
        return None
    return Delivery(recorded.at, event.channel, event.card)
