"""The result of a check: one line, for people who can fix it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`cure`: what to do; empty if all is well. `fails`: production would break.

    >>> print(Finding("store", "answers in 1 ms"))
    ok    store            answers in 1 ms
    >>> print(Finding("app token", "Slack refuses it", "make a new one", fails=True))
    FAIL  app token        Slack refuses it: make a new one
    >>> print(Finding("store", "Connection refused.", "start it", fails=True))
    FAIL  store            Connection refused: start it
    """

    what: str
    says: str
    cure: str = ""
    fails: bool = False

    def __str__(self) -> str:
        mark = "FAIL" if self.fails else "warn" if self.cure else "ok"
        says = f"{self.says.removesuffix('.')}: {self.cure}" if self.cure else self.says
        return f"{mark:<5} {self.what:<16} {says}"


def failure(what: str, says: str, cure: str) -> Finding:
    return Finding(what, says, cure, fails=True)
