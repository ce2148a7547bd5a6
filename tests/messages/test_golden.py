"""The exact text and blocks of the bot's messages.

After an intended change, `GOLDEN=new .venv/bin/pytest tests/messages/test_golden.py` updates
`tests/messages/golden/*.json`; then read the diff as if it had woken you up.
"""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.incident.policy import Question
from bot.incident.row import row_of
from bot.incident.tasks import AddTask
from bot.listeners import (
    declare_form,
    handoff,
    page,
    role,
    severity,
    snooze,
    stage,
    task_form,
    title,
    update,
)
from bot.listeners.declare_form import DeclareForm
from bot.listeners.task_text import New
from bot.listeners.typist import TypistZone
from bot.messages.outlook import Outlook
from bot.messages.topic import topic
from tests.messages.message_cases import CASES, TITLE, reads, written
from tests.messages.response_cases import RESPONSE_CASES
from tests.story import ANA, BOB, PAT, POLICY, Story, clock, declared

GOLDEN = Path(__file__).parent / "golden"
NEW = os.environ.get("GOLDEN") == "new"

ASKING = replace(POLICY, questions=(Question("down", "Is production down?", "SEV0", "SEV2"),))


def with_task() -> Story:
    story = declared()
    story.at("10:02", AddTask("Restart the pods", BOB, clock("11:00")))
    return story


MODALS: dict[str, Callable[[], Any]] = {
    "modal-declare": lambda: declare_form.declare_form(POLICY),
    "modal-declare-with-severity": lambda: declare_form.declare_form(
        POLICY, DeclareForm(severity="SEV0")
    ),
    "modal-declare-duplicate": lambda: declare_form.declare_form(
        POLICY,
        DeclareForm(TITLE, "SEV1"),
        Outlook("incidents", {"primary": (BOB,)}, row_of(declared("SEV2").incident)),
    ),
    "modal-declare-unsure": lambda: declare_form.declare_form(
        ASKING, DeclareForm(TITLE, question="down")
    ),
    "modal-declare-suggested": lambda: declare_form.declare_form(
        ASKING, DeclareForm(TITLE, "SEV0", suggested="SEV0", private=True)
    ),
    "modal-declare-more": lambda: declare_form.declare_form(
        ASKING, DeclareForm(more={"where": "EU"}, impact_began=clock("09:40"))
    ),
    "modal-snooze": lambda: snooze.snooze_form(declared().incident),
    "modal-update": lambda: update.update_form(declared().incident),
    "modal-severity": lambda: severity.severity_form(declared().incident, "SEV0", "It grows"),
    "modal-page": lambda: page.page_form(declared().incident, {"primary": (PAT,)}),
    "modal-cancel": lambda: stage.cancel_form(declared().incident),
    "modal-task-empty": lambda: task_form.task_form(
        declared().incident, New(AddTask("")), TypistZone(ZoneInfo("Europe/Madrid"))
    ),
    "modal-task-edit": lambda: task_form.task_form(
        with_task().incident,
        New(AddTask("Raise the limits", BOB, clock("11:00"))),
        TypistZone(ZoneInfo("Europe/Madrid")),
        1,
    ),
    "modal-title": lambda: title.title_form(declared().incident),
    "modal-title-too-long": lambda: title.title_form(declared().incident, "x" * 251),
    "modal-summary": lambda: title.summary_form(declared().incident),
    "modal-update-unclear": lambda: update.update_form(
        declared().incident,
        "Rolled back, watching",
        problem="9h is too long without an update. It can be 4h at most.",
    ),
    "modal-role": lambda: role.role_form(declared().incident, BOB),
    "modal-handoff": lambda: handoff.handoff_form(declared().incident, "ol"),
    "modal-resolve": lambda: stage.resolve_form(declared().incident),
    "modal-close-tasks": lambda: stage.close_form(with_task().incident, clock("10:31")),
    "modal-task": lambda: task_form.task_form(
        with_task().incident,
        New(AddTask("Raise the limits", BOB, clock("11:00"), "C0INC/1.1")),
        TypistZone(ZoneInfo("Europe/Madrid")),
    ),
    "modal-task-unclear": lambda: task_form.task_form(
        with_task().incident,
        New(
            AddTask("Raise the limits", BOB),
            None,
            "by 25:00",
            '"25:00" isn\'t a time; write it like `14:30`',
        ),
        TypistZone(ZoneInfo("UTC"), own=False),
    ),
    "modal-close": lambda: stage.close_form(declared().incident, clock("10:31")),
}


def compare(name: str, now: object) -> None:
    path = GOLDEN / f"{name}.json"
    text = json.dumps(now, indent=2, ensure_ascii=False) + "\n"
    if NEW:
        path.write_text(text)
    assert path.exists(), f"no {path.name}: GOLDEN=new .venv/bin/pytest tests/messages writes it"
    assert json.loads(path.read_text()) == now


@pytest.mark.parametrize("name", CASES)
def test_a_message_reads_as_it_did(name: str) -> None:
    shown = written(name)

    compare(name, {"reads": reads(shown), "text": shown.text, "blocks": shown.blocks})


@pytest.mark.parametrize("name", RESPONSE_CASES)
def test_responses_are_unchanged(name: str) -> None:
    shown = RESPONSE_CASES[name]()

    compare(name, {"reads": reads(shown), "text": shown.text, "blocks": shown.blocks})


@pytest.mark.parametrize("name", MODALS)
def test_a_modal_looks_as_it_did(name: str) -> None:
    compare(name, MODALS[name]())


def test_every_golden_file_is_of_something_that_is_still_said() -> None:
    kept = {path.stem for path in GOLDEN.glob("*.json")}

    assert kept == {*CASES, *RESPONSE_CASES, *MODALS}


def test_the_topic_says_how_bad_how_far_and_who_commands() -> None:
    story = declared()
    assert topic(story.incident) == "SEV1 · investigating · No commander yet"

    from bot.incident.roles import AssignRole

    story.at("10:01", AssignRole("ic", ANA))
    assert topic(story.incident) == "SEV1 · investigating · Commander: <@U0ANA>"
