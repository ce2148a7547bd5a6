"""The outcome of pages: for channel messages, the timeline and the delivery log."""

import math
from datetime import datetime

from bot.paging.chain import still_asks
from bot.paging.events import Acknowledged, ChainEnded, Escalated, PageAnswered, Paged, PagingEvent
from bot.paging.groups import is_group, open_groups
from bot.paging.state import Paging, Record, Subject, aims, mentioned, page_key, user_of
from bot.streams.slice import Line, because


def paged(paging: Paging, until: float = math.inf) -> list[str]:
    """Everybody who was paged (up to event `until`), in order, without repeats."""
    targets = (
        target
        for each in paging.pages
        if each.seq <= until
        for target in aims(each.event)
        if target.startswith("@") and not is_group(target)
    )
    return list(dict.fromkeys(target[1:] for target in targets))


def last_paged(paging: Paging) -> str | None:
    """The targets of the chain's latest page."""
    targets = (target for each in _steps(paging) for target in aims(each.event))
    people = [each[1:] for each in targets if each.startswith("@") and not is_group(each)]
    return people[-1] if people else None


def acknowledged_by(paging: Paging, page: Record) -> str:
    """Who is named on a page that no longer needs an answer: the first to acknowledge after it, or
    else before it; empty if no one has.
    """
    later = (each.by for each in paging.counted if each.seq > page.seq)
    return next(later, next(iter(paging.acknowledged_by), ""))


def acknowledged_before(paging: Paging, record: Record) -> tuple[str, ...]:
    """Who had acknowledged by then."""
    return tuple(each.by for each in paging.counted if each.seq < record.seq)


def aimed(paging: Paging, at: datetime) -> tuple[list[str], list[str]]:
    """The targets of the steps that fired at that moment, and whom they missed and why."""
    fired = [each.event for each in _steps(paging) if each.at == at]
    targets = (target for each in fired for target in aims(each))
    missed = (why for each in fired if isinstance(each, Escalated) for why in each.missed)
    return list(dict.fromkeys(targets)), list(dict.fromkeys(missed))


def outcome(paging: Paging, subject: Subject, at: datetime) -> tuple[list[str], list[str]]:
    """Who was reached by the steps that fired at that moment, and who wasn't and why."""
    reached, not_reached = [], []
    for step in (each for each in _steps(paging) if each.at == at):
        assert isinstance(step.event, Escalated)
        for target in step.event.targets:
            refusal = subject.failed.get(page_key(step, target))
            if refusal:
                not_reached.append(f"{target}: Slack error {refusal.reason}")
            elif page_key(step, target) in subject.said:
                reached.append(target)
        not_reached += step.event.missed
    return list(dict.fromkeys(reached)), list(dict.fromkeys(not_reached))


def is_settled(paging: Paging, subject: Subject, at: datetime) -> bool:
    """Whether it is known, for each page of that moment, if it reached anybody."""
    return all(
        page_key(step, target) in subject.said
        or page_key(step, target) in subject.failed
        or not still_asks(paging, subject, step)
        for step in _steps(paging)
        if step.at == at
        for target in aims(step.event)
    )


def is_end_settled(subject: Subject, end: Record) -> bool:
    """Whether it is known who is told that no one answered."""
    return all(page_key(end, each) in subject.failed for each in open_groups(end))


def is_page_settled(subject: Subject, page: Record) -> bool:
    """Whether it is known if the page by hand reached its recipient."""
    key = page_key(page, f"@{user_of(page)}")
    return key in subject.said or key in subject.failed


def speaks(paging: Paging, step: Record) -> bool:
    """Whether the channel is told about this step: the last one of a moment covers those that were
    skipped, and that a whole round reached no one is said once.
    """
    fired = _steps(paging)
    if step != [each for each in fired if each.at == step.at][-1]:
        return False
    targets, missed = aimed(paging, step.at)
    first = [each.at for each in fired if _is_first(each) and each.seq <= step.seq]
    began = max(first, default=step.at)
    before = {each.at for each in fired if began <= each.at < step.at}
    return bool(targets) or all(aimed(paging, at) != ([], missed) for at in before)


def line(subject: Subject, record: Record, event: PagingEvent) -> Line:
    """An event as a line in the timeline."""
    seq = record.seq
    match event:
        case Acknowledged():
            return Line("ack", "Acknowledged", f"ack:{seq}")
        case PageAnswered():
            return Line("ack", "Acknowledged the page", f"ack:{seq}")
        case Paged(user, text, schedule):
            whom = f"<@{user}>{f' (on call for {schedule})' if schedule else ''}"
            return Line("page", because(f"Paged {whom}", text), f"paged:{seq}", quoted=text)
        case ChainEnded(_, targets, missed):
            whom = f"; told {', '.join(map(mentioned, targets))}" if targets else ""
            what = f"No one acknowledged{whom}"
            return Line(
                "page", because(what, "; ".join(map(mentioned, missed))), f"unanswered:{seq}"
            )
        case Escalated(_, _, targets, missed):
            keys = {each: page_key(record, each) for each in targets}
            refused = [each for each in targets if keys[each] in subject.failed]
            reached = [mentioned(each) for each in targets if each not in refused]
            why = [f"{mentioned(each)}, {subject.failed[keys[each]].reason}" for each in refused]
            what = f"Paged {', '.join(reached)}" if reached else "Paged no one"
            why += map(mentioned, missed)
            return Line("page", because(what, "; ".join(why)), f"escalation:{seq}")


def answers(page: Record, later: Record) -> bool:
    """Whether an event after a page is the response that it asked for."""
    if isinstance(page.event, Paged):
        return later.by == page.event.user and isinstance(later.event, Acknowledged | PageAnswered)
    return isinstance(later.event, Acknowledged)


def _steps(paging: Paging) -> list[Record]:
    return [each for each in paging.pages if isinstance(each.event, Escalated)]


def _is_first(fired: Record) -> bool:
    return isinstance(fired.event, Escalated) and fired.event.step == 0
