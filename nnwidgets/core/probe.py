"""Fields and activations of any module, seen through forward hooks.

A model that is a :class:`~nnwidgets.core.structure.Stack` of dense layers is computed by whoever
draws it. Of any other (convolutions, residual blocks, a ``forward`` of the user's own) the numbers
are taken here: its outputs over a plane, and what its layers make of the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import nn

from nnwidgets.core._arrays import to_array
from nnwidgets.core._record import Call, record
from nnwidgets.core.problem import Problem

FloatArray = NDArray[np.float32]

_FEW = 3  # rows on which the layers are found
_ROWS = 4096  # rows of one forward pass: every layer's outputs are in memory at once


@dataclass(frozen=True)
class ProbedLayer:
    """A layer whose outputs can be shown: one row of units for each sample.

    Attributes
    ----------
    name : str
        The module's path in the model, with " (2)" and so on where it is called again; "model"
        where the model is one module without parts.
    units : int
    weight, bias : str or None
        Parameter names of a Linear whose z = Wx + b can be drawn as lines; else None.
    reads : int or None
        Which layer's activations are its input, by index; -1 for the data themselves, None for
        something made in between, such as a sum.
    activation : mapping or None
        What :func:`nnwidgets.core.activations.describe` says of the activation module that
        follows; ``{"name": "linear"}`` where none does, None for one that is not in the table.
    """

    name: str
    units: int
    weight: str | None
    bias: str | None
    reads: int | None
    activation: Mapping[str, object] | None


class Probe:
    """Looks into a problem's module without changing it.

    Every module without parts that returns one row of units for each sample is a layer, in order
    of execution; an activation module counts to the layer before it. What a ``forward`` computes
    by functions alone (``torch.tanh(x)``, ``x + y``) has no module and cannot be seen.

    Parameters
    ----------
    problem : Problem
        Its model is called once on a few rows. Make a new Probe after its structure has changed.

    Attributes
    ----------
    layers : tuple of ProbedLayer

    Examples
    --------
    >>> from torch import nn
    >>> from nnwidgets.core.problem import Problem
    >>> image = nn.Sequential(nn.Unflatten(1, (1, 2, 2)), nn.Conv2d(1, 2, 2), nn.Flatten())
    >>> model = nn.Sequential(image, nn.Linear(2, 1), nn.Tanh())
    >>> probe = Probe(Problem(model, [[0.0, 1.0, 2.0, 3.0]], [1.0], loss="mse"))
    >>> [(layer.name, layer.units, layer.activation) for layer in probe.layers]
    [('0.2', 2, {'name': 'linear'}), ('1', 1, {'name': 'tanh'})]
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.layers = self._describe(self._calls(problem.data.X[:_FEW]))

    def field(
        self,
        axes: Sequence[int],
        extent: Sequence[float],
        size: tuple[int, int],
        fixed: ArrayLike,
    ) -> FloatArray:
        """The model's outputs on a grid over the plane of two features.

        Parameters
        ----------
        axes : one or two ints
            The features along x and y; with one, all rows are the same.
        extent : four floats
            ``(x0, x1, y0, y1)``: the outermost samples lie on these.
        size : tuple of int
            ``(nx, ny)`` samples.
        fixed : array_like, shape (d,)
            Values of the other features; those at `axes` are not read.

        Returns
        -------
        ndarray of float32, shape (outputs, ny, nx)
            As the model returns them; row 0 is at y0, column 0 at x0.

        Raises
        ------
        ValueError
            If `axes` are not different features, or another argument has a wrong shape or value.
        """
        chosen, values = self._axes(axes), self._fixed(fixed)
        x, y = _ticks(extent, size)
        with self._problem.turn:  # all parts of one moment
            parts = [
                self._problem.outputs_at(_grid(chosen, x, some, values)) for some in _parts(x, y)
            ]
        outputs = np.concatenate(parts).T
        return np.ascontiguousarray(outputs.reshape(-1, len(y), len(x)), dtype=np.float32)

    def activations(self, layer: int) -> tuple[FloatArray, FloatArray]:
        """What a layer makes of the training data.

        Parameters
        ----------
        layer : int
            Index into :attr:`layers`.

        Returns
        -------
        z, a : ndarray of float32, shape (n, units)
            Before and after the layer's activation module; equal where it has none.

        Raises
        ------
        IndexError
            If there is no such layer.
        RuntimeError
            If the model now has other layers than when the Probe was made.
        """
        if not 0 <= layer < len(self.layers):
            raise IndexError(f"layer must be in 0 .. {len(self.layers) - 1}, got {layer}")
        with self._problem.turn:  # all chunks of one moment
            X = self._problem.data.X
            parts = [
                self._layer(layer, X[start : start + _ROWS]) for start in range(0, len(X), _ROWS)
            ]
        z, a = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return z, a

    def _layer(self, layer: int, rows: NDArray[np.floating]) -> tuple[FloatArray, FloatArray]:
        calls = self._calls(rows)
        if self._describe(calls) != self.layers:
            raise RuntimeError("the model has other layers now: make a new Probe")
        z, a = calls[layer].z, calls[layer].a
        return z.float().cpu().numpy(), a.float().cpu().numpy()

    def _calls(self, rows: NDArray[np.floating]) -> list[Call]:
        # The turn first: no training step may run past the hooks.
        with self._problem.turn, record(self._problem.model) as calls:
            self._problem.outputs_at(rows)
        return calls

    def _describe(self, calls: Sequence[Call]) -> tuple[ProbedLayer, ...]:
        names = {id(tensor): name for name, tensor in self._problem.parameters.tensors.items()}
        seen: Counter[str] = Counter()
        layers = []
        for call in calls:
            path = call.path or "model"
            seen[path] += 1
            weight, bias = _linear_names(call.module, names)
            layers.append(
                ProbedLayer(
                    name=path if seen[path] == 1 else f"{path} ({seen[path]})",
                    units=call.z.shape[1],
                    weight=weight,
                    bias=bias,
                    reads=call.reads,
                    activation=call.activation,
                )
            )
        return tuple(layers)

    def _axes(self, axes: Sequence[int]) -> tuple[int, ...]:
        inputs = self._problem.inputs
        chosen = _whole("axes", axes)
        different = len(chosen) in (1, 2) and len(set(chosen)) == len(chosen)
        if not different or not all(0 <= axis < inputs for axis in chosen):
            raise ValueError(
                f"axes must be one or two different features in 0 .. {inputs - 1}, got {axes!r}"
            )
        return chosen

    def _fixed(self, fixed: ArrayLike) -> NDArray[np.float64]:
        values = to_array(fixed, "fixed").astype(np.float64)
        if values.shape != (self._problem.inputs,) or not np.isfinite(values).all():
            raise ValueError(
                f"fixed must be {self._problem.inputs} finite numbers, one a feature, got {fixed!r}"
            )
        return values


