"""What the bot says, one file per moment. Pure: facts in, Block Kit out.

People's text arrives here as they meant it, and is escaped here, once.
"""

from bot.messages.say import say
from bot.messages.shape import Message, Voice

__all__ = ["Message", "Voice", "say"]
