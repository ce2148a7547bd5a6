"""Private stays private and public stays public: why, and what to do instead."""

from bot.incident.incident import Incident
from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature, Where

feature = Feature()

WHEN = "Whether an incident is private is chosen while declaring it: `/incident`, then *Private*."


@feature.verb(
    "private",
    "public",
    usage="private",
    help="Why it can't be made private or public later, and what to do.",
    where=set[Where](),  # nothing to do here: it is for whoever asks
)
def typed(ask: Ask) -> Answer:
    return Words(f"{_why(ask.incident())} {WHEN}" if ask.house.store.find(ask.channel) else WHEN)


def _why(incident: Incident) -> str:
    if incident.private:
        return (
            f"{incident.id} is private and stays so: people wrote here because it is. Tell what "
            "others may know in a public one."
        )
    return (
        f"{incident.id} is public and can't be made private: others have read it. Go on in a "
        f"private one, and end this: `/incident cancel`."
    )