def _linear_names(module: nn.Module, names: Mapping[int, str]) -> tuple[str | None, str | None]:
    """Names of weight and bias where z = Wx + b of parameters the model has under these names."""
    if type(module) is not nn.Linear:  # a subclass may compute something else
        return None, None
    own = {name: getattr(module, name) for name in ("weight", "bias")}
    known = {name: names.get(id(tensor)) for name, tensor in own.items()}
    # A pruned or weight-normed tensor is made from parameters of other names.
    if any(known[name] is None for name, tensor in own.items() if tensor is not None):
        return None, None
    return known["weight"], known["bias"]


def _ticks(
    extent: Sequence[float], size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the samples of a grid lie along x and along y."""
    ends = np.asarray(extent, dtype=np.float64)
    if ends.shape != (4,) or not np.isfinite(ends).all():
        raise ValueError(f"extent must be four finite numbers (x0, x1, y0, y1), got {extent!r}")
    counts = _whole("size", size)
    if len(counts) != 2 or min(counts) < 1:
        raise ValueError(f"size must be two numbers (nx, ny) of at least 1, got {size!r}")
    return np.linspace(ends[0], ends[1], counts[0]), np.linspace(ends[2], ends[3], counts[1])


def _parts(x: NDArray[np.float64], y: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Parts of y that make grids of few rows: inputs of many features are long."""
    step = max(1, _ROWS // len(x))
    for start in range(0, len(y), step):
        yield y[start : start + step]


def _grid(
    axes: tuple[int, ...],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    fixed: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Rows of input for every sample of the grid, x running fastest."""
    points = np.tile(fixed, (len(y), len(x), 1))
    points[:, :, axes[0]] = x
    if len(axes) == 2:
        points[:, :, axes[1]] = y[:, None]
    return points.reshape(len(x) * len(y), -1)


def _whole(name: str, values: Iterable[SupportsIndex]) -> tuple[int, ...]:
    try:
        return tuple(index(value) for value in values)
    except TypeError:
        raise TypeError(f"{name} must be whole numbers, got {values!r}") from None
