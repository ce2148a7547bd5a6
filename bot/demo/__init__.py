"""`muster demo`: a whole incident in a local Slack, through the real bot, workers and store.

    stage    starts a separate Muster in a temporary folder, and removes it
    script   what people do, and what must appear in Slack
    show     prints it

Nothing is simulated: what is printed was read from the local Slack, and the demo fails if it isn't
there.
"""

from bot.demo.play import play

__all__ = ["play"]
