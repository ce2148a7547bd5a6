"""The store's clock is everybody's, though nobody asks it for each event."""

from datetime import UTC, datetime, timedelta

from bot.clock import StoreClock

NOON = datetime(2030, 1, 7, 12, tzinfo=UTC)


class Times:
    """The store's clock and ours, which a test moves. A question takes `trip` seconds."""

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
