"""A new event with its message, and a new subcommand: written into a copy of the code, it works,
and touches few files."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.platform.processes import ROOT
from tests.test_names import EVENT_FILES, SUBCOMMAND_FILES
from tests.toy.feature import (
    LISTENER,
    OF_A_SUBCOMMAND_WITHOUT_EVENT,
    OF_ITS_SUBCOMMAND,
    OF_THE_EVENT,
    RENDERER,
    SLICE,
    written_into,
)

WAVES = """
from bot.errors import Refused
from bot.incident.audit import audit
from bot.incident.declaring import Declare
from bot.incident.kind import INCIDENT
from bot.incident.timeline import timeline
from bot.incident.waving import Wave
from bot.kinds import KINDS
from bot.listeners.features import FEATURES
from bot.listeners.help_command import listing
from bot.listeners.feature import Where
from bot.store import codec
from tests.messages.message_cases import message
from tests.story import BOB, POLICY, Story

story = Story()
story.at("10:00", Declare("Checkout is down", "SEV2", POLICY))
(waved,) = story.at("10:01", Wave("Hi <all>!"), by=BOB)
try:
    story.at("10:02", Wave(" "), by=BOB)
except Refused as refusal:
    print(refusal)
print(message(story, "wave").text)
print([line.text for line in timeline(story.incident) if line.kind == "wave"])
print([row.message.kind.label for row in audit(story.incident) if row.key.startswith("wave")])
print(INCIDENT.stored_name(waved), INCIDENT.events["Waved"](text="again"))
subcommands = [each for feature in FEATURES for each in feature.subcommands]
print("wave TEXT" in " ".join(listing(subcommands, Where.OPEN)))
print("hello" in " ".join(listing(subcommands, Where.ANYWHERE)))
"""

SAYS = """\
A wave can't be empty. Write why you wave.
:wave: <@U0BOB> waves: Hi &lt;all&gt;!
['Hi <all>!']
['a wave to everybody']
Waved Waved(text='again')
True
True
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def runs(code: str, copy: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": f"{copy}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_new_event_and_two_new_subcommands_work(copy: Path) -> None:
    written_into(copy, OF_THE_EVENT, OF_ITS_SUBCOMMAND, OF_A_SUBCOMMAND_WITHOUT_EVENT)

    done = runs(WAVES, copy)

    assert done.stderr == ""
    assert done.stdout == SAYS


def test_contributing_shows_this_feature() -> None:
    """So the examples there work."""
    page = (ROOT / "CONTRIBUTING.md").read_text()
    for example in (SLICE, RENDERER, LISTENER):
        assert f"```python\n{example.strip()}\n```" in page


def test_they_touch_few_files() -> None:
    assert len(OF_THE_EVENT) <= EVENT_FILES
    assert len(OF_ITS_SUBCOMMAND) <= SUBCOMMAND_FILES
    assert len(OF_A_SUBCOMMAND_WITHOUT_EVENT) <= SUBCOMMAND_FILES


@pytest.mark.parametrize(
    ("forgotten", "says"),
    [
        (("slices.py",), "RENDERERS: no messages are of kind wave"),
        (("render.py",), "RENDERERS: none for messages of kind wave"),
        (("slices.py", "render.py"), "no slice has a rule for the event Waved"),
    ],
)
def test_what_is_forgotten_is_named_at_the_start(
    forgotten: tuple[str, ...], says: str, copy: Path
) -> None:
    kept = {name: how for name, how in OF_THE_EVENT.items() if not name.endswith(forgotten)}
    written_into(copy, kept)

    done = runs("import bot.wiring.runtime", copy)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"TypeError: {says}"
