"""Who can act: checked with Slack before somebody gets a role, a task or a page.

Bots, Slackbot, deactivated accounts, people of other organizations, single-channel guests and ids
that don't exist can't. Other guests can be paged, but an admin may have to add them to the
channel; roles and tasks are for them only if the policy opens them (`access.yml`). If Slack can't
be asked, no one is refused: a lost page is worse.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.errors import Refused
from bot.listeners.request import Request
from bot.messages.text import join_and, mention
from bot.slack.people import Profile

ASKER = Profile("")  # who asks is there


@dataclass(frozen=True, slots=True)
class Checked:
    """`able`: those who can act, in order. `refused`: a sentence on each of the others. `notes`:
    what to add to the answer about those who can."""

    able: Sequence[str]
    refused: Sequence[str]
    notes: Sequence[str]


def check(
    request: Request, users: Iterable[str], *, named: bool = False, answers: bool = False
) -> Checked:
    """Check people. Who asks can act. `named`: write names instead of mentions, for field errors,
    which can't show them. `answers`: they only have to answer, which guests may."""
    wanted = list(dict.fromkeys(users))
    profiles = request.services.people.ask(each for each in wanted if each != request.user)
    able: list[str] = []
    refused: list[str] = []
    notes: list[str] = []
    for user in wanted:
        profile = profiles.get(user)
        who = ((profile and profile.name) or "This person") if named else mention(user)
        if why := profile and profile.why_not:
            refused.append(f"{who} {why}.")
            continue
        if profile and profile.is_guest and not (answers or request.services.open_to.guests):
            refused.append(f"{who} is a guest, and guests can't act on incidents here.")
            continue
        able.append(user)
        if profile and profile.is_guest:
            notes.append(f"{who} is a guest: an admin may have to add them to the channel.")
    if unknown := [mention(user) for user in able if profiles.get(user, ASKER) is None]:
        notes.append(f"Slack couldn't be asked about {join_and(unknown)}.")
    return Checked(able, refused, notes)


def refuse_others(request: Request, user: str) -> str:
    """The sentences to add to the answer about `user`. Raises `Refused` if they can't act."""
    checked = check(request, [user])
    if checked.refused:
        raise Refused(f"{' '.join(checked.refused)} Choose someone else.")
    return "".join(f" {note}" for note in checked.notes)


def field_error(request: Request, user: str) -> str:
    """The error beside a field with `user`; empty if they can act."""
    checked = check(request, [user], named=True)
    return f"{' '.join(checked.refused)} Choose someone else." if checked.refused else ""
