import itertools
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnwidgets.widgets._clock import ThreadClock, Throttle
from nnwidgets.widgets._sender import CREDIT, PATIENCE, RATE, ROUNDS, Sender
from tests.widgets.fakes import FakeClock


class Wire:
    """Notes when frames were sent, and what the state was then."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.state = 0
        self.frames: list[tuple[int, float, int]] = []
        self.sender = Sender(clock, self._send)

    def _send(self, serial: int) -> None:
        self.frames.append((serial, self.clock.now(), self.state))

    def change(self) -> None:
        self.state += 1
        self.sender.offer()

    @property
    def seen(self) -> int:
        return self.frames[-1][2]


@pytest.fixture
def wire() -> Wire:
    return Wire(FakeClock())


def test_nothing_is_sent_before_somebody_listens(wire: Wire) -> None:
    wire.change()
    wire.clock.advance(10)
    assert wire.frames == []
    wire.sender.hello()
    wire.clock.advance()
    assert wire.seen == 1


def test_an_unanswered_page_gets_three_frames_and_then_the_latest(wire: Wire) -> None:
    wire.sender.hello()
    for _ in range(30):
        wire.change()
        wire.clock.advance(1 / RATE)
    assert [serial for serial, _, _ in wire.frames] == [1, 2, 3]
    wire.sender.got(3)
    wire.clock.advance(1 / RATE)
    assert wire.seen == 30


def test_a_quick_page_gets_at_most_sixty_a_second_and_the_last(wire: Wire) -> None:
    wire.sender.hello()
    for _ in range(1000):
        wire.change()
        wire.clock.advance(0.001)
        wire.sender.got(wire.frames[-1][0])
    wire.clock.advance(1)
    times = [when for _, when, _ in wire.frames]
    assert all(after - before >= 1 / RATE - 1e-9 for before, after in itertools.pairwise(times))
    assert len(times) == pytest.approx(RATE, abs=2)
    assert wire.seen == 1000


def test_credit_comes_back_after_a_second(wire: Wire) -> None:
    wire.sender.hello()
    for _ in range(10):
        wire.change()
        wire.clock.advance(1 / RATE)
    assert len(wire.frames) == CREDIT
    wire.clock.advance(PATIENCE)
    assert len(wire.frames) == CREDIT + 1
    assert wire.seen == 10


def test_a_page_that_is_gone_is_left_alone_until_it_speaks(wire: Wire) -> None:
    wire.sender.hello()
    for _ in range(100):
        wire.change()
        wire.clock.advance(PATIENCE / 4)
    assert not wire.sender.listening
    assert len(wire.frames) <= CREDIT * ROUNDS
    sent = len(wire.frames)
    wire.sender.alive()
    wire.clock.advance()
    assert len(wire.frames) == sent + 1
    assert wire.seen == wire.state


def test_hello_gives_full_credit_at_once(wire: Wire) -> None:
    wire.sender.hello()
    for _ in range(10):
        wire.change()
        wire.clock.advance(1 / RATE)
    wire.sender.hello()
    wire.clock.advance(1 / RATE)
    wire.change()
    wire.clock.advance(1 / RATE)
    assert wire.seen == wire.state


def test_an_offer_costs_training_microseconds() -> None:
    clock = ThreadClock("test")
    sender = Sender(clock, lambda serial: time.sleep(0.05))
    sender.hello()
    start = time.perf_counter()
    for _ in range(10_000):
        sender.offer()
    assert (time.perf_counter() - start) / 10_000 < 20e-6


def test_a_throttle_fires_once_for_a_burst_and_again_for_what_came_meanwhile() -> None:
    clock, fired = FakeClock(), []
    throttle = Throttle(clock, 1.0, lambda: fired.append(clock.now()))
    for _ in range(5):
        throttle.touch()
    clock.advance()
    assert fired == [100.0]
    throttle.touch()
    clock.advance(0.5)
    assert fired == [100.0]
    clock.advance(0.5)
    assert fired == [100.0, 101.0]


def test_a_throttle_runs_inline_only_where_it_may_run_now() -> None:
    clock, fired = FakeClock(), []
    throttle = Throttle(clock, 1.0, lambda: fired.append(clock.now()))
    throttle.touch(inline=True)
    throttle.touch(inline=True)
    assert fired == [100.0]
    clock.advance(1)
    assert fired == [100.0, 101.0]


def test_a_flush_replaces_what_was_due() -> None:
    clock, fired = FakeClock(), []
    throttle = Throttle(clock, 1.0, lambda: fired.append(clock.now()))
    throttle.touch(inline=True)
    throttle.touch()
    clock.advance(0.25)
    throttle.flush()
    throttle.touch()
    clock.advance(0.75)  # what was due at 101 was done by the flush at 100.25
    assert fired == [100.0, 100.25]
    clock.advance(0.25)
    assert fired == [100.0, 100.25, 101.25]


def test_a_thread_clock_survives_an_exception_and_keeps_the_order() -> None:
    clock, order, done = ThreadClock("test"), [], threading.Event()
    now = clock.now()
    clock.call_at(now + 0.02, lambda: order.append(2))
    clock.call_at(now + 0.03, done.set)
    clock.call_at(now + 0.01, lambda: 1 / 0)
    clock.call_at(now, lambda: order.append(1))
    assert done.wait(5)
    assert order == [1, 2]


def test_a_tick_runs_where_it_is_called_and_the_last_one_counts() -> None:
    clock, fired = FakeClock(), []
    throttle = Throttle(clock, 1.0, lambda: fired.append(clock.now()))
    for _ in range(10):  # every 0.4 s: at 100.0, 101.2, 102.4, 103.6
        throttle.tick()
        clock.advance(0.4)
    assert fired == pytest.approx([100.0, 101.2, 102.4, 103.6])
    throttle.tick()  # at 104.0, and none after it
    clock.advance(4.0)
    assert len(fired) == 5
    clock.advance(20.0)
    assert len(fired) == 5


def test_a_touch_among_ticks_does_not_wait_for_the_next() -> None:
    clock, fired = FakeClock(), []
    throttle = Throttle(clock, 1.0, lambda: fired.append(clock.now()))
    throttle.tick()
    clock.advance(0.25)
    throttle.tick()
    throttle.touch()
    throttle.tick()
    clock.advance(0.75)
    assert fired == [100.0, 101.0]
    clock.advance(20.0)  # what was ticked was seen, so the look finds nothing
    assert fired == [100.0, 101.0]


@given(st.lists(st.tuples(st.sampled_from(["tick", "touch"]), st.floats(0, 3)), max_size=30))
def test_whatever_comes_the_last_state_gets_through_and_never_too_often(
    moves: list[tuple[str, float]],
) -> None:
    clock, state, seen = FakeClock(), 0, []
    throttle = Throttle(clock, 1.0, lambda: seen.append((clock.now(), state)))
    for how, pause in moves:
        state += 1
        getattr(throttle, how)()
        clock.advance(pause)
    clock.advance(5.0)
    assert [at for _, at in seen[-1:]] == [state] * bool(moves)
    assert all(b[0] - a[0] >= 1.0 for a, b in itertools.pairwise(seen))


def test_frames_of_training_are_made_in_its_thread(wire: Wire) -> None:
    wire.sender.hello()
    wire.clock.advance()
    for _ in range(100):
        wire.state += 1
        wire.sender.offer(more=True)
        wire.sender.got(wire.frames[-1][0])
        wire.clock.time += 0.005  # time passes, and the clock's thread does not run
    assert len(wire.frames) == pytest.approx(RATE * 0.5, abs=6)
    assert wire.seen > 95
    wire.clock.advance(1)
    assert wire.seen == 100
