"""The fair lock, with real threads."""

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


def test_an_interrupt_on_the_way_in_leaves_the_turn_free():
    class Interrupted:
        """A room whose acquire() is interrupted when the lock is taken already."""

        def __init__(self, room):
            self.room = room
            self.release = room.release

        def acquire(self):
            self.room.acquire()
            raise KeyboardInterrupt

    turn = Turn()
    room = turn._room
    turn._room = Interrupted(room)
    with pytest.raises(KeyboardInterrupt), turn:
        pass
    turn._room = room
    assert not turn.mine
    assert taken_elsewhere(turn)
