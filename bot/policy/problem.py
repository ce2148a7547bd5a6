"""Problems of a policy, described so that they can be fixed without looking anything up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem. Errors stop the bot, warnings don't. `survivable`: an error that doesn't stop a
    bot either, because paging one person too few is better than no bot.

    >>> print(Problem("playbooks/roles.yml", 3, "id: is missing; add a line like id: ic."))
    playbooks/roles.yml:3: id: is missing; add a line like id: ic.
    >>> print(Problem("playbooks/oncall.yml", 8, "members: no one is on call.", "warning"))
    playbooks/oncall.yml:8: warning: members: no one is on call.
    """

    file: str
    line: int
    text: str
    severity: Literal["error", "warning"] = "error"
    survivable: bool = False

    def __str__(self) -> str:
        warning = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}: {warning}{self.text}"


class BrokenPolicy(Exception):
    """The policy can't be used. `problems`: all errors and warnings; the text of the exception
    says only the errors, because no warning prevents a start."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        errors = [each for each in problems if each.severity == "error"]
        super().__init__("\n".join(map(str, errors)))
        self.problems = tuple(problems)
