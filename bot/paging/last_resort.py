"""The end of a chain that no one answered: when it is known, and who is told."""

from datetime import datetime, timedelta

from bot.paging.chain import NO_ONE_ON_IT, resolve, steps_left
from bot.paging.commands import OnCall
from bot.paging.events import ChainEnded
from bot.paging.groups import ADMINS
from bot.paging.state import Paging, Subject, page_key, runs

ANSWER_WITHIN = timedelta(minutes=5)  # after the last page, if the chain has no wait


def next_due(paging: Paging, subject: Subject) -> datetime | None:
    """When the chain has ended without an answer; None if it hasn't, or if that is known. If it
    reached no one because all in line are on it, that isn't reported.
    """
    run, chain = paging.run, subject.chain
    if run is None or chain is None or run.reported or not run.fired:
        return None
    if steps_left(paging, subject) or not runs(paging, subject):
        return None
    wait = chain.pause or ANSWER_WITHIN
    ends, arrived = [run.fired[-1].at], False
    for step in run.fired:
        refusals = [subject.failed.get(page_key(step, each)) for each in _targets(step.event)]
        ends += [each.at for each in refusals if each]
        if None in refusals:
            ends.append(step.at + wait)
            arrived = True
    return max(ends) if arrived or not paging.on_it else None


def fire(paging: Paging, subject: Subject, on_call: OnCall, now: datetime) -> list[ChainEnded]:
    """The event, if the chain has ended, with those who are told: the policy's last resort, or
    else the admins.
    """
    due = next_due(paging, subject)
    if due is None or due > now:
        return []
    wanted = subject.last_resort or (ADMINS,)
    targets, missed = resolve(wanted, on_call, NO_ONE_ON_IT, private=subject.private)
    return [ChainEnded(due, targets, missed)]


def _targets(event: object) -> tuple[str, ...]:
    return getattr(event, "targets", ())
