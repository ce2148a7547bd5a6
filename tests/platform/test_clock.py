"""The store's clock is shared, without a query for each event. A rehearsal's clock may be slow or
unreachable."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import structlog

from bot.clock import RehearsalClock, StoreClock
from tests.platform.processes import eventually

NOON = datetime(2030, 1, 7, 12, tzinfo=UTC)


class Times:
    """The store's clock and ours, moved by a test. A query takes `trip` seconds."""

    def __init__(self, trip: float = 0.0) -> None:
        self.asked = 0
        self.ours = 500.0
        self.ahead = NOON - timedelta(seconds=500)
        self.trip = trip

    def ask(self) -> datetime:
        self.asked += 1
        self.ours += self.trip / 2
        said = self.right()
        self.ours += self.trip / 2
        return said

    def tick(self) -> float:
        return self.ours

    def right(self) -> datetime:
        return self.ahead + timedelta(seconds=self.ours)


def test_within_a_second_the_store_is_asked_once() -> None:
    times = Times()
    clock = StoreClock(times.ask, times.tick)
    for _ in range(9):
        assert clock.now() == times.right()
        times.ours += 0.1
    assert times.asked == 1


def test_the_way_there_and_back_is_reckoned_with() -> None:
    times = Times(trip=0.4)
    clock = StoreClock(times.ask, times.tick)
    assert clock.now() == times.right()
    times.ours += 0.3
    assert clock.now() == times.right()


def test_a_store_whose_clock_was_set_is_believed_within_a_second() -> None:
    times = Times()
    clock = StoreClock(times.ask, times.tick)
    clock.now()
    times.ahead += timedelta(hours=1)
    times.ours += 1.0
    assert clock.now() == times.right()


def test_a_machine_that_slept_asks_anew() -> None:
    times = Times()
    clock = StoreClock(times.ask, times.tick)
    clock.now()
    times.ours += 8 * 3600
    clock.now()
    assert times.asked == 2


class ClockServer:
    """The clock of a rehearsal, on this machine. `drags`: it doesn't answer."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()
        self.rate = 0.0
        self.asked = 0
        self.body: bytes | None = None
        self._free = threading.Event()
        self._free.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/clock"

    @contextmanager
    def serving(self) -> Iterator["ClockServer"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield self
        finally:
            self._free.set()
            self._server.shutdown()
            thread.join()
            self._server.server_close()

    @contextmanager
    def stalling(self) -> Iterator[None]:
        self._free.clear()
        yield
        self._free.set()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        clock = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                clock.asked += 1
                clock._free.wait(30)
                said = json.dumps({"now": clock.now, "rate": clock.rate}).encode()
                body = said if clock.body is None else clock.body
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Don't log."""

        return Handler


class Seconds:
    """Seconds since boot, moved by a test."""

    def __init__(self) -> None:
        self.now = 500.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[ClockServer]:
    with ClockServer().serving() as serving:
        yield serving


def test_moving_the_rehearsals_clock_is_seen_at_once(server: ClockServer) -> None:
    clock = RehearsalClock(server.url)
    assert clock.now() == NOON
    server.now += 1800
    assert clock.now() == NOON + timedelta(minutes=30)


def test_a_rehearsals_clock_that_stalls_is_carried_on_at_its_rate(server: ClockServer) -> None:
    ticks = Seconds()
    server.rate = 60.0
    clock = RehearsalClock(server.url, ticks)
    assert clock.now() == NOON
    with server.stalling():
        ticks.now += 2
        assert clock.now() == NOON + timedelta(minutes=2)
        assert clock.real_seconds(timedelta(minutes=1)) == 1.0
        asked = server.asked
        began = time.monotonic()
        for _ in range(100):  # one query is running, and no call waits for it
            ticks.now += 1
            clock.now()
        assert time.monotonic() - began < 1
        assert server.asked == asked
        assert clock.now() == NOON + timedelta(minutes=102)
    server.now, server.rate = (NOON + timedelta(days=1)).timestamp(), 0.0
    assert eventually(lambda: clock.now() == NOON + timedelta(days=1))


def test_a_rehearsals_clock_that_is_always_slow_is_read_all_the_same(server: ClockServer) -> None:
    clock = RehearsalClock(server.url)
    with server.stalling():
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)  # no reading yet
    assert eventually(lambda: clock.now() == NOON)


@pytest.mark.parametrize(
    "body", [b"", b"soon", b"[]", b"{}", b'{"now": null}', b'{"now": 1e99}', b'{"now": "noon"}']
)
def test_an_answer_that_makes_no_sense_is_none(server: ClockServer, body: bytes) -> None:
    clock = RehearsalClock(server.url)
    assert clock.now() == NOON
    server.body = body
    assert clock.now() == NOON
    server.body = b'{"now": 0, "rate": NaN}'
    assert clock.now() == NOON


def test_a_missing_answer_is_logged_once_a_minute(server: ClockServer) -> None:
    ticks = Seconds()
    clock = RehearsalClock(server.url, ticks)
    clock.now()
    server.body = b"soon"
    with structlog.testing.capture_logs() as said:
        for _ in range(4):
            ticks.now += 20
            clock.now()
    assert [each["log_level"] for each in said] == ["warning", "warning"]
    assert "MUSTER_CLOCK_URL" in said[0]["event"]


def test_a_rehearsals_clock_that_is_gone_is_carried_on() -> None:
    ticks = Seconds()
    with ClockServer().serving() as server:
        server.rate = 1.0
        clock = RehearsalClock(server.url, ticks)
        assert clock.now() == NOON
    ticks.now += 7
    assert clock.now() == NOON + timedelta(seconds=7)
