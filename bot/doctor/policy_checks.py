"""Check the policy: is it valid, and would anybody be paged?"""

from collections.abc import Iterator
from datetime import datetime

from bot import policy
from bot.doctor.finding import Finding, failure
from bot.oncall import Roster
from bot.policy import BrokenPolicy
from bot.settings import Settings


def files(settings: Settings) -> Iterator[Finding]:
    folder = settings.muster_playbooks
    if settings.packaged_policy:
        yield Finding("playbooks", "using the packaged policy", "`muster init` writes your own")
        return
    problems = policy.check(folder)
    errors = [each for each in problems if each.severity == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more)" if errors[1:] else ""
        yield failure("playbooks", f"{errors[0]}{more}", "`muster playbooks check` lists all")
    elif problems:
        says = f"{folder}: no mistakes, {len(problems)} warning{'s' if problems[1:] else ''}"
        yield Finding("playbooks", says, "`muster playbooks check` lists them")
    else:
        yield Finding("playbooks", f"{folder}: no mistakes")


def on_call_now(settings: Settings, now: datetime) -> Iterator[Finding]:
    """The person on call for each schedule that pages somebody."""
    try:
        loaded = policy.load(settings.muster_playbooks)
    except BrokenPolicy:
        return  # reported above
    used = {each.escalation for each in loaded.policy.severities}
    targets = [
        target
        for chain in loaded.policy.chains
        if chain.id in used
        for step in chain.steps
        for target in step.notify
    ]
    named = dict.fromkeys(each.removeprefix("oncall:") for each in targets if ":" in each)
    roster = Roster(loaded.schedules)
    for name in named:
        shift = roster.on_call(name, now) if name in loaded.schedules else None
        if shift and shift.users:
            holds = f"{', '.join(shift.users)} until {shift.until:%Y-%m-%d %H:%M} UTC"
            yield Finding("on call", f"{name}: {holds}")
        else:
            first = "run `muster init`, then " if settings.packaged_policy else ""
            cure = f"{first}add members to oncall.yml, or no one is paged"
            yield Finding("on call", f"{name}: no one", cure)
    if not targets:
        yield Finding("on call", "no severity pages anyone", "give one an `escalation`")
