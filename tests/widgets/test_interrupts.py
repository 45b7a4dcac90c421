"""Ctrl-C between any two steps of a call: it may be in vain, but nothing may be locked for ever."""

import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

import nnwidgets as nnw
from nnwidgets.widgets import _clock
from nnwidgets.widgets._background import Background

#: Moments of a long call that are tried, evenly spread.
MOST = 150


class Press:
    """A profile function that presses Ctrl-C where Python looks for it the `at`-th time."""

    def __init__(self, at: int) -> None:
        self.at, self.seen = at, 0

    def __call__(self, frame: Any, event: str, _arg: object) -> None:
        # Python looks for signals where a function begins and where one of C has returned.
        ours = "nnwidgets" in frame.f_code.co_filename or "threading" in frame.f_code.co_filename
        if event not in ("call", "c_return") or not ours:
            return
        self.seen += 1
        if self.seen == self.at:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGINT)


def looks(work: Callable[[], object]) -> int:
    """Return how often Python looks for signals in a call."""
    counter = Press(-1)
    sys.setprofile(counter)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counter.seen


def free(lock: Any) -> bool:
    """Whether another thread gets a lock."""
    got = threading.Event()

    def take() -> None:
        if lock.acquire(timeout=5):
            lock.release()
            got.set()

    threading.Thread(target=take, daemon=True).start()
    return got.wait(6)


def calls(net: nnw.Network, trainer: nnw.Trainer) -> dict[str, Callable[[], object]]:
    weights, point = net.weights, net.X.copy()
    background = Background(lambda stopped: time.sleep(0.001))

    def write() -> None:
        net.weights = weights

    def move() -> None:
        net.X = point

    def swap() -> None:
        net.activation = "relu" if net.activation == "tanh" else "tanh"

    def freeze() -> None:
        net.freeze("0.bias[0]")
        net.unfreeze("0.bias[0]")

    def branch() -> None:
        trainer.branch(0)

    def compute() -> None:
        background.request()
        background.wait()

    return {
        "read": lambda: net.weights,
        "write": write,
        "data": move,
        "activation": swap,
        "freeze": freeze,
        "snapshot": net.snapshot,
        "record": lambda: net.record(loss=0.5, accuracy=0.5),
        "reset": trainer.reset,
        "reinitialize": lambda: net.reinitialize(seed=1),
        "branch": branch,
        "units": lambda: (net.add_unit(0), net.remove_unit(0, 2)),
        "play": lambda: (trainer.play(1), trainer.pause()),
        "wait": lambda: (trainer.play(1), trainer.wait()),
        "surface": compute,
    }


NAMES = "read write data activation freeze snapshot record reset reinitialize branch units"
NAMES += " play wait surface"


@pytest.mark.parametrize("name", NAMES.split())
def test_nothing_stays_locked_whenever_it_comes(name: str) -> None:
    net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), *nnw.datasets.blobs4(n=20))
    net._commands.receive({"type": "hello"})  # frames are due from now on
    trainer = nnw.Trainer(net, lr=0.01)
    call = calls(net, trainer)[name]
    call()
    places = looks(call)
    for at in np.unique(np.linspace(1, places, min(places, MOST)).astype(int)):
        with suppress(KeyboardInterrupt, ValueError):
            sys.setprofile(Press(int(at)))
            try:
                call()
            finally:
                sys.setprofile(None)
        trainer.pause()
        where = f"Ctrl-C at place {at} of {places}"
        for lock in (net.run.problem.turn, net._sending, *clocks()):
            assert free(lock), f"{where}: {lock} is taken for ever"
        assert net.run.seat.look()[0] is None, f"{where}: nobody trains, but the seat is taken"
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler, where
        if net.weights["0.weight"].shape != (2, 2):  # between adding a unit and removing it
            net.remove_unit(0, 2)
    trainer.step()


def clocks() -> list[Any]:
    return [clock._lock for clock in (_clock.FRAMES, _clock.EVENTS, _clock.FEEDS)]
