"""Errors with a text for people: for operators, and for users in Slack."""


class CommandError(Exception):
    """The command can't continue: exit status 1, and this one line on stderr, for an operator.

    It names what is wrong (a variable, a port, a folder) and what would be right. It never has a
    traceback or a secret in it.
    """


class Refused(Exception):
    """The request isn't allowed. Its text is shown to the person."""
