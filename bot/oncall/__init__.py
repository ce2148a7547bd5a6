"""Who is on call at a given time. Pure: from schedules and a time to Slack user ids.

    schedule    one rotation: computes the shift at a time
    roster      all schedules, for use by other packages

Not here: reading files (`bot.policy`), the clock and Slack.
"""

from bot.oncall.roster import Holding, Roster, UnknownSchedule
from bot.oncall.schedule import Handover, Schedule

__all__ = ["Handover", "Holding", "Roster", "Schedule", "UnknownSchedule"]
