"""Who is on call, when. Pure: schedules and a moment in, a Slack user id out.

Nothing here reads files (`bot.policy` does), the clock or Slack.
"""

from bot.oncall.schedule import Handover, Schedule, next_handover, on_call

__all__ = ["Handover", "Schedule", "next_handover", "on_call"]
