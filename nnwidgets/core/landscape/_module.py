"""The loss of any module at points of a plane, one forward pass a point."""

from __future__ import annotations

import threading
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnwidgets.core._threads import one_thread_if_small
from nnwidgets.core.landscape._copy import kept_random, private_copy, random_state
from nnwidgets.core.landscape._task import Task
from nnwidgets.core.landscape.plane import Plane
from nnwidgets.core.parameters import Parameters

Floats = NDArray[np.float64]

_WARM = 0.1  # seconds: a first call that takes longer is not made again just to time it
_BYTES = 8 << 20  # of inputs in one forward pass, which bounds what the layers between take


class ModuleEvaluator:
    """Writes each point's parameters into a private copy of the model and calls it.

    A model that draws random numbers in its forward, even in evaluation mode, draws the same
    ones at every point, and those of everybody else are left alone.

    Parameters
    ----------
    task : Task
    plane : Plane
    """

    how = "one forward pass a point"

    def __init__(self, task: Task, plane: Plane) -> None:
        self._task, self._plane = task, plane
        self._local = threading.local()
        self._random = False
        device = task.targets.device
        with kept_random(device):
            before = random_state(device)
            self._seconds = self._timed()
            if self._seconds < _WARM:
                self._seconds = self._timed()
            self._random = not torch.equal(before, random_state(device))

    def losses(self, points: Floats) -> Floats:
        """Return the losses (m,) at coordinates ``points`` (m, 2)."""
        task, parameters = self._own()
        moved = self._plane.moved
        origin, (across, up) = self._plane.origin[moved], self._plane.directions[:, moved]
        out = np.empty(len(points))
        with torch.no_grad(), one_thread_if_small(parameters.size * task.rows):
            for i, (x, y) in enumerate(points.tolist()):
                parameters.write(moved, origin + x * across + y * up)
                out[i] = self._loss(task)
        return out

    def cost(self, cells: int) -> float:
        """Estimate the seconds that so many points take."""
        return cells * self._seconds

    def _timed(self) -> float:
        start = perf_counter()
        self.losses(np.array([self._plane.centre]))
        return perf_counter() - start

    def _own(self) -> tuple[Task, Parameters]:
        """Return this thread's copy of the model, to write into."""
        if not hasattr(self._local, "own"):
            task = replace(self._task, model=private_copy(self._task.model))
            parameters = Parameters(task.model)
            parameters.write(np.arange(parameters.size), self._plane.origin)
            self._local.own = task, parameters
        own: tuple[Task, Parameters] = self._local.own
        return own

    def _loss(self, task: Task) -> float:
        if not self._random:
            return self._forward(task)
        with kept_random(task.targets.device):
            torch.manual_seed(0)
            return self._forward(task)

    def _forward(self, task: Task) -> float:
        step = _rows_at_once(task)
        parts = [task.outputs(i, i + step) for i in range(0, task.rows, step)]
        return float(task.value(parts[0] if len(parts) == 1 else torch.cat(parts)))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_local"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _local=threading.local())


def _rows_at_once(task: Task) -> int:
    bytes_a_row = sum(tensor[:1].numel() * tensor.element_size() for tensor in task.inputs)
    return max(1, _BYTES // max(1, bytes_a_row))
