"""The frozen form of `playbooks/`: how an organization runs its incidents.

`bot.policy` reads and checks the files. An incident keeps the `Policy` that it was declared under,
so editing a file only affects later incidents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeVar

from bot.paging.policy import Chain


@dataclass(frozen=True, slots=True)
class Backoff:
    """How the interval of an unanswered reminder grows: each one is `factor` times the one before,
    up to `most`.
    """

    factor: float = 2.0
    most: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When no reminder comes, each day: times since midnight in the policy's `timezone`. If it
    begins later than it ends, it covers midnight.
    """

    begins: timedelta
    ends: timedelta


@dataclass(frozen=True, slots=True)
class Severity:
    """One row of `severities.yml`, most severe first. A duration of None: never.

    `mitigated_every`: the update interval once the impact is over, if it differs. `backoff`: of
    all its reminders, also those for updates; None: the policy's, which is for the others only.
    `urgency`: what is low waits for the end of the quiet hours; None: low if it pages no one.
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    default: bool = False
    update_every: timedelta | None = None
    mitigated_every: timedelta | Literal["same"] | None = "same"
    stalled_after: timedelta | None = None
    ack_within: timedelta | None = None
    ack_every: timedelta | None = None
    commander_within: timedelta | None = None
    commander_every: timedelta | None = None
    roles: tuple[str, ...] = ()
    roles_within: timedelta | None = None
    roles_every: timedelta | None = None
    escalation: str | None = None
    postmortem_within: timedelta | None = None
    backoff: Backoff | None = None
    quiet_hours: QuietHours | None = None
    urgency: Literal["high", "low"] | None = None

    @property
    def is_urgent(self) -> bool:
        return (self.urgency or ("high" if self.escalation else "low")) == "high"


@dataclass(frozen=True, slots=True)
class Role:
    """A role during an incident. `brief`: the instructions that the holder gets privately
    (mrkdwn).

    `handoff_within`: how long a person has to respond to an offer. `fatigue_after`: how long
    somebody holds the role before they are asked to hand it over. None: never.
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    brief: str = ""
    handoff_within: timedelta | None = None
    fatigue_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Runbook:
    title: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Playbook:
    """An incident type (`default.yml`, `security.yml` …). `bridge_from`: the least severe severity
    that has the bridge; None: all have it."""

    id: str
    title: str
    private: bool = False
    bridge: str | None = None
    runbooks: tuple[Runbook, ...] = ()
    rename_channel: bool = False
    bridge_from: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question for people who aren't sure of the severity. `yes` and `no` are a severity's id or
    a later question.
    """

    id: str
    ask: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that an incident needs to run, independent of later changes to the files.

    `backoff`: of reminders other than those for updates. `timezone`: of quiet hours.
    `last_resort`: who is told if a chain ends without an answer, like the targets of a step;
    empty: the admins. `together`: reminders that are due at the same time are one message; False
    in what earlier releases froze.
    """

    severities: tuple[Severity, ...]
    roles: tuple[Role, ...]
    chains: tuple[Chain, ...] = ()
    playbooks: tuple[Playbook, ...] = field(default=(Playbook("default", "Incident"),))
    questions: tuple[Question, ...] = ()
    backoff: Backoff | None = None
    timezone: str = "UTC"
    together: bool = False
    last_resort: tuple[str, ...] = ()

    def severity(self, word: str) -> Severity | None:
        """The severity named `word`, by id or alias, in any case; None if there is none."""
        for each in self.severities:  # the usual case, asked for thousands of times a second
            if each.id == word:
                return each
        return next((each for each in self.severities if _is(word, each.id, *each.aliases)), None)

    def role(self, word: str) -> Role | None:
        """The role named `word`, by id, alias or full title; None if there is none."""
        for each in self.roles:
            if each.id == word:
                return each
        return next(
            (each for each in self.roles if _is(word, each.id, each.title, *each.aliases)), None
        )

    def default_severity(self) -> Severity:
        return next(each for each in self.severities if each.default)

    def rank(self, severity_id: str) -> int:
        """The rank of a severity; 0 is the most severe."""
        return [each.id for each in self.severities].index(severity_id)

    def question(self, question_id: str) -> Question | None:
        return next((each for each in self.questions if each.id == question_id), None)

    def chain(self, chain_id: str) -> Chain:
        return _named(chain_id, self.chains)

    def playbook(self, playbook_id: str) -> Playbook:
        return _named(playbook_id, self.playbooks)


_Named = TypeVar("_Named", Chain, Playbook)


def _named(wanted: str, among: Sequence[_Named]) -> _Named:
    """The one named `word`. Raises `LookupError`, because a StopIteration would be lost in a
    coroutine.
    """
    for each in among:
        if each.id == wanted:
            return each
    raise LookupError(wanted)


def _is(word: str, *names: str) -> bool:
    return word.casefold() in (each.casefold() for each in names)
