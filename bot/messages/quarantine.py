"""Messages about a quarantined incident, to the admins and to people who tried to use it. Without
its title, because an unreadable incident may be private.
"""

from collections.abc import Sequence

from bot.messages.slack_failures import heavy_work
from bot.messages.text import escape, join_and, mention


def to_admins(incident_id: str, why: str, *, heavy: str = "") -> str:
    """`why`: the type of the error, and nothing that people wrote. `heavy`: the key of the heavy
    effect that failed; empty: all of it did.
    """
    failed = f"{heavy_work(heavy)} of {incident_id}" if heavy else f"handling {incident_id}"
    return (
        f":warning: Muster failed at {failed} again and again ({escape(why)}) and has set it "
        "aside; everything else goes on.\n"
        f"Look for `{incident_id}` in Muster's log, upgrade or mend what it names, then run "
        f"`muster incidents --retry {incident_id}`."
    )


def unreadable(incident_id: str, told: Sequence[str] | None, so: str = "nothing was done") -> str:
    """To a person who acted on it. `told`: who was notified; None while they are being notified.

    >>> unreadable("INC-7", None)
    "Muster can't read INC-7, so nothing was done; its admins are being told."
    >>> unreadable("INC-7", ["@U0ANA", "#ops"])
    "Muster can't read INC-7, so nothing was done; <@U0ANA> and #ops were told."
    """
    return f"Muster can't read {incident_id}, so {so}; {_who(told)}."


def left_out(count: int) -> str:
    """Below a list: how many incidents are left out because they can't be read.

    >>> left_out(1)
    "1 incident can't be read and is left out; Muster's admins are told which."
    """
    what, are = ("incident", "is") if count == 1 else ("incidents", "are")
    return f"{count} {what} can't be read and {are} left out; Muster's admins are told which."


def tried_again(incident_id: str, told: Sequence[str] | None) -> str:
    """To a person who acted on it, after the outcome of their action.

    >>> tried_again("INC-7", ["@U0ANA"])
    'Muster could not handle INC-7 of late and tries again now; <@U0ANA> was told.'
    """
    return f"Muster could not handle {incident_id} of late and tries again now; {_who(told)}."


def _who(told: Sequence[str] | None) -> str:
    if told is None:
        return "its admins are being told"
    if not told:
        return "none of its admins could be told, so please tell whoever runs it"
    names = [mention(each[1:]) if each.startswith("@") else each for each in told]
    return f"{join_and(names)} {'was' if len(names) == 1 else 'were'} told"
