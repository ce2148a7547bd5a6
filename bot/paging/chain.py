"""The escalation chain: the next step, when it is due, and whom it pages.

Steps are spaced by the chain's waits; a step that reached no one doesn't delay the next one. Who
is on call is looked up when a step fires. People who have acknowledged aren't paged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import Refused
from bot.paging.cadence import following
from bot.paging.commands import OnCall
from bot.paging.events import KEEPS, Escalated, Paged, Then
from bot.paging.evolve import adopt
from bot.paging.policy import Chain
from bot.paging.state import Paging, Record, Run, Subject, aims, mentioned, page_key, runs

ON_IT, ASKED = "already on it", "already paged"
NO_ONE_ON_IT: Mapping[str, str] = {}


def still_asks(paging: Paging, subject: Subject, page: Record) -> bool:
    """Whether this page of the chain still needs an answer: paging runs, and since the page no one
    acknowledged and more people were asked.
    """
    run = paging.run
    return runs(paging, subject) and run is not None and page in run.fired[run.asked :]


def newest_page(paging: Paging, target: str) -> Record | None:
    """The last step of this run that paged `target`. Earlier pages that didn't reach them are
    skipped, so that no one wakes up to three pages at once.
    """
    fired = paging.run.fired if paging.run else ()
    return next((each for each in reversed(fired) if target in aims(each.event)), None)


def next_due(paging: Paging, subject: Subject) -> datetime | None:
    """When the next step is due; None if none is."""
    step = next_step(paging, subject)
    return step[1] if step else None


def next_step(paging: Paging, subject: Subject) -> tuple[int, datetime] | None:
    """The number of the next step and when it is due; None if there is none."""
    left = steps_left(paging, subject)
    if left is None or paging.run is None or not runs(paging, subject):
        return None
    chain, number = left
    return number, _due(subject, paging.run, chain, number)


def steps_left(paging: Paging, subject: Subject) -> tuple[Chain, int] | None:
    """The chain and the number of its next step, whether paging runs or not; None without a chain,
    or at its end.
    """
    if subject.chain is None:
        return None
    number = len(paging.run.fired) if paging.run else 0
    return (subject.chain, number) if number < subject.chain.length else None


def next_in_line(paging: Paging, subject: Subject) -> tuple[str, ...]:
    """The targets, as written in the policy, of the next step that pages somebody new."""
    left = steps_left(paging, subject)
    if left is None:
        return ()
    on_it = {f"@{user}" for user in paging.on_it}
    chain, number = left
    steps = (chain.steps[each % len(chain.steps)] for each in range(number, chain.length))
    others = (tuple(each for each in step.notify if each not in on_it) for step in steps)
    return next(filter(None, others), ())


def fire(paging: Paging, subject: Subject, on_call: OnCall, now: datetime) -> list[Escalated]:
    """The events of the step that is due, resolved to the people on call now; if it reaches
    no one, of the next one of the same round, too.
    """
    step, chain = next_step(paging, subject), subject.chain
    if step is None or step[1] > now or chain is None:
        return []
    number, at = step
    aim = Aim(subject.private, on_call, dict.fromkeys(map(_person, paging.on_it), ON_IT))
    fired = [_fire(aim, chain, number, at)]
    while not fired[-1].targets and (number := number + 1) % len(chain.steps):
        fired.append(_fire(aim, chain, number, now))
    return _foreseen(paging, subject, aim, fired)


def escalate(paging: Paging, subject: Subject, on_call: OnCall, now: datetime) -> list[Escalated]:
    """Fire the next step that pages somebody new, before it is due. People who were paged and
    haven't answered are paged again only if there is no one else. Raises `Refused` if there is
    no one.
    """
    paging = adopt(paging, KEEPS)
    if subject.chain is None:
        raise Refused(
            "This severity has no escalation chain. To page someone: `/incident page @name`."
        )
    left = steps_left(paging, subject)
    if left is None:
        raise Refused(
            "Everyone in line was already paged. To page someone else: `/incident page @name`."
        )
    on_it = dict.fromkeys(map(_person, paging.on_it), ON_IT)
    asked = dict.fromkeys(_asked(paging, subject), ASKED)
    chain, number = left
    fired: list[Escalated] = []
    for without in ({**asked, **on_it}, on_it):
        aim, fired = Aim(subject.private, on_call, without), []
        for each in range(number, chain.length):
            fired.append(_fire(aim, chain, each, now))
            if fired[-1].targets:
                return _foreseen(paging, subject, Aim(subject.private, on_call, on_it), fired)
    why = dict.fromkeys(why for each in fired for why in each.missed)
    raise Refused(
        f"There's no one else in line to page: {'; '.join(map(mentioned, why))}. "
        "To page someone: `/incident page @name`."
    )


@dataclass(frozen=True, slots=True)
class Aim:
    """How targets are resolved. `without`: whom not to page, and why."""

    private: bool
    on_call: OnCall
    without: Mapping[str, str]


def _fire(aim: Aim, chain: Chain, number: int, at: datetime) -> Escalated:
    notify = chain.steps[number % len(chain.steps)].notify
    targets, missed = resolve(notify, aim.on_call, aim.without, private=aim.private)
    return Escalated(number, at, targets, missed)


def resolve(
    notify: Sequence[str], on_call: OnCall, without: Mapping[str, str], *, private: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The targets, as written in the policy, as they are now; and whom that misses, and why.
    `without`: whom not to page, and why.
    """
    wanted: list[str] = []
    missed: list[str] = []
    for each in notify:
        if each.startswith("oncall:"):
            schedule = each.removeprefix("oncall:")
            people = [f"@{user}" for user in on_call.get(schedule, ())]
            wanted += people
            missed += [] if people else [f"no one is on call for {schedule}"]
        elif each.startswith("#") and private:
            missed.append(f"{each} isn't told about private incidents")
        else:
            wanted.append(each)
    wanted = list(dict.fromkeys(wanted))
    missed += [f"{each}: {without[each]}" for each in wanted if each in without]
    return tuple(each for each in wanted if each not in without), tuple(missed)


