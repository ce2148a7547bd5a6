"""An incomplete addition stops Muster when it starts, with a sentence that names what is missing,
instead of failing later."""

import subprocess
import sys
from datetime import UTC, datetime
from types import ModuleType

import pytest

from bot.incident import notes, snoozing, timers
from bot.incident.events import Snoozed
from bot.incident.incident import Incident
from bot.messages.render import RENDERERS, check_renderers
from bot.streams.kind import Kind, Kinds, check_timers
from bot.streams.message import MessageKind
from bot.streams.slice import EventRule, Slice, Slices
from tests.platform.processes import ROOT
from tests.toy.kinds import DOLL, TOY, Rang, Toy


def forgets(code: str) -> str:
    """The last line of the output of a start after `code`, which leaves something incomplete."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport bot.wiring.runtime"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, "it starts all the same"
    return done.stderr.splitlines()[-1]


TOY_MESSAGE = """
import sys, types
from bot.incident import notes
from bot.streams.message import MessageKind
from dataclasses import replace
TOY = MessageKind("toy", "a toy")
"""


def test_a_kind_of_message_without_a_renderer() -> None:
    code = f"{TOY_MESSAGE}\nnotes.SLICE = replace(notes.SLICE, messages=(TOY,))"
    assert forgets(code) == "TypeError: RENDERERS: none for messages of kind toy"


def test_a_kind_of_message_that_no_slice_lists() -> None:
    code = f"{TOY_MESSAGE}\nnotes.TOY = TOY"
    assert forgets(code) == "TypeError: no slice lists the message kind toy (TOY)"


def test_a_renderer_of_no_message() -> None:
    with pytest.raises(TypeError, match="no messages are of kind toy"):
        check_renderers({**RENDERERS, "toy": RENDERERS["card"]})
    check_renderers(RENDERERS)


def test_a_timer_that_is_never_asked() -> None:
    code = """
import sys, types
toy = types.ModuleType("bot.incident.toy")
toy.next_due = lambda incident: None
sys.modules["bot.incident.toy"] = toy
"""
    said = "bot.incident.toy.next_due isn't in any kind's timers, so it would never fire"
    assert forgets(code) == f"TypeError: {said}"


def test_a_timer_of_a_module_outside_of_the_incident_can_be_checked_as_well() -> None:
    module = ModuleType("tests.toy.clockwork")
    check_timers([module], [])
    module.next_due = timers.next_due  # type: ignore[attr-defined]
    check_timers([module], [timers.next_due])
    with pytest.raises(TypeError, match=r"tests\.toy\.clockwork\.next_due isn't in any kind's"):
        check_timers([module], [])


@pytest.mark.parametrize(
    ("base", "what"), [("Decided", "event"), ("Delivered", "event"), ("Command", "command")]
)
def test_an_event_or_a_command_that_no_slice_covers(base: str, what: str) -> None:
    code = f"""
from bot.incident import notes
from bot.streams.event import {base}
notes.Forgotten = type("Forgotten", ({base},), {{}})
"""
    assert forgets(code) == f"TypeError: no slice has a rule for the {what} Forgotten"


def test_two_slices_for_one_event_one_command_or_one_kind_of_message() -> None:
    again: Slice[Incident] = Slice("again", notes.SLICE.events)
    with pytest.raises(TypeError, match="slices: two rules for the event Noted"):
        Slices(notes.SLICE, again)
    with pytest.raises(TypeError, match="slices: two events are stored as Noted"):
        Slices(notes.SLICE, Slice("other", (EventRule(Snoozed, "Noted"),)))
    with pytest.raises(TypeError, match="slices: two rules for the command AddNote"):
        Slices(notes.SLICE, Slice("again", commands=notes.SLICE.commands))
    kind = MessageKind("snooze", "a nap")
    with pytest.raises(TypeError, match="slices: two kinds of message are called snooze"):
        Slices(snoozing.SLICE, Slice("other", messages=(kind,)))


def test_an_event_stored_under_two_names_or_none() -> None:
    events = {**TOY.events, "Rung": Rang}
    with pytest.raises(TypeError, match="TOY: stored under two names: Rang"):
        _toy(events=events)
    with pytest.raises(TypeError, match="TOY: aliases of unknown events: Rung"):
        _toy(aliases={"Old": "Rung"})
    with pytest.raises(TypeError, match="DOLL has no event Rang"):
        DOLL.stored_name(Rang(datetime(2026, 11, 30, tzinfo=UTC)))  # type: ignore[arg-type]


def test_two_kinds_with_one_prefix_and_two_timers_with_one_name() -> None:
    with pytest.raises(TypeError, match="two kinds have the same prefix: TOY, TOY"):
        Kinds((TOY, TOY))
    with pytest.raises(TypeError, match="TOY: two timers have the same name: ring, ring"):
        _toy(timers=TOY.timers * 2)


def _toy(**changed: object) -> Kind[Toy, object, object]:
    fields = {name: getattr(TOY, name) for name in TOY.__slots__ if name != "stored_as"}
    return Kind(**{**fields, **changed})
