"""Targets of pages as people read them."""

from collections.abc import Sequence

from bot.messages.text import escape, join_and, mention
from bot.paging.groups import ADMINS


def targets_of(targets: Sequence[str]) -> str:
    """The targets of a step, with people mentioned. Groups aren't: that would notify them.

    >>> targets_of(["@U0ANA", "@S0OPS", "#leads"])
    '<@U0ANA>, user group S0OPS and #leads'
    """
    return join_and([_target(each) for each in targets])


def with_mention(missed: str) -> str:
    """Whom a page missed and why, with people mentioned."""
    who, colon, why = missed.partition(": ")
    return f"{_target(who)}{colon}{escape(why)}"


def _target(target: str) -> str:
    if target.startswith("@S"):
        return f"user group {escape(target[1:])}"
    if target == ADMINS:
        return "the admins"
    return mention(target[1:]) if target.startswith("@") else escape(target)
