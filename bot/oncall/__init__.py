"""On-call schedules: a schedule and a moment in, a Slack user id out. Pure.

Not here: reading files (`bot.policy`), the clock and Slack.
"""

from bot.oncall.schedule import Handover, Schedule, next_handover, on_call

__all__ = ["Handover", "Schedule", "next_handover", "on_call"]
