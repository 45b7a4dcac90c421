"""The loss of dense layers at many points of a plane, computed together."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from nnwidgets.core import activations
from nnwidgets.core._head import HEADS
from nnwidgets.core._stack import Stack
from nnwidgets.core._threads import one_thread_if_small
from nnwidgets.core.landscape._affine import read_layers
from nnwidgets.core.landscape._dense_pass import DensePass
from nnwidgets.core.landscape._quadratic import LastLayer
from nnwidgets.core.landscape._sums import sums_of, with_head
from nnwidgets.core.landscape._task import Task
from nnwidgets.core.landscape.plane import Floats, Plane
from nnwidgets.core.parameters import Parameters

_TOLERANCE = 3e-7  # of a float32 loss against float64
_FEW = 64  # samples, whose rounding errors do not yet cancel; float64 costs next to nothing then
_OUTPUTS = 1 << 22  # bytes of outputs that are held for a callable loss
# Roughly, on a processor of 2020 and in float32: of a product, of an activation, of calling a
# loss that is a callable, and of a call of it all. Measuring them took longer than most grids.
_PRODUCT, _ACTIVATION, _CALLABLE, _CALL = 0.1e-9, 0.8e-9, 50e-6, 1e-3


class DenseEvaluator:
    """Computes many grid cells with one matrix multiplication.

    In float32 a few cells, those with the smallest losses and the largest weights among them,
    are computed in float64, too; if one disagrees by more than 3e-7 of itself, as it may near a
    perfect fit, all are. A loss that is not finite is computed again in float64 by torch's own
    functions, so that it is infinite or NaN only where a plain loop's is.

    Parameters
    ----------
    task : Task
        Of a model that is a stack of dense layers and gets rows of numbers.
    plane : Plane
    stack : Stack
        What :func:`nnwidgets.core.structure.read_stack` says of the model.
    """

    how = "dense layers, many cells together"

    def __init__(self, task: Task, plane: Plane, stack: Stack) -> None:
        self._recipe = task, plane, stack
        self._plane, self._stack = plane, stack
        self._loss, self._targets = task.loss, task.targets
        self._parameters = Parameters(task.model)
        X = task.inputs[0].flatten(1)
        with torch.no_grad():
            self._inputs = stack.lifted(X).T.contiguous()
        self._layers = read_layers(stack, self._parameters, plane)
        self._dtype = torch.float64 if X.dtype == torch.float64 else torch.float32
        self._exact = DensePass(self._layers, self._inputs, torch.float64)
        self._fast = DensePass(self._layers, self._inputs, torch.float32)
        classes = not self._targets.is_floating_point()
        self._wanted = self._targets if classes else self._targets.T.contiguous()
        self._sums = None if task.loss.name == "custom" else sums_of(task.loss, stack.head)
        self._last = self._last_layer()
        self._trust_fast = self._dtype == torch.float32 and len(X) >= _FEW
        self._work = sum(layer.weight[0].size for layer in self._layers) * len(X)
        self._each = self._seconds_of_a_point()

    def losses(self, points: Floats) -> Floats:
        """Return the losses (m,) at coordinates ``points`` (m, 2); NaN and infinity stay."""
        points = np.ascontiguousarray(points, np.float64)
        # Of squared errors little is left that a second thread could do.
        work = self._work * len(points) if self._last is None else 0
        with torch.no_grad(), one_thread_if_small(work), np.errstate(all="ignore"):
            z = self._quickly(points)
            for again in (self._directly, self._plainly):
                strange = ~np.isfinite(z)
                if strange.any():
                    z[strange] = again(points[strange])
        return z

    def cost(self, cells: int) -> float:
        """Estimate the seconds that so many points take."""
        return _CALL + cells * self._each

    def _seconds_of_a_point(self) -> float:
        units = sum(
            layer.outputs * (_ACTIVATION + _PRODUCT * layer.weight.shape[2])
            for layer in self._layers
        )
        seconds = units * self._inputs.shape[1] * (1 if self._dtype == torch.float32 else 2)
        return float(seconds) + (_CALLABLE if self._sums is None else 0.0)

    def __reduce__(self) -> tuple[type[DenseEvaluator], tuple[Task, Plane, Stack]]:
        # Made anew in a worker process: what is prepared here has functions that cannot be sent.
        return type(self), self._recipe

    def _quickly(self, points: Floats) -> Floats:
        if len(points) == 0:
            return np.empty(0)
        if self._last is not None and self._last.worth(points):
            return self._last.losses(points)
        if not self._trust_fast:
            return self._directly(points)
        z = self._compute(self._fast, points)
        some = _risky(points, z)
        exact = self._compute(self._exact, points[some])
        with np.errstate(invalid="ignore"):
            wrong = np.abs(z[some] - exact) > _TOLERANCE * np.abs(exact)
        if not wrong[np.isfinite(z[some])].any():
            return z
        self._trust_fast = False
        return self._directly(points)

    def _directly(self, points: Floats) -> Floats:
        return self._compute(self._exact, points)

    def _compute(self, computed: DensePass, points: Floats) -> Floats:
        if self._sums is None:
            return self._called(computed, points)
        out = np.zeros(len(points))
        for cells, samples, z in computed.pieces(points):
            wanted = self._wanted[..., samples]
            if wanted.is_floating_point():
                wanted = wanted.to(z.dtype)
            out[cells] += self._sums(z, wanted).cpu().numpy()
        return out / self._wanted.numel()

    def _called(self, computed: DensePass, points: Floats) -> Floats:
        """Call a callable loss once a cell, on the outputs for all samples."""
        out = np.empty(len(points))
        n, k = self._inputs.shape[1], self._layers[-1].outputs
        step = max(1, _OUTPUTS // (8 * n * k))
        for start in range(0, len(points), step):
            some = points[start : start + step]
            outputs = self._inputs.new_empty(len(some), n, k, dtype=self._dtype)
            for cells, samples, z in computed.pieces(some):
                index = torch.from_numpy(cells).to(z.device)
                outputs[index, samples] = with_head(self._stack.head, z).mT.to(self._dtype)
            out[start : start + step] = [float(self._loss(each, self._targets)) for each in outputs]
        return out

    def _plainly(self, points: Floats) -> Floats:
        """Compute one point after the other as torch would, in float64."""
        return np.array([self._plain(self._plane.point(x, y)) for x, y in points.tolist()])

    def _plain(self, flat: Floats) -> float:
        vector = torch.from_numpy(flat).to(self._inputs.device)
        h = self._inputs.T.double()
        for layer in self._stack.layers:
            bias = None if layer.bias is None else self._taken(layer.bias, vector)
            h = F.linear(h, self._taken(layer.weight, vector), bias)
            h = activations.apply(layer.activation, h)
        outputs, targets = HEADS[self._stack.head](h), self._targets
        if self._sums is None:
            outputs = outputs.to(self._dtype)
        elif targets.is_floating_point():
            targets = targets.double()
        return float(self._loss(outputs, targets))

    def _taken(self, name: str, vector: Tensor) -> Tensor:
        index = torch.from_numpy(self._parameters.index(name)).to(vector.device)
        return vector[index].view(self._parameters.shapes[name])

    def _last_layer(self) -> LastLayer | None:
        last = self._layers[-1]
        linear = last.activation["name"] == self._stack.head == "linear"
        alone = self._exact.joint == len(self._layers) - 1
        if self._loss.name != "mse" or not linear or not alone:
            return None
        return LastLayer(self._exact, last, self._wanted)


def _risky(points: Floats, z: Floats) -> NDArray[np.int64]:
    """Return a few cells of which float32 may have said something wrong, and some others.

    They are a small part of however many there are: where the samples are very many, only a few
    cells are asked for at a time, and sixteen of twenty would cost more than all in float32.
    """
    few = 1 + len(z) // 32
    low = np.argsort(z)[:few][:4]
    ends = [each for axis in points.T for each in (axis.argmin(), axis.argmax())]
    far = sorted(ends, key=lambda each: -np.abs(points[each]).max())[:few]
    even = np.linspace(0, len(z) - 1, min(few, 8)).astype(np.int64)
    return np.unique(np.concatenate([low, far, even]))
