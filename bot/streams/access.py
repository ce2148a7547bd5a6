"""Permissions: who may run a command on a stream, and who may see it. Each kind defines its own.

`authorize(actor, command, state, grants)` is checked for every command, however it came in;
`may_see(actor, state)` is checked by everything that reads. Both are pure. The default is closed:
only the clock and operators have access.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from bot.streams.actor import Actor, ByClock, Operator


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a command is allowed. `why`: the reason if not, as shown to the person who asked."""

    allowed: bool
    why: str = ""


class Standing(Enum):
    """Who a person is in our workspace."""

    MEMBER = auto()
    GUEST = auto()
    STRANGER = auto()  # of another organization, in a shared channel
    APP = auto()  # a bot, an app, Slackbot


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within a time."""

    most: int
    within: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class OpenTo:
    """The policy on who may act: whether guests and strangers may do what members
    may, and how many people one person may page and how many incidents declare."""

    guests: bool = False
    strangers: bool = False
    pages: Limit = Limit(40)
    incidents: Limit = Limit(30)

    def treats(self, standing: Standing) -> Standing:
        """As whom they act.

        >>> OpenTo(guests=True).treats(Standing.GUEST), OpenTo().treats(Standing.GUEST)
        (<Standing.MEMBER: 1>, <Standing.GUEST: 2>)
        """
        opened = {Standing.GUEST: self.guests, Standing.STRANGER: self.strangers}
        return Standing.MEMBER if opened.get(standing) else standing


@dataclass(frozen=True, slots=True)
class Grants:
    """Facts about a request that only the entry point can vouch for.

    `channel`: the Slack channel the person acted in; Slack lets only its members act there. Empty
    if there is none or it isn't known. `member_of`: other channels that they are in, as Slack
    says. `is_admin`: they are one of Muster's admins. `standing`: as whom they act.
    """

    channel: str = ""
    member_of: frozenset[str] = frozenset()
    is_admin: bool = False
    standing: Standing = Standing.MEMBER


MEMBERS_ONLY = OpenTo()
ALLOWED = Verdict(True)
NO_GRANTS = Grants()


def runs_muster(actor: Actor) -> bool:
    """Whether the actor is Muster's own clock or an operator at the command line."""
    return isinstance(actor, ByClock | Operator)


def closed(actor: Actor, command: object, state: object, grants: Grants) -> Verdict:
    """The default `authorize`: allow only the clock and operators."""
    return ALLOWED if runs_muster(actor) else Verdict(False, "Nobody may do that in Slack.")


def unseen(actor: Actor, state: object) -> bool:
    """The default `may_see`: only the clock and operators."""
    return runs_muster(actor)
