"""What ends a command. What is refused to a person in Slack is `bot.incident.Refused`."""


class Stop(Exception):
    """The command can't go on: exit status 1, and this one line on stderr, for an operator.

    It names what is wrong (a variable, a port, a folder) and what would be right. Never with
    a traceback, never with a secret in it.
    """
