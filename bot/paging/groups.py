"""Targets that stand for several people: a user group (`@S…`), and the workspace's admins. Slack
is asked who they are when they are to be told.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.paging.events import ChainEnded, Escalated
from bot.paging.state import Paging, Record

ADMINS = "admins"  # the target that stands for `MUSTER_ADMINS`, or else the workspace's admins

AnyRecord = TypeVar("AnyRecord", bound=Record)


def is_group(target: str) -> bool:
    """Whether a target stands for several people.

    >>> is_group("@S0AAA"), is_group("admins"), is_group("@U0ANA"), is_group("#leads")
    (True, True, False, False)
    """
    return target == ADMINS or target.startswith("@S")


def open_groups(record: Record) -> list[str]:
    """The groups among the targets of a step, or of the end of a chain, that aren't read yet."""
    event = record.event
    return [*filter(is_group, event.targets)] if isinstance(event, Escalated | ChainEnded) else []


def known(paging: Paging, record: AnyRecord) -> AnyRecord:
    """The record as far as it is known who is in its groups."""
    if not open_groups(record):
        return record
    now = (each for each in (*paging.pages, *paging.ends) if each.seq == record.seq)
    event = next((each.event for each in now), record.event)
    # `Record` is a protocol; the kind that mounts paging brings a dataclass.
    return replace(record, event=event)  # type: ignore[type-var]


def expand(
    paging: Paging, seq: int, group: str, people: Sequence[str], *, private: bool
) -> Paging:
    """The state once it is known who is in the group that event `seq` told. Who is on it isn't
    told again; no channel is told of something private.
    """
    on_it = {f"@{user}" for user in paging.on_it}
    able = [each for each in people if not (private and each.startswith("#"))]

    def all_known(records: tuple[Record, ...]) -> tuple[Record, ...]:
        return tuple(
            _expanded(each, group, able, on_it) if each.seq == seq else each for each in records
        )

    run = replace(paging.run, fired=all_known(paging.run.fired)) if paging.run else None
    pages, ends = all_known(paging.pages), all_known(paging.ends)
    return replace(paging, pages=pages, ends=ends, run=run)


def _expanded(record: Record, group: str, people: Sequence[str], on_it: Collection[str]) -> Record:
    event = record.event
    if not isinstance(event, Escalated | ChainEnded) or group not in event.targets:
        return record
    place = event.targets.index(group)
    told = [each for each in people if each not in on_it]
    why = [f"{each}: already on it" for each in people if each in on_it]
    why += [] if people else [f"{group}: no one in it"]
    targets = (*event.targets[:place], *told, *event.targets[place + 1 :])
    now = replace(event, targets=tuple(dict.fromkeys(targets)), missed=(*event.missed, *why))
    return replace(record, event=now)  # type: ignore[type-var]  # as in `known`
