"""It doesn't move: the button of that nag pages the next in line."""

from bot.incident.events import Escalated
from bot.listeners.ask import Answer, Ask, Words
from bot.listeners.feature import Feature
from bot.messages.lines import aims
from bot.paging.commands import EscalateNow

feature = Feature()


@feature.button("escalate")
def pressed(ask: Ask) -> Answer:
    house = ask.house
    outcome = ask.handle(EscalateNow(house.attendant.on_call(house.clock.now())))
    steps = (each.event for each in outcome.events if isinstance(each.event, Escalated))
    targets = list(dict.fromkeys(target for each in steps for target in each.targets))
    return Words(f"Escalated: {aims(targets)} paged now; the channel is told.")
