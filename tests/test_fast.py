"""The guard of the fast tests detects what they may not do, and ignores other tests."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.fast import Watch


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.running = ""  # an audit hook can't be removed


def test_a_fast_test_starts_no_process(watch: Watch) -> None:
    watch.running = "a test"
    with pytest.raises(PermissionError, match=r"subprocess\.Popen in a test: "):
        subprocess.run([sys.executable, "-c", ""], check=True)
    assert watch.did == ["subprocess.Popen"]


def test_a_fast_test_uses_no_socket(watch: Watch) -> None:
    watch.running = "a test"
    with socket.socket() as line, pytest.raises(PermissionError, match=r"socket\.bind"):
        line.bind(("127.0.0.1", 0))
    with pytest.raises(PermissionError, match=r"socket\.(connect|getaddrinfo)"):
        socket.create_connection(("127.0.0.1", 9))
    assert watch.did[0] == "socket.bind"


def test_any_other_test_may(watch: Watch) -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
    assert watch.did == []
