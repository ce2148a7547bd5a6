"""Generates any command that people, Slack and the clock can give, from the registry of commands.

Each field is filled by its name, so a new command is tried in every story without a line here,
unless it has a field with a new name.
"""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from bot.incident.events import MergedInto, Stage
from bot.incident.incident import Incident, Task
from bot.incident.lifecycle import CHECKS
from bot.incident.milestones import MILESTONES
from bot.incident.pins import How
from bot.paging.state import Acknowledgement, Paging
from bot.streams.event import Command
from tests.registry import commands
from tests.story import ANA, BOB, CARL, PAT, SAM, clock

BY_THEMSELVES = (
    "Declare",
    "Tick",
)  # a story begins with the first, and the clock gives the second

USERS = st.sampled_from([ANA, BOB, CARL, PAT])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)  # no surrogates
WORDS = st.sampled_from(["", "Rolling back.", "<!channel> & <@U0BOB>", "two\nlines"]) | TEXT
STAMPS = st.sampled_from(["1893492000.000100", "1893492060.000200"])
NUMBERS = st.integers(1, 3)  # of tasks
CASES = st.integers(-30, 90).map(lambda count: clock("10:00") + timedelta(minutes=count))
WAITS = st.sampled_from([0, 0, 1, 5, 30, 60, 240, 300, 900, 1800, 7200, 90000])  # seconds
STAGES = st.sampled_from([each for each in Stage if each is not Stage.NEW])

OTHER = replace(
    Incident("INC-2"),
    stage=Stage.INVESTIGATING,
    title="R&D <slow>",
    declarer=CARL,
    channel="C0OTHER",
    tasks={1: Task(1, "Restart the pods", BOB)},
)

ACKNOWLEDGED = replace(
    OTHER,
    id="INC-3",
    severity_id="SEV1",
    paging=Paging(
        (Acknowledgement(CARL, clock("9:50"), 9), Acknowledgement(PAT, clock("9:51"), 11))
    ),
)

FIELDS: dict[str, st.SearchStrategy[object]] = {
    "app": st.sampled_from(["", "Nagios"]),
    "address": st.sampled_from(["", "ana@example.com", "team@other.example"]),
    "at": CASES,
    "author": USERS,
    "channel": st.sampled_from(["C/here", "C/announce"]),
    "confirmed": st.lists(st.sampled_from([*CHECKS]), unique=True).map(tuple),
    "done": st.lists(NUMBERS, unique=True).map(tuple),
    "due": st.none() | CASES,
    "how": st.sampled_from(How),
    "if_asked": st.booleans(),
    "if_open": st.booleans(),
    "length": WAITS.filter(bool).map(lambda wait: timedelta(seconds=wait)),
    "mentions": st.sampled_from([(), (("bob", BOB), ("R&D", CARL))]),
    "milestone": st.sampled_from(MILESTONES),
    "name": st.sampled_from(["incident-x", "incident-y"]),
    "next_update": st.sampled_from([None, timedelta(minutes=30)]),
    "number": NUMBERS,
    "offer": st.integers(1, 20),
    "on_call": st.sampled_from([{}, {"primary": [PAT], "secondary": [SAM]}]),
    "other": st.sampled_from([OTHER, ACKNOWLEDGED]),
    "owner": USERS | st.just(""),
    "Undo.number": st.integers(1, 30),
    "people": USERS.map(lambda user: (user,)),
    "reason": WORDS,
    "reminders": st.sampled_from([(), ("update",), ("ack", "commander"), ("update", "role")]),
    "role": st.sampled_from(["ic", "ol", "cl", "scribe"]),
    "schedule": st.sampled_from(["", "primary"]),
    "severity": st.sampled_from(["SEV0", "SEV1", "SEV2", "SEV3"]),
    "source": st.sampled_from(["", "C0INC/1893492000.000100"]),
    "stage": STAGES,
    "summary": WORDS,
    "text": WORDS,
    "thread_ts": STAMPS | st.just(""),
    "title": st.sampled_from(["Checkout is down", "Card payments fail"]),
    "ts": STAMPS,
    "undated": st.booleans(),
    "user": USERS,
    "UndoAbsorbing.other": st.just(
        replace(OTHER, stage=Stage.MERGED, merged=MergedInto("INC-1", "C0INC"))
    ),
    # exceptions for names with several meanings
    "ChannelIsGone.reason": st.sampled_from(["is_archived", "not_in_channel"]),
    "FollowEdit.at": STAMPS | st.just(""),
    "GiveTask.owner": USERS,
    "PinMessage.text": st.none() | WORDS,
    "RecordOldChannelBack.channel": st.sampled_from(["C0INC", "C0NEW"]),
    "PostUpdate.stage": st.none() | STAGES,
}


def command_of(kind: Any) -> st.SearchStrategy[Command]:
    """Any command of this class. Raises `AssertionError` for a field that nothing fills."""
    filled: dict[str, st.SearchStrategy[object]] = {}
    for field in fields(kind):
        filling = FIELDS.get(f"{kind.__name__}.{field.name}", FIELDS.get(field.name))
        assert filling is not None, (
            f"nothing fills {kind.__name__}.{field.name} in any story: "
            f'add "{field.name}" to FIELDS in tests/incident/any_command.py'
        )
        filled[field.name] = filling
    return st.builds(kind, **filled)


COMMANDS: st.SearchStrategy[Command] = (
    st.deferred(  # deferred, so that an unknown field fails a test
        lambda: st.one_of(
            *(command_of(kind) for name, kind in commands().items() if name not in BY_THEMSELVES)
        )
    )
)
