"""What ends a command of the operator, and what is refused to a person."""


class CommandError(Exception):
    """The command can't go on: exit status 1, and this one line on stderr, for an operator.

    It names what is wrong (a variable, a port, a folder) and what would be right. Never with
    a traceback, never with a secret in it.
    """


class Refused(Exception):
    """The person asked for what may not be. Its text is written to be shown to them."""
