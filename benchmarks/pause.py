"""How long training in the background goes on once it has been told to pause.

What was promised is 50 ms. A network is trained by ``play``; after a while that is never the same,
``pause`` is called, which returns when the present batch is done and the thread has come to rest.
The largest network is that for pictures as large as MNIST's, whose steps are the slowest here.
"""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import nnwidgets as nnw
from benchmarks.harness import Check, Comparison, Effort, within
from benchmarks.inside import task
from nnwidgets.core.problem import Problem
from nnwidgets.training.run import Run

BUDGET = 50.0  # milliseconds
PAUSES = 60
LEAST, SPREAD = 0.02, 0.03  # seconds of training before each


def run(effort: Effort) -> list[Comparison]:
    """Pause a small network and two larger ones, again and again."""
    X, y = nnw.datasets.blobs4()
    small = (nnw.mlp([2, 2, 1], seed=2), X, y)
    cases = {"2-2-1": small, "64-64-32-10": task(64), "784-64-32-10": task(784)}
    pauses = effort.times(effort.turns(PAUSES), 3)
    return [compare(name, case, pauses) for name, case in cases.items()]


def compare(name: str, case: tuple[Any, Any, Any], pauses: int) -> Comparison:
    """Compare the time from each call of `pause` to its return with the budget."""
    trainer = nnw.Trainer(Run(Problem(*case)), "adam", lr=0.001, batch_size=64, seed=0)
    taken, gone_on = [], 0
    moments = (LEAST + SPREAD * (turn * 0.618 % 1) for turn in count())
    for _, moment in zip(range(pauses), moments, strict=False):
        trainer.play()
        time.sleep(moment)
        began = time.perf_counter()
        trainer.pause()
        taken.append((time.perf_counter() - began) * 1e3)
        place = _place(trainer)
        time.sleep(0.002)
        gone_on += _place(trainer) != place or trainer.playing
    rests = Check(f"it went on after {gone_on} of {pauses} pauses", gone_on == 0)
    slow = sorted(taken)[int(0.95 * (pauses - 1))]
    notes = (f"19 of 20 within {slow:.1f} ms, the slowest of {pauses} {max(taken):.1f} ms",)
    return within(f"pause, {name}", "ms", taken, BUDGET, checks=(rests,), notes=notes)


def _place(trainer: nnw.Trainer) -> tuple[int, int]:
    """Return the epoch and the batch that training has come to."""
    return trainer.run.epoch, trainer._stepper.batch