def _foreseen(
    paging: Paging, subject: Subject, aim: Aim, fired: list[Escalated]
) -> list[Escalated]:
    """The same steps; the last one says who is paged next, as far as it is known now."""
    assert subject.chain is not None
    before = paging.run.fired if paging.run else ()
    asked = {each for record in before for each in aims(record.event)}
    asked |= {target for step in fired for target in step.targets}
    later = range(fired[-1].step + 1, subject.chain.length)
    coming = {
        target
        for each in later
        for target in _fire(aim, subject.chain, each, fired[-1].due).targets
    }
    then = Then.OTHERS if coming - asked else Then.AGAIN if coming else Then.NO_ONE
    return [*fired[:-1], replace(fired[-1], then=then.value)]


def _asked(paging: Paging, subject: Subject) -> list[str]:
    """Who was paged, can still answer, and hasn't."""
    asking = (
        each
        for each in paging.pages
        if still_asks(paging, subject, each)
        or (isinstance(each.event, Paged) and each.seq > paging.answered.get(each.event.user, 0))
    )
    return [target for each in asking for target in aims(each.event)]


def _due(subject: Subject, run: Run, chain: Chain, number: int) -> datetime:
    place = number % len(chain.steps)
    gap = chain.steps[place].after
    if number == 0:
        return run.since + gap
    before = run.fired[-1]
    assert isinstance(before.event, Escalated)
    if place == 0:
        gap += chain.pause
    elif (nobody_since := _reached_nobody(subject, before)) is not None:
        return nobody_since
    return following(before.event.due, before.at, gap) if gap else before.at


def _reached_nobody(subject: Subject, step: Record) -> datetime | None:
    """When it was known that the step reached no one; None while it may have reached somebody."""
    assert isinstance(step.event, Escalated)
    refusals = [subject.failed.get(page_key(step, each)) for each in step.event.targets]
    if any(each is None for each in refusals):
        return None
    return max((each.at for each in refusals if each), default=step.at)


def _person(user: str) -> str:
    return f"@{user}"
