"""The fair lock, with real threads."""

import signal
import sys
import threading
import time

import pytest

from nnwidgets.core.turn import Turn


def test_one_thread_may_take_it_again_and_lets_go_as_often():
    turn = Turn()
    with turn, turn:
        assert turn.mine
    assert not turn.mine
    assert taken_elsewhere(turn)


def taken_elsewhere(turn, timeout=5.0):
    """Whether another thread gets the turn in time."""
    got = threading.Event()

    def take():
        with turn:
            got.set()

    threading.Thread(target=take, daemon=True).start()
    return got.wait(timeout)


def test_nobody_else_has_it_meanwhile():
    turn = Turn()
    inside = most = 0

    def work():
        nonlocal inside, most
        for _ in range(200):
            with turn:
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 1


def test_a_waiter_is_served_before_the_holder_comes_round_again():
    turn = Turn()
    waiting = threading.Event()
    served = threading.Event()
    rounds = 0

    def wait():
        waiting.set()
        with turn:
            served.set()

    thread = threading.Thread(target=wait, daemon=True)
    with turn:
        thread.start()
        waiting.wait(5)
        # The waiter is at the door once the door is shut.
        while not turn._door.locked():
            time.sleep(0.001)
    while not served.is_set() and rounds < 50:
        with turn:
            rounds += 1
    thread.join(5)
    assert rounds <= 1


def test_an_error_inside_lets_go():
    turn = Turn()
    with pytest.raises(RuntimeError), turn:
        raise RuntimeError
    assert taken_elsewhere(turn)


class Press:
    """A profile function that presses Ctrl-C where Python looks for it the `at`-th time."""

    def __init__(self, at):
        self.at = at

    def __call__(self, frame, event, arg):
        if event in ("call", "c_return"):
            self.at -= 1
            if self.at == 0:
                sys.setprofile(None)
                signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("nested", [False, True])
def test_an_interrupt_at_any_moment_leaves_the_turn_free(nested):
    turn = Turn()

    def work():
        with turn:
            if nested:
                with turn:
                    pass

    for at in range(1, 40):
        press = Press(at)
        sys.setprofile(press)
        try:
            work()
        except KeyboardInterrupt:
            pass
        finally:
            sys.setprofile(None)
        assert not turn.mine, f"at place {at}"
        assert taken_elsewhere(turn), f"at place {at}"
    assert press.at > 0  # the last ones came too late: all places were tried
