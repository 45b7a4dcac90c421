"""Deep networks of one shape trained side by side, against the same one after the other.

What ``GradientFlow.compare`` does by default: networks of ten layers, 15 epochs of SGD with batches
of 32, every layer's gradient recorded after each epoch. Of its six networks five are trained here:
the sixth diverges at once. Both sides are this package, and have the same losses.
"""

from __future__ import annotations

import time

import numpy as np

import nnwidgets as nnw
from benchmarks.harness import Check, Comparison, Effort, in_turns, one_thread
from nnwidgets.core.initial import deep_models
from nnwidgets.core.problem import Problem
from nnwidgets.training._together import fit_together
from nnwidgets.training.gradients import GradientRecorder
from nnwidgets.training.run import Run
from nnwidgets.training.trainer import Trainer

EPOCHS = 15
APART = 1e-3


def run(effort: Effort) -> list[Comparison]:
    """Train both ways, in turns, and compare times and losses."""
    epochs = effort.times(EPOCHS, 1)
    losses: dict[str, np.ndarray] = {}

    def ours() -> float:
        seconds, losses["ours"] = trained(epochs, together=True)
        return seconds

    def theirs() -> float:
        seconds, losses["theirs"] = trained(epochs, together=False)
        return seconds

    with one_thread():
        pair = in_turns(ours, theirs, effort.turns(7))
    apart = float(np.abs(losses["ours"] - losses["theirs"]).max())
    check = Check(f"losses apart {apart:.1e} (≤ {APART:g})", apart <= APART)
    what = "five deep networks, with their gradients"
    return [Comparison(what, "s", *pair, "one after the other", 1.2, (check,))]


def trained(epochs: int, *, together: bool) -> tuple[float, np.ndarray]:
    """Return the seconds it takes, and the losses of those that do not diverge at once."""
    X, y = nnw.datasets.moons()
    models = deep_models(None, [2, *[16] * 10, 1], 0)
    trainers = [
        Trainer(Run(Problem(model, X, y)), "sgd", lr=0.1, batch_size=32)
        for name, model in models.items()
        if name != "ReLU, too large"
    ]
    kept = [GradientRecorder(trainer.run, every=1, of="loss") for trainer in trainers]
    began = time.perf_counter()
    if together:
        fit_together(trainers, epochs, progress=False)
    else:
        for trainer in trainers:
            trainer.fit(epochs, progress=False)
    seconds = time.perf_counter() - began
    if any(len(each.epochs) != epochs + 1 for each in kept):
        raise RuntimeError("a gradient was not recorded")
    return seconds, np.array([trainer.history.loss for trainer in trainers])
