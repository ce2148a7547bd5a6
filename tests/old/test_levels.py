"""Whatever is stored since the last release needs a level, or its processes would fail on it, or
ignore it, while they run beside new ones (see `bot.streams.level`)."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

import pytest

from bot.incident.events import Noted, Stage, StageChanged
from bot.incident.kind import INCIDENT
from bot.kinds import KINDS
from bot.streams.kind import Kind, Kinds
from bot.streams.level import FIRST
from tests.old.kept_wheels import unpack, wheels
from tests.old.stored import fields_of, stored
from tests.platform.processes import ROOT

Stored = Mapping[str, Mapping[str, Mapping[str, list[str]]]]
"""By kind and stored name, the fields of each event, with the values of those that are enums."""

DESCRIBED = """
import json
from tests.old.stored import stored
from bot.kinds import KINDS
from bot.streams.level import LEVEL
print(json.dumps({"level": LEVEL, "stored": stored(KINDS)}))
"""


def unleveled(kinds: Kinds, before: Stored, level: int) -> Iterator[str]:
    """What is new since a release of this level and needs no higher one."""
    for kind in kinds:
        known = before.get(kind.prefix, {})
        for name, event in kind.events.items():
            if name not in known:
                if kind.levels.get(event, 1) <= level:
                    yield f"the event {name}"
                continue
            yield from _of_fields(kind, event, known[name], level)


def _of_fields(
    kind: Kind[Any, Any, Any], event: type, known: Mapping[str, list[str]], level: int
) -> Iterator[str]:
    hints = get_type_hints(event)
    for name, values in fields_of(event).items():
        needs = kind.levels.get((event, name))
        may_be_ignored = needs == FIRST
        if name not in known and not may_be_ignored and (needs or FIRST) <= level:
            yield f"the field {event.__name__}.{name}"
        for value in set(values) - set(known.get(name, values)):
            if kind.levels.get(hints[name](value), 1) <= level:
                yield f"the value {value} of {event.__name__}.{name}"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the last kept release may store."""
    folder = unpack(wheels()[-1], tmp_path_factory.mktemp("release"))
    done = subprocess.run(
        [sys.executable, "-c", DESCRIBED],
        cwd=folder,  # Python looks there first
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_everything_new_since_the_last_release_has_a_level(release: Any) -> None:
    new = sorted(unleveled(KINDS, release["stored"], release["level"]))
    assert not new, (
        f"new since the last release: {', '.join(new)}. State what older processes must not "
        "ignore: a row in bot/streams/level.py and in `levels` of the kind; see CONTRIBUTING.md"
    )


@pytest.mark.parametrize(
    ("levels", "missing"),
    [
        ({}, ["the event Noted", "the field StageChanged.text", "the value merged"]),
        ({Noted: 2}, ["the field StageChanged.text", "the value merged"]),
        ({Noted: 2, (StageChanged, "text"): 2, Stage.MERGED: 2}, []),
        (
            {Noted: 2, (StageChanged, "text"): FIRST, Stage.MERGED: 2},
            [],  # a field at the first level is one that older processes may ignore
        ),
        ({Noted: 1}, ["the event Noted", "the field StageChanged.text", "the value merged"]),
    ],
)
def test_what_has_none_is_named(levels: Any, missing: list[str]) -> None:
    before = stored(KINDS)
    del before["INC"]["Noted"]
    del before["INC"]["StageChanged"]["text"]
    before["INC"]["StageChanged"]["stage"].remove("merged")
    changed = Kinds((replace(INCIDENT, levels=levels),))
    found = sorted(unleveled(changed, before, level=1))
    assert [each.partition(" of ")[0] for each in found] == missing
