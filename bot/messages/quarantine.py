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
    failed = heavy_work(heavy) if heavy else "handling it"
    return (
        f":warning: Muster quarantined {incident_id}: {failed} keeps failing ({escape(why)}). "
        "Everything else keeps working.\n"
        f"Search Muster's log for `{incident_id}`, fix the cause or upgrade, then run "
        f"`muster incidents --retry {incident_id}`."
    )


def unreadable(incident_id: str, told: Sequence[str] | None, so: str = "nothing was done") -> str:
    """To a person who acted on it. `told`: who was notified; None while they are being notified.

    >>> unreadable("INC-7", None)
    "Muster can't read INC-7, so nothing was done. Notifying its admins now."
    >>> unreadable("INC-7", ["@U0ANA", "#ops"])
    "Muster can't read INC-7, so nothing was done. <@U0ANA> and #ops were notified."
    """
    return f"Muster can't read {incident_id}, so {so}. {_who(told)}."


def left_out(count: int) -> str:
    """Below a list: how many incidents are left out because they can't be read.

    >>> left_out(1)
    "1 incident can't be read and isn't shown. Muster's admins have been notified."
    """
    what, not_ = ("incident", "isn't") if count == 1 else ("incidents", "aren't")
    return f"{count} {what} can't be read and {not_} shown. Muster's admins have been notified."


def tried_again(incident_id: str, told: Sequence[str] | None) -> str:
    """To a person who acted on it, after the outcome of their action.

    >>> tried_again("INC-7", ["@U0ANA"])
    "Muster couldn't process INC-7 recently and is retrying now. <@U0ANA> was notified."
    """
    return f"Muster couldn't process {incident_id} recently and is retrying now. {_who(told)}."


def _who(told: Sequence[str] | None) -> str:
    if told is None:
        return "Notifying its admins now"
    if not told:
        return "No admin could be notified: please tell the people who run Muster"
    names = [mention(each[1:]) if each.startswith("@") else each for each in told]
    return f"{join_and(names)} {'was' if len(names) == 1 else 'were'} notified"
