"""Who may do what, and see what: each kind answers for its own streams.

`authorize(actor, command, state, grants)` is asked at the door, whichever way a command came in;
`may_see(actor, state)` by everything that reads. Both are pure. A kind that doesn't say otherwise
is closed: the clock and the operator alone may.
"""

from dataclasses import dataclass

from bot.streams.actor import Actor, ByClock, Operator


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a command is allowed; if not, `why`, in words that the asker may read."""

    allowed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Grants:
    """What the way in vouches for, and no history tells.

    `channel`: the Slack channel in which they act; Slack lets nobody else than its members act
    there. Empty if it is none, or not known.
    """

    channel: str = ""


ALLOWED = Verdict(True)
NO_GRANTS = Grants()


def runs_muster(actor: Actor) -> bool:
    """Whether it is Muster's own clock, or who operates it at the command line."""
    return isinstance(actor, ByClock | Operator)


def closed(actor: Actor, command: object, state: object, grants: Grants) -> Verdict:
    """The verdict of a kind that has none of its own."""
    return ALLOWED if runs_muster(actor) else Verdict(False, "Nobody may do that in Slack.")


def unseen(actor: Actor, state: object) -> bool:
    """Who sees a stream of a kind that doesn't say who may."""
    return runs_muster(actor)
