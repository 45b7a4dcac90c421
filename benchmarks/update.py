"""What it costs the kernel to move one weight and have the page show it.

Ours is a write to the network's weights: into the module, to the observers, and a frame to a page
that answers. The others draw or describe the picture anew. Each is the processor time of the whole
process, all threads, until the messages are ready for the socket. Ours is not kept to sixty frames
a second: every write has a frame of its own, so that no two share its cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import ipywidgets
import numpy as np

import nnwidgets as nnw
from benchmarks import peers
from benchmarks.harness import Check, Comparison, Effort, in_turns, one_thread
from benchmarks.page import Page, shown
from nnwidgets.widgets import _sender

NAME = "0.weight"
UPDATES = 500  # in one sample of ours


def run(effort: Effort) -> list[Comparison]:
    """Compare with matplotlib under interact, and with plotly's FigureWidget."""
    X, y = nnw.datasets.blobs4()
    with shown() as page, unpaced(), one_thread():
        net = nnw.Network(nnw.mlp([2, 2, 1], seed=0), X, y)
        nnw.DecisionLines(net)
        nnw.FeatureSpace(net)
        page.open(net)
        ours = Ours(net, page, effort.times(UPDATES, 3))
        picture = peers.Picture(nnw.mlp([2, 2, 1], seed=0), X, y)
        with peers.interact(picture, page) as interact:
            drawn = _compare(effort, ours, interact, 5, "interact + matplotlib, one view", 100)
        figure = peers.figure_widget(picture)
        sent = _compare(effort, ours, figure, 20, "a FigureWidget, one view", 20)
        ipywidgets.Widget.close_all()
    return [drawn, sent]


class Ours:
    """Moves a weight again and again, each time waiting until the page has shown it."""

    def __init__(self, net: nnw.Network, page: Page, updates: int) -> None:
        self._net, self._page, self.updates = net, page, updates
        self._weight = net.weights[NAME]
        self._values = _values()
        self._heard = 0
        net.observe(self._hear, "weights")

    def __call__(self) -> float:
        """Return milliseconds of processor time an update."""
        return milliseconds(self._move, self.updates)

    def agrees(self) -> bool:
        """Whether observers and the page have heard of the last write."""
        flat = np.frombuffer(self._page.parameters, np.float32)
        return self._heard > 0 and np.array_equal(flat, self._net.run.problem.parameters.read())

    def message(self) -> None:
        """Make such a message as a frame is, without its content."""
        content = {"data": {"method": "custom", "content": {"type": "frame"}}, "comm_id": "0"}
        self._page.publish("comm_msg", content, [self._page.parameters])

    def _move(self) -> None:
        frames = self._page.frames
        self._weight[0, 0] = next(self._values)
        self._net.weights = {NAME: self._weight}
        self._page.wait_for(frames + 1)

    def _hear(self, _change: object) -> None:
        self._heard += 1


def _compare(
    effort: Effort, ours: Ours, turn: peers.Turn, updates: int, against: str, at_least: float
) -> Comparison:
    values = _values()
    updates = effort.times(updates)

    def theirs() -> float:
        return milliseconds(lambda: turn(next(values)), updates)

    pair = in_turns(ours, theirs, effort.turns(9), effort.times(1, 0))
    limit = [milliseconds(ours.message, ours.updates) for _ in range(effort.turns(9))]
    return Comparison(
        *("one weight, 400 points", "ms", *pair, against, at_least),
        checks=(Check("observers and the page have the last weight", ours.agrees()),),
        limit=limit,
        limit_is="one message of nine numbers made ready for the socket, and nothing else",
    )


def milliseconds(update: Callable[[], None], updates: int) -> float:
    """Return the processor time that one of many updates takes."""
    began = time.process_time()
    for _ in range(updates):
        update()
    return (time.process_time() - began) / updates * 1e3


@contextmanager
def unpaced() -> Iterator[None]:
    """Let networks made from here on send as many frames a second as there are to send."""
    rate = _sender.RATE
    _sender.RATE = 1e6
    try:
        yield
    finally:
        _sender.RATE = rate


def _values() -> Iterator[float]:
    """Yield weights of which no two in a row are the same, as from a hand at a slider."""
    step = 0
    while True:
        step += 1
        yield 2 * np.sin(step / 7.0)
