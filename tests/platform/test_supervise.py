"""Children are restarted, end with their parent, and are stopped in order."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from bot.supervise import REFUSED, Child, end, look_after
from tests.platform.processes import alive, eventually, says, script

PATIENT = "import signal; signal.pause()"
FAMILY = """
import sys, signal
from bot.supervise import Child

CHILD = '''
import signal, sys
from bot.parent_watch import end_with_parent

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


BEATING = """
import signal, sys, time
from bot import pulse

pulse.taken()
print("began", file=open(sys.argv[1], "a"), flush=True)
for _ in range(3):
    pulse.beat()
    time.sleep(0.05)
{then}
"""
FOR_EVER = "while True: pulse.beat(); time.sleep(0.05)"


def beating(folder: Path, then: str) -> tuple[Child, Path]:
    """One that beats and then does that, and the file with a line for each of its starts."""
    starts = folder / "starts"
    starts.touch()
    code = BEATING.format(then=then)
    child = Child("child", [sys.executable, "-c", code, str(starts)], hangs_after=1.5)
    child.start()
    return child, starts


def started(child: Child, starts: Path) -> int:
    child.tend()
    return len(starts.read_text().splitlines())


@pytest.mark.parametrize("then", ["signal.pause()", "while True: pass"])
def test_one_whose_pulse_stops_is_killed_and_started_again(tmp_path: Path, then: str) -> None:
    child, starts = beating(tmp_path, then)
    assert eventually(lambda: started(child, starts) == 2, within=20)
    end([child])


def test_a_suspended_one_too(tmp_path: Path) -> None:
    child, starts = beating(tmp_path, FOR_EVER)
    assert eventually(lambda: started(child, starts) == 1)
    assert not eventually(lambda: started(child, starts) > 1, within=3)  # it beats
    assert child.pid
    os.kill(child.pid, signal.SIGSTOP)
    assert eventually(lambda: started(child, starts) == 2, within=20)
    end([child])


def test_one_that_never_beat_is_left_alone() -> None:
    child = Child("child", [sys.executable, "-c", PATIENT], hangs_after=0.1)
    child.start()
    first = child.pid

    def gone() -> bool:
        child.tend()
        return child.pid != first

    assert not eventually(gone, within=1)
    end([child])


def test_after_a_time_in_which_we_were_suspended_they_have_as_long_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.supervise._SUSPENDED", 1.0)
    child, starts = beating(tmp_path, FOR_EVER)
    assert eventually(lambda: started(child, starts) == 1)
    assert child.pid
    os.kill(child.pid, signal.SIGSTOP)  # as the whole machine was
    threading.Event().wait(2.0)
    child.tend()
    os.kill(child.pid, signal.SIGCONT)
    assert not eventually(lambda: started(child, starts) > 1, within=3)
    end([child])


@pytest.mark.parametrize(
    "end_of_it", ["raise TimeoutError", "raise SystemExit(1)", "raise SystemExit(2)"]
)
def test_a_child_that_crashes_in_its_first_moments_is_started_again(
    tmp_path: Path, end_of_it: str
) -> None:
    once = f"""
from pathlib import Path
try:
    Path({str(tmp_path / "begun")!r}).touch(exist_ok=False)
except FileExistsError:
    {PATIENT}
else:
    {end_of_it}
"""
    child, patient = python(once), python(PATIENT, "patient")
    for one in (child, patient):
        one.start()
    first, stopping = child.pid, threading.Event()

    def look() -> None:
        if child.pid not in {None, first}:
            stopping.set()

    assert look_after([patient, child], stopping, look) is None
    assert not child.refused
    end([child, patient])


def test_a_child_that_ran_well_and_then_refuses_is_tried_again(tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    once = f"""
with open({str(starts)!r}, "a") as starts:
    starts.write(".")
    first = starts.tell() == 1
raise SystemExit(1 if first else {REFUSED})
"""
    child = Child("child", [sys.executable, "-c", once], steady_after=0.0)
    child.start()

    def tried_again() -> bool:
        child.tend()
        return starts.exists() and len(starts.read_text()) == 3

    assert eventually(tried_again, within=30)
    assert not child.refused
    end([child])


def test_a_child_that_refuses_to_start_is_not_started_again() -> None:
    refusing = python(f"raise SystemExit({REFUSED})", "refusing")
    patient = python(PATIENT, "patient")
    for child in (refusing, patient):
        child.start()
    assert look_after([patient, refusing], threading.Event(), lambda: None) is refusing
    end([refusing, patient])


def test_a_refusal_that_took_long_is_one_all_the_same() -> None:
    refuses = f"raise SystemExit({REFUSED})"
    refusing = Child("slow", [sys.executable, "-c", refuses], steady_after=0.0)
    refusing.start()
    assert look_after([refusing], threading.Event(), lambda: None) is refusing
    end([refusing])


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
