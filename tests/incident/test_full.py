"""A record that is full takes no more words; what ends something, or pages, is always possible."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refused
from bot.incident.decide import MOST_EVENTS, decide, is_full
from bot.incident.notes import AddNote
from bot.streams.actor import ByClock, User
from bot.streams.event import Command
from bot.streams.kind import Context
from tests.incident.any_command import BY_THEMSELVES, command_of
from tests.registry import commands
from tests.story import ANA, clock, declared

FULL = replace(declared().incident, version=MOST_EVENTS)
ALWAYS = {
    *("Acknowledge", "Page", "EscalateNow", "ChangeSeverity", "AssignRole", "UnassignRole"),
    *("AcceptRole", "DeclineRole", "WithdrawOffer", "JoinChannel", "Snooze", "EndSnooze"),
    *("ChangeStage", "CloseAsMerged", "Undo", "FinishTask", "CancelTask", "Unsubscribe"),
    *("EndSubscription", "RecordJoin", "RecordLeave", "UnpinMessage", "FollowEdit"),
    *("FollowDeletion", "UndoAbsorbing", "UndoMerge"),
}


@given(data=st.data())
@pytest.mark.parametrize("name", sorted(commands().keys() - {*BY_THEMSELVES}))
def test_it_takes_no_more_but_what_ends_something_or_cant_wait(
    name: str, data: st.DataObject
) -> None:
    command = data.draw(command_of(commands()[name]))
    by_person = _refusal(command, Context(clock("11:00"), User(ANA)))
    assert (by_person == is_full(FULL)) == (name not in ALWAYS)
    assert _refusal(command, Context(clock("11:00"), ByClock())) != is_full(FULL)


def _refusal(command: Command, context: Context) -> str:
    try:
        decide(FULL, command, context)
    except Refused as refused:
        return str(refused)
    return ""


def test_one_entry_less_is_not_full_and_the_refusal_says_the_way_on() -> None:
    almost = replace(FULL, version=MOST_EVENTS - 1)
    note, ana = AddNote("Seen"), Context(clock("11:00"), User(ANA))
    assert decide(almost, note, ana)
    with pytest.raises(Refused, match=r"has 20,000 entries.*`/incident declare …`"):
        decide(FULL, note, ana)
