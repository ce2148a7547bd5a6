"""The code of the template process of `tests.harness.template`.

It runs beside the code of today or of an earlier release, so it imports nothing else of the tests.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Any, NoReturn

MODULES = ("bot.cli", "bot.wiring.bot", "workers.clock", "workers.jobs", "workers.queue")
MESSAGE_MAX = 2**20  # bytes


def main(line: int) -> None:
    """Import Muster, then serve requests on this socket."""
    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()  # keeps memory shared between forks
    signal.signal(signal.SIGCHLD, _bury)
    _serve(socket.socket(fileno=line))


def _bury(*_: object) -> None:
    """Reap ended children, so that there are no zombies and their CPU time is counted as ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _serve(line: socket.socket) -> None:
    """Fork for each message, until the test process ends."""
    while True:
        asked, fds, _, _ = socket.recv_fds(line, MESSAGE_MAX, 3)
        if not asked:
            return
        pid = os.fork()
        if pid == 0:
            line.close()
            _become(json.loads(asked), *fds)
        for fd in fds:
            os.close(fd)
        line.sendall(str(pid).encode())


def _become(asked: dict[str, Any], log: int, errors: int, held: int) -> NoReturn:
    """Become what `python -m bot` is after its imports. `held` stays open to the end, and gets the
    exit status then."""
    from bot.cli import main

    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(log, 1)
        os.dup2(errors, 2)
        os.close(log)
        os.close(errors)
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        sys.argv = ["muster", *asked["command"]]
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the process ends, as it does for operators
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(held, bytes([status]))
        os._exit(status)
