"""`muster demo`: a whole incident in a local Slack, through the real bot, workers and store.

    stage    sets up a Muster of its own in a folder of its own, and takes it down
    script   what people do, and what has to be seen in Slack for it
    show     how it is told

Nothing here is made up: what is shown was read from the local Slack, and the demo fails if it
isn't there.
"""

from bot.demo.play import play

__all__ = ["play"]
