"""What the bot says, one file per moment. Pure: facts in, Block Kit out.

People's text arrives here as they meant it, and is escaped here, once.
"""

from bot.messages.blocks import Message, RenderContext
from bot.messages.render import render_message

__all__ = ["Message", "RenderContext", "render_message"]
