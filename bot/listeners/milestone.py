"""When it really happened: `/incident milestone mitigated 14:05 the graphs say so`."""

from bot.incident.incident import Refused
from bot.incident.milestones import MILESTONES, CorrectMilestone
from bot.incident.moments import NotAMoment, split
from bot.listeners.ask import Answer, Ask, Words, split_word
from bot.listeners.feature import Feature, Where
from bot.messages.text import escape, moment, plain, quoted

feature = Feature()


@feature.verb(
    "milestone",
    usage="milestone mitigated 14:05 [reason]",
    help="Correct when it really was declared, acknowledged, identified, mitigated or resolved.",
    where={Where.OPEN, Where.RESOLVED, Where.OVER},
)
def typed(ask: Ask) -> Answer:
    word, rest = split_word(ask.text)
    name = word.casefold()
    if name not in MILESTONES:
        known = ", ".join(f"`{each}`" for each in MILESTONES)
        which = f"There is no milestone {quoted(word)}." if word else "Which milestone?"
        raise Refused(f"{which} Say one of {known}, like `/incident milestone mitigated 14:05`.")
    now, zone = ask.house.clock.now(), ask.house.zone
    try:
        at, reason = split(plain(rest), now, zone)
    except NotAMoment as unclear:
        raise Refused(f"When was it {name}? {escape(str(unclear))}.") from None
    outcome = ask.handle(CorrectMilestone(name, at, reason))
    incident, when = outcome.incident, moment(at, zone, seen=now)
    if not outcome.events:
        return Words(f"{incident.id} was {name} at {when} already.")
    draft = " `/incident postmortem` drafts it anew." if incident.drafted else ""
    return Words(f"{incident.id} was {name} at {when}; the card and the timeline say so.{draft}")
