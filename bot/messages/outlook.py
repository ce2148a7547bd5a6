"""The consequences of declaring, for the form: pages, updates, and who can see the incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.incident.durations import format_duration
from bot.incident.policy import Playbook, Policy, Severity
from bot.incident.row import IncidentRow
from bot.messages.text import clip, escape, join_and, mention
from bot.paging.policy import Step

DESCRIPTION_MAX = 75  # characters of an option's description
STEPS = 2  # of the chain that are described

_SCHEDULE = "oncall:"


@dataclass(frozen=True, slots=True)
class Outlook:
    """The facts beside the policy. `announce`: the name of the announcement channel. `on_call`:
    who is on call now, by schedule. `duplicate`: an open incident with a similar title."""

    announce: str = "incidents"
    on_call: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    duplicate: IncidentRow | None = None


NO_OUTLOOK = Outlook()


def brings(severity: Severity, policy: Policy) -> str:
    """The consequences of a severity as plain text, for its option: at most 75 characters."""
    if severity.escalation is None:
        pages = "Pages no one"
    else:
        first = policy.chain(severity.escalation).steps[0]
        pages = f"Pages {join_and([_plain(each) for each in first.notify])}"
    every = severity.update_every
    rest = f" · update every {format_duration(every)}" if every else " · no update reminders"
    return clip(pages, DESCRIPTION_MAX - len(rest)) + rest


def follows(severity: Severity, policy: Policy, outlook: Outlook) -> str:
    """The consequences of a severity, in mrkdwn."""
    return f"*{escape(severity.id)}* {_pages(severity, policy, outlook)}. {_updates(severity)}"


def opens(playbook: Playbook, outlook: Outlook, *, private: bool) -> str:
    """Who will see the incident, in mrkdwn."""
    if private or playbook.private:
        return (
            "Opens a private channel for you, anyone paged and people you invite. Not announced."
        )
    return f"Opens a public channel, announced in #{escape(outlook.announce)}."


def _pages(severity: Severity, policy: Policy, outlook: Outlook) -> str:
    if severity.escalation is None:
        return "pages no one"
    steps = policy.chain(severity.escalation).steps
    said, waited = [], timedelta()
    for step in steps[:STEPS]:
        waited += step.after
        when = f" after {format_duration(waited)} without an answer" if waited else " right away"
        said.append(f"{_notified(step, outlook)}{when}")
    more = len(steps) - STEPS
    rest = f", then {more} more step{'s' if more > 1 else ''}" if more > 0 else ""
    return f"pages {', then '.join(said)}{rest}"


def _updates(severity: Severity) -> str:
    if severity.update_every is None:
        return "No update reminders."
    return f"An update is due every {format_duration(severity.update_every)}."


def _notified(step: Step, outlook: Outlook) -> str:
    return join_and([_target(each, outlook) for each in step.notify])


def _target(target: str, outlook: Outlook) -> str:
    if target.startswith(_SCHEDULE):
        name = target.removeprefix(_SCHEDULE)
        people = join_and([mention(each) for each in outlook.on_call.get(name, ())])
        return f"{escape(name)} on call ({people or 'no one right now'})"
    return mention(target[1:]) if target.startswith("@U") else escape(_plain(target))


def _plain(target: str) -> str:
    """A target of a page without ids, which plain text can't resolve.

    >>> _plain("oncall:primary"), _plain("#leads"), _plain("@U0ANA"), _plain("role:ic")
    ('primary on call', '#leads', 'a person', 'the ic')
    """
    kind, _, name = target.partition(":")
    if kind == "oncall":
        return f"{name} on call"
    if kind == "role":
        return f"the {name}"
    if target.startswith("@S"):
        return "a user group"
    if target.startswith("@"):
        return "a person"
    return target if target.startswith("#") else "a webhook"
