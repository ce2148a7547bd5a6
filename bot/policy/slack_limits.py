"""The limits of Slack that a policy can exceed: a select in a form has at most a hundred options.

An error where the policy is checked; a bot starts with it all the same, and its forms leave out
those beyond. What is left out still works when typed.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.policy.problem import Problem
from bot.policy.source import Source

OPTIONS_MAX = 100


def too_many(source: Source, rows: str) -> Iterator[Problem]:
    """One problem, where the first row stands that a form leaves out."""
    found = source.find(rows, "*")
    if len(found) > OPTIONS_MAX:
        place, _ = found[OPTIONS_MAX]
        text = (
            f"{rows}: {len(found)} are more than a form in Slack can show; keep at most "
            f"{OPTIONS_MAX}. Until then the forms leave out those from here on."
        )
        yield replace(source.problem(place, text), survivable=True)


def too_many_files(files: list[str]) -> Iterator[Problem]:
    """One problem for the first kind of incident that the form to declare leaves out. `files`:
    theirs, in the order of the form."""
    if len(files) > OPTIONS_MAX:
        text = (
            f"{len(files)} kinds of incident are more than a form in Slack can show; keep at most "
            f"{OPTIONS_MAX}. Until then the forms leave out this and those after it."
        )
        yield Problem(files[OPTIONS_MAX], 1, text, survivable=True)
