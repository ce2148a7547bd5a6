"""Who is paged next, and when, until somebody acknowledges.

Steps are spaced by the chain's waits; a step that reached nobody doesn't keep the next one
waiting. Who is on call is asked when a step fires, so it comes with the clock's `Tick`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.incident.cadence import following
from bot.incident.events import CLOCK, Escalated, Event, Paged, Recorded, Stage
from bot.incident.incident import Escalation, Incident, Refused
from bot.incident.policy import Chain
from bot.incident.reminders import answer_to, still_itches

OnCall = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock looked. It asks for nothing; it lets what is due come due.

    `on_call`: for each schedule, the users who are on call now.
    """

    on_call: OnCall = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EscalateNow:
    """Somebody doesn't wait for the next step of an incident that stands still."""

    on_call: OnCall = field(default_factory=dict)


def is_escalating(incident: Incident) -> bool:
    """Whether pages still make sense: nobody acknowledged and the impact is not over."""
    return (
        incident.escalation is not None
        and incident.acknowledged_at is None
        and incident.stage in (Stage.INVESTIGATING, Stage.IDENTIFIED)
    )


def still_asks(incident: Incident, page: Recorded) -> bool:
    """Whether this page still wants an answer; a worse severity asks anew, with new pages, and
    so does whoever wants more people."""
    run = incident.escalation
    return is_escalating(incident) and run is not None and page in run.fired[run.answered :]


def page_key(escalated: Recorded, target: str) -> str:
    return f"page:{escalated.seq}:{target.lstrip('@#')}"


def paged(incident: Incident, until: float = math.inf) -> list[str]:
    """Everybody who was paged (up to event `until`), in order, once each."""
    targets = (
        target
        for each in incident.history
        if each.seq <= until
        for target in _aims(each.event)
        if target.startswith("@")
    )
    return list(dict.fromkeys(target[1:] for target in targets))


def last_paged(incident: Incident) -> str | None:
    """Whom the latest page went to."""
    fired = (each.event for each in incident.history)
    targets = [each for step in fired if isinstance(step, Escalated) for each in step.targets]
    people = [each[1:] for each in targets if each.startswith("@")]
    return people[-1] if people else None


def newest_page(incident: Incident, target: str) -> Recorded | None:
    """The last step of this run that paged `target`: what it should have heard before that
    and didn't is not said any more, so nobody wakes up to three pages at once."""
    fired = incident.escalation.fired if incident.escalation else ()
    return next(
        (
            each
            for each in reversed(fired)
            if isinstance(each.event, Escalated) and target in each.event.targets
        ),
        None,
    )


def reach(incident: Incident, at: datetime) -> tuple[list[str], list[str]]:
    """Whom the steps that fired at that moment were aimed at, and whom they missed and why."""
    events = [each.event for each in incident.history if each.at == at]
    fired = [each for each in events if isinstance(each, Escalated)]
    targets = (target for each in fired for target in each.targets)
    missed = (why for each in fired for why in each.missed)
    return list(dict.fromkeys(targets)), list(dict.fromkeys(missed))


def outcome(incident: Incident, at: datetime) -> tuple[list[str], list[str]]:
    """Who was reached by the steps that fired at that moment; who was not, and why."""
    reached, not_reached = [], []
    for step in (each for each in incident.history if each.at == at):
        if isinstance(step.event, Escalated):
            for target in step.event.targets:
                refusal = incident.failed.get(page_key(step, target))
                if refusal:
                    not_reached.append(f"{target}: Slack says {refusal.reason}")
                elif page_key(step, target) in incident.said:
                    reached.append(target)
            not_reached += step.event.missed
    return list(dict.fromkeys(reached)), list(dict.fromkeys(not_reached))


def is_settled(incident: Incident, at: datetime) -> bool:
    """Whether it is known of each page of that moment if it reached anybody."""
    return all(
        page_key(step, target) in incident.said
        or page_key(step, target) in incident.failed
        or not still_asks(incident, step)
        for step in incident.history
        if step.at == at and isinstance(step.event, Escalated)
        for target in step.event.targets
    )


def tells(incident: Incident, step: Recorded) -> bool:
    """Whether the channel is told of this step: the last one of a moment speaks for those that
    were skipped, and that a whole round reached nobody is told once."""
    fired = [each for each in incident.history if isinstance(each.event, Escalated)]
    if step != [each for each in fired if each.at == step.at][-1]:
        return False
    targets, missed = reach(incident, step.at)
    began = max(each.at for each in fired if _first(each) and each.seq <= step.seq)
    before = {each.at for each in fired if began <= each.at < step.at}
    return bool(targets) or all(reach(incident, at) != ([], missed) for at in before)


def next_step(incident: Incident) -> tuple[int, datetime] | None:
    """The number of the next step and when it is due; None if there is none."""
    run = incident.escalation
    left = steps_left(incident)
    if run is None or left is None or not is_escalating(incident):
        return None
    chain, number = left
    return number, _due(incident, run, chain, number)


