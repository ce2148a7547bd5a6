"""What is wrong with a policy, said so that it can be put right without looking it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to change. A warning doesn't stop the bot, an error does; unless it is
    `survivable`: better a bot that pages one person too few than no bot.

    >>> print(Problem("playbooks/roles.yml", 3, "id: is missing; add a line like id: ic."))
    playbooks/roles.yml:3: id: is missing; add a line like id: ic.
    >>> print(Problem("playbooks/oncall.yml", 8, "members: nobody is on call.", "warning"))
    playbooks/oncall.yml:8: warning: members: nobody is on call.
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
    """The policy can't be used; `problems` has every reason, and the warnings beside them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
