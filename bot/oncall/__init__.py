"""Who is on call, when. Pure: schedules and a moment in, Slack user ids out.

    schedule    one rotation: how a moment finds its shift
    roster      all schedules, and every question that others ask

Not here: reading files (`bot.policy`), the clock and Slack.
"""

from bot.oncall.roster import Holding, Roster, UnknownSchedule
from bot.oncall.schedule import Handover, Schedule

__all__ = ["Handover", "Holding", "Roster", "Schedule", "UnknownSchedule"]