def next_due(incident: Incident) -> datetime | None:
    """When the next step is due."""
    step = next_step(incident)
    return step[1] if step else None


def steps_left(incident: Incident) -> tuple[Chain, int] | None:
    """The severity's chain and the number of its next step, whether anybody waits for that;
    None without a chain, or at its end."""
    run, chain_id = incident.escalation, incident.severity.escalation
    if chain_id is None:
        return None
    chain = incident.policy.chain(chain_id)
    number = len(run.fired) if run else 0
    return (chain, number) if number < len(chain.steps) * (chain.repeat + 1) else None


def next_in_line(incident: Incident) -> tuple[str, ...]:
    """Whom the next step is to notify, as the policy has it."""
    left = steps_left(incident)
    return left[0].steps[left[1] % len(left[0].steps)].notify if left else ()


def due(incident: Incident, on_call: OnCall, now: datetime) -> list[Event]:
    """The step whose time has come, aimed at whoever is on call now; if it reaches nobody,
    the next one of the same round, too."""
    step = next_step(incident)
    if step is None or step[1] > now:
        return []
    number, at = step
    chain = incident.policy.chain(_run(incident).chain)
    return _until_somebody(incident, chain, (number, at), on_call, now)


def at_once(incident: Incident, command: EscalateNow, now: datetime) -> list[Event]:
    """The next step before its time, past whoever is on it already. Two who want it at once want
    the same."""
    asked = incident.reminded.get("progress")
    answer = answer_to(incident, asked) if asked else None
    if answer and answer.by != CLOCK and isinstance(answer.event, Escalated):
        raise Refused(
            f"<@{answer.by}> has escalated already; the channel is told. "
            "`/incident page @name` pages somebody else."
        )
    if asked is None or not still_itches(incident, asked):
        raise Refused(
            f"{incident.id} has moved since that was asked, and is {incident.stage}: nobody was "
            "paged. `/incident page @name` pages somebody all the same."
        )
    left = steps_left(incident)
    if left is None:
        raise Refused("Everybody in line was paged: `/incident page @name` pages somebody else.")
    chain, number = left
    return _until_somebody(incident, chain, (number, now), command.on_call, now)


def _until_somebody(
    incident: Incident, chain: Chain, step: tuple[int, datetime], on_call: OnCall, now: datetime
) -> list[Event]:
    number, at = step
    fired = [_fire(incident, chain, number, at, on_call)]
    while not fired[-1].targets and (number := number + 1) % len(chain.steps):
        fired.append(_fire(incident, chain, number, now, on_call))
    return [*fired]


def _aims(event: object) -> tuple[str, ...]:
    if isinstance(event, Paged):
        return (f"@{event.user}",)
    return event.targets if isinstance(event, Escalated) else ()


def _fire(
    incident: Incident, chain: Chain, number: int, at: datetime, on_call: OnCall
) -> Escalated:
    targets: list[str] = []
    missed: list[str] = []
    for wanted in chain.steps[number % len(chain.steps)].notify:
        if wanted.startswith("oncall:"):
            schedule = wanted.removeprefix("oncall:")
            people = [f"@{user}" for user in on_call.get(schedule, ())]
            targets += people
            missed += [] if people else [f"nobody is on call for {schedule}"]
        elif wanted.startswith("#") and incident.private:
            missed.append(f"{wanted} may not know of a private incident")
        else:
            targets.append(wanted)
    if incident.acknowledged_at and (on_it := f"@{incident.acknowledged_by}") in targets:
        targets = [each for each in targets if each != on_it]
        missed.append(f"{on_it}: on it already")
    return Escalated(number, at, tuple(dict.fromkeys(targets)), tuple(missed))


def _due(incident: Incident, run: Escalation, chain: Chain, number: int) -> datetime:
    place = number % len(chain.steps)
    gap = chain.steps[place].after
    if number == 0:
        return run.since + gap
    before = run.fired[-1]
    assert isinstance(before.event, Escalated)
    if place == 0:
        gap += chain.pause
    elif (nobody_since := _reached_nobody(incident, before)) is not None:
        return nobody_since
    return following(before.event.due, before.at, gap) if gap else before.at


def _reached_nobody(incident: Incident, step: Recorded) -> datetime | None:
    """When it turned out that the step reached nobody; None while it may have reached one."""
    assert isinstance(step.event, Escalated)
    refusals = [incident.failed.get(page_key(step, each)) for each in step.event.targets]
    if any(each is None for each in refusals):
        return None
    return max((each.at for each in refusals if each), default=step.at)


def _first(fired: Recorded) -> bool:
    return isinstance(fired.event, Escalated) and fired.event.step == 0


def _run(incident: Incident) -> Escalation:
    assert incident.escalation is not None
    return incident.escalation
