"""Slack messages and forms: one file per topic. Pure: facts in, Block Kit out.

People's text arrives unescaped and is escaped here, once. Not here: when a message is posted
(`bot.incident.outbound`, `bot.paging.outbound`) and how (`bot.slack`).
"""

from bot.messages.blocks import Message, RenderContext
from bot.messages.render import render_message

__all__ = ["Message", "RenderContext", "render_message"]
