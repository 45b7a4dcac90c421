"""What it costs training to be watched at sixty frames a second.

A network with two views in a page that answers frames as the frontend does, two together, against
the same Trainer on the same data with no widget at all. In the foreground (fit) and in the
background (play). A frame takes what its Python takes, and what it costs to hand Python's lock from
thread to thread, however fast the machine is: a slower one loses more of each second to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from torch import nn

import nnwidgets as nnw
from benchmarks.harness import Check, Comparison, Effort, in_turns
from benchmarks.page import Page, shown
from benchmarks.trainer import BATCH, LR, SEED, N, distance
from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run

SECONDS = 1.5  # of training, each time
ANSWER = 0.008  # seconds from a frame to its answer: half a frame of a browser
COST = 1.10
LEAST, MOST = 45.0, 61.0  # frames a second that count as being watched

SETTINGS: dict[str, Any] = {"optimizer": "adam", "lr": LR, "batch_size": BATCH, "seed": SEED}

Train = Callable[[nnw.Trainer, int], object]


def run(effort: Effort) -> list[Comparison]:
    """Train watched and unwatched, in turns, and compare times and weights."""
    unwatched(in_front, 50)  # torch's own first steps
    epochs = effort.times(round(SECONDS / unwatched(in_front, 50)[1] * 50), 10)
    ways: dict[str, Train] = {"fit": in_front, "play": in_background}
    return [compare(name, train, epochs, effort) for name, train in ways.items()]


def a_frame(pair: tuple[list[float], list[float]], rate: float) -> float:
    """Return the milliseconds that a frame takes from training, of epochs with and without."""
    added = median(1 - b / a for a, b in zip(*pair, strict=True))
    return added / rate * 1e3


def in_front(trainer: nnw.Trainer, epochs: int) -> None:
    """Train in this thread."""
    trainer.fit(epochs, progress=False)


def in_background(trainer: nnw.Trainer, epochs: int) -> None:
    """Train in the trainer's thread, while this one is free."""
    trainer.play(epochs)
    trainer.wait()


def compare(name: str, train: Train, epochs: int, effort: Effort) -> Comparison:
    """Compare one way of training with and without somebody who watches."""
    models: dict[str, nn.Module] = {}
    rates: list[float] = []

    def ours() -> float:
        with shown(ANSWER) as page:
            models["ours"], seconds, rate = watched(page, train, epochs)
        rates.append(rate)
        return seconds * 1e3 / epochs

    def theirs() -> float:
        models["theirs"], seconds = unwatched(train, epochs)
        return seconds * 1e3 / epochs

    pair = in_turns(ours, theirs, effort.turns(9))
    rate = median(rates)
    at_rate = Check(f"{rate:.0f} frames a second", effort.smoke or LEAST <= rate <= MOST)
    same = Check("the same weights", distance(models["ours"], models["theirs"]) == 0.0)
    cost = median(a / b for a, b in zip(*pair, strict=True)) - 1
    return Comparison(
        *(f"an epoch, {name}", "ms", *pair, "nobody watching, no widget", 1 / COST),
        checks=(at_rate, same),
        notes=(f"cost {cost:+.1%} (≤ {COST - 1:.0%}), {a_frame(pair, rate):.2f} ms a frame",),
        limit=pair[1],
        limit_is="the other side: being watched cannot make it faster",
    )


def task() -> tuple[nn.Sequential, Any, Any]:
    """Return a network and its data, the same each time."""
    return nnw.mlp([2, 2, 1], seed=2), *nnw.datasets.blobs4(n=N)


def unwatched(train: Train, epochs: int) -> tuple[nn.Module, float]:
    """Train without a widget; return the model and the seconds."""
    model, X, y = task()
    return model, timed(train, nnw.Trainer(Run(Problem(model, X, y)), **SETTINGS), epochs)


def watched(page: Page, train: Train, epochs: int) -> tuple[nn.Module, float, float]:
    """Train a network that a page shows; return it, the seconds and the frames a second."""
    model, X, y = task()
    net = nnw.Network(model, X, y)
    views = [nnw.DecisionLines(net), nnw.FeatureSpace(net)]
    page.open(net)
    before = page.frames
    seconds = timed(train, nnw.Trainer(net, **SETTINGS), epochs)
    rate = (page.frames - before) / seconds
    for widget in (*views, net):
        widget.close()
    return model, seconds, rate


def timed(train: Train, trainer: nnw.Trainer, epochs: int) -> float:
    """Return the seconds that training takes."""
    began = time.perf_counter()
    train(trainer, epochs)
    return time.perf_counter() - began
