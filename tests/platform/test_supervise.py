"""Children are kept alive, end with their parent, and are ended in order."""

import os
import signal
import sys
import threading
from pathlib import Path

from bot.supervise import REFUSED, Child, end, look_after
from tests.platform.processes import alive, eventually, says, script

PATIENT = "import signal; signal.pause()"
FAMILY = """
import sys, signal
from bot.supervise import Child

CHILD = '''
import signal, sys
from bot.lifeline import end_with_parent

end_with_parent()
{trait}
while True:
    signal.pause()
'''
for trait in ("", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"):
    child = Child("child", [sys.executable, "-c", CHILD.format(trait=trait)])
    child.start()
    print(child.pid, flush=True)
foreign = Child("foreign", ["sleep", "600"], foreign=True)
foreign.start()
print(foreign.pid, flush=True)
signal.pause()
"""


def python(code: str, name: str = "child") -> Child:
    return Child(name, [sys.executable, "-c", code])


def test_a_killed_child_is_started_again() -> None:
    child = python(PATIENT)
    child.start()
    first = child.pid
    assert first
    os.kill(first, signal.SIGKILL)

    def another() -> bool:
        child.tend()
        return child.pid not in {None, first}

    assert eventually(another)
    end([child])


def test_a_child_that_keeps_dying_is_started_ever_more_slowly(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    dying = f"import os; open({str(starts)!r}, 'a').write('.'); os.abort()"
    child = python(dying)
    child.start()

    def tended() -> int:
        child.tend()
        return len(starts.read_text()) if starts.exists() else 0

    assert eventually(lambda: tended() == 3)
    assert not eventually(lambda: tended() > 3, within=0.5)
    end([child])


def test_a_child_that_refuses_to_start_is_not_started_again() -> None:
    refusing = python(f"raise SystemExit({REFUSED})", "refusing")
    patient = python(PATIENT, "patient")
    for child in (refusing, patient):
        child.start()
    assert look_after([patient, refusing], threading.Event(), lambda: None) is refusing
    end([refusing, patient])


def test_an_ended_child_stays_ended() -> None:
    child = python(PATIENT)
    child.start()
    pid = child.pid
    assert pid
    end([child])
    child.tend()
    assert child.pid is None
    assert not alive(pid)


def test_a_killed_parent_takes_its_children_along_within_5_s(tmp_path: Path) -> None:
    with script(FAMILY, cwd=Path.cwd()) as parent:
        orderly, stubborn, foreign = (int(says(parent)) for _ in range(3))
        assert all(alive(pid) for pid in (orderly, stubborn, foreign))
        parent.kill()
        family = (orderly, stubborn, foreign)
        assert eventually(lambda: not any(alive(pid) for pid in family), within=5)
