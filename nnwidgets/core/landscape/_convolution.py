"""The loss of a network on pictures, kept in the layout that is fastest on this processor."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from nnwidgets.core._threads import one_thread
from nnwidgets.core.landscape._copy import private_copy
from nnwidgets.core.landscape._module import Floats, ModuleEvaluator
from nnwidgets.core.landscape._task import Task
from nnwidgets.core.landscape.plane import Plane

_BYTES = 1 << 18  # of pictures in one forward pass: the layers between take many times as much
_ROWS = 512
_REPEATS = 3
_AGREES = 1e-5  # of the largest output


def _plain(batch: Tensor) -> Tensor:
    return batch


def _channels_last(batch: Tensor) -> Tensor:
    return batch.to(memory_format=torch.channels_last)


def _onednn(batch: Tensor) -> Tensor:
    return batch.to_mkldnn()


# What torch's own layout takes three times as long for: convolutions with a few channels.
_LAYOUTS: dict[str, Callable[[Tensor], Tensor]] = {
    "plain": _plain,
    "channels last": _channels_last,
    "oneDNN": _onednn,
}


def has_pictures(task: Task) -> bool:
    """Whether :class:`ConvolutionEvaluator` is for such a model: convolutions on a processor."""
    X = task.inputs[0]
    pictures = len(task.inputs) == 1 and X.ndim == 4 and X.device.type == "cpu"
    floats = X.dtype in (torch.float32, torch.float64)
    convolves = any(isinstance(module, nn.Conv2d) for module in task.model.modules())
    return pictures and floats and convolves


class ConvolutionEvaluator(ModuleEvaluator):
    """Calls the model point after point, on pictures in the layout that was fastest in a trial.

    A layout that a module of the model cannot take, or that changes its outputs by more than
    rounding, is left out.

    Parameters
    ----------
    task : Task
    plane : Plane
    """

    def __init__(self, task: Task, plane: Plane) -> None:
        X = task.inputs[0]
        self._rows = int(np.clip(_BYTES // (X[0].numel() * X.element_size()), 1, _ROWS))
        with torch.no_grad(), one_thread():
            self._layout = _known_layout(task, X[: self._rows])
        super().__init__(task, plane)

    @property
    def how(self) -> str:  # type: ignore[override]
        """How it computes, in a few words."""
        return f"one forward pass a point, pictures in {self._layout} layout"

    def losses(self, points: Floats) -> Floats:
        """Return the losses (m,) at coordinates ``points`` (m, 2)."""
        threads = torch.get_num_threads()
        if threads == 1 or self._random or len(points) < 2 * threads:
            return self._alone(points)
        # A point's layers are too small to be shared; points are not.
        parts = self._workers(threads).map(self._alone, np.array_split(points, threads))
        return np.concatenate(list(parts))

    def _alone(self, points: Floats) -> Floats:
        with one_thread():
            return super().losses(points)

    def _workers(self, threads: int) -> ThreadPoolExecutor:
        """Return threads that keep their copies of the model and of the pictures."""
        if not hasattr(self._local, "workers"):
            self._local.workers = ThreadPoolExecutor(threads, "nnwidgets-pictures")
        workers: ThreadPoolExecutor = self._local.workers
        return workers

    def _forward(self, task: Task) -> float:
        model = self._placed(task.model)
        return float(task.value(torch.cat([_dense(model(batch)) for batch in self._batches(task)])))

    def _placed(self, model: nn.Module) -> nn.Module:
        if self._layout == "channels last" and not hasattr(self._local, "placed"):
            model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            self._local.placed = True
        return model

    def _batches(self, task: Task) -> list[Tensor]:
        """Return the pictures as this thread uses them; they are not sent to other processes."""
        if not hasattr(self._local, "batches"):
            X, step, lay_out = task.inputs[0], self._rows, _LAYOUTS[self._layout]
            batches = [lay_out(X[i : i + step]) for i in range(0, len(X), step)]
            self._local.batches = batches
        known: list[Tensor] = self._local.batches
        return known


def _dense(outputs: Any) -> Any:
    return outputs.to_dense() if isinstance(outputs, Tensor) and outputs.is_mkldnn else outputs


# A trial takes as long as several points: the next surface of an equal network goes without. That
# the layout is right for this very model is looked at each time.
_known: dict[tuple[object, ...], str] = {}


def _known_layout(task: Task, batch: Tensor) -> str:
    key = (str(task.model), batch.shape, batch.dtype)
    if key not in _known or _call(task, batch, _known[key], task.model(batch)) is None:
        _known[key] = _fastest(task, batch)
    return _known[key]


def _fastest(task: Task, batch: Tensor) -> str:
    """Return the name of the layout in which the model is fastest and right."""
    right = task.model(batch)
    best, least = "plain", np.inf
    for name in _LAYOUTS:
        call = _call(task, batch, name, right)
        seconds = min(_timed(call) for _ in range(_REPEATS)) if call else np.inf
        if seconds < least:
            best, least = name, seconds
    return best


def _call(task: Task, batch: Tensor, layout: str, right: Tensor) -> Callable[[], object] | None:
    """Return a call of a copy of the model in a layout; None where that is not right."""
    model = private_copy(task.model)
    if layout == "channels last":
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    try:
        laid_out = _LAYOUTS[layout](batch)
        same = _same(_dense(model(laid_out)), right)
    except RuntimeError:  # this layout is not for one of the model's layers
        return None
    return partial(model, laid_out) if same else None


def _same(outputs: Tensor, right: Tensor) -> bool:
    bound = _AGREES * float(right.abs().max())
    return outputs.shape == right.shape and bool(((outputs - right).abs() <= bound).all())


def _timed(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start
