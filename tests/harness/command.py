"""The operator's commands, to their ends: `muster("incidents", "--json", cwd=folder)`."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.faults.trial_count import THOROUGH
from tests.harness.template import template
from tests.platform.processes import clean

PATIENCE = 120.0  # seconds
_started = set[str]()


def muster(
    *arguments: str, cwd: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `muster ARGUMENTS` in this folder to its end. `env`: its settings.

    The first use of each command is started as an operator starts it, with all its imports; the
    others, but in `make prove`, are forked from the template. Raises `subprocess.TimeoutExpired`.
    """
    command = next(iter(arguments), "")
    if THOROUGH or command not in _started:
        _started.add(command)
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=cwd,
            env=clean(env),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    return _forked(arguments, cwd, clean(env))


def _forked(
    arguments: tuple[str, ...], cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        fork = template().start(arguments, env, output, errors=errors, cwd=cwd)
        try:
            status = fork.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            fork.kill()
            raise
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(arguments, status, *said)
