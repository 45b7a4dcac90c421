"""Decision lines as numbers: where a unit's pre-activation w·x + b is zero.

In a plane of two features that is a line, with one feature a threshold, with more a hyperplane.
On its positive side the unit's z is positive.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from nnwidgets.core._arrays import to_array

Vector = NDArray[np.float64]

TOUCH = 1e-12  # of the rectangle's diagonal


@dataclass(frozen=True, eq=False)
class Line:
    """All x with ``weight · x + bias = 0``.

    Parameters
    ----------
    name : str
        Which unit it belongs to, such as ``"0[1]"``: unit 1 of the module ``"0"``.
    weight : ndarray of float64, shape (d,)
        Normal vector; points to the positive side.
    bias : float
        The pre-activation at the origin.

    Examples
    --------
    >>> import numpy as np
    >>> from nnwidgets.core.geometry import Line
    >>> diagonal = Line("unit", np.array([1.0, -1.0]), 0.0)
    >>> diagonal.side([[2, 1], [1, 1], [0, 1]])
    array([ 1,  0, -1], dtype=int8)
    >>> diagonal.segment((0, 2, 0, 1))
    array([[1., 1.],
           [0., 0.]])
    """

    name: str
    weight: Vector
    bias: float

    def value(self, X: ArrayLike | Tensor) -> Vector:
        """Evaluate the unit's pre-activation z = w·x + b.

        Parameters
        ----------
        X : array_like or Tensor, shape (n, d)

        Returns
        -------
        ndarray of float64, shape (n,)

        Raises
        ------
        ValueError
            If `X` has another shape.
        """
        rows = to_array(X, "X")
        if rows.ndim != 2 or rows.shape[1] != self.weight.size:
            raise ValueError(f"X must have shape (n, {self.weight.size}), got {rows.shape}")
        return np.asarray(rows.astype(np.float64) @ self.weight + self.bias)

    def side(self, X: ArrayLike | Tensor) -> NDArray[np.int8]:
        """Tell the side: 1 where z is positive, −1 where negative, 0 on the line; shape (n,).

        `X` as in `value`.
        """
        return np.sign(self.value(X)).astype(np.int8)

    def distance(self, X: ArrayLike | Tensor) -> Vector:
        """Measure each sample's distance, negative on the negative side; shape (n,).

        `X` as in `value`. A unit whose weights are all zero has no line: everything is
        infinitely far away, on the side its bias says (0 where the bias is zero, too).
        """
        value = self.value(X)
        length = _length(self.weight)
        if length > 0:
            return value / length
        return np.where(value == 0, 0.0, np.copysign(np.inf, value))

    def nearest(self, point: ArrayLike) -> Vector:
        """Find the point of the line closest to `point`; both of shape (d,).

        With one feature this is the threshold −b / w, whatever the point.

        Raises
        ------
        ValueError
            If `point` has another shape, or all weights are zero.
        """
        start = to_array(point, "point").astype(np.float64)
        if start.shape != self.weight.shape:
            raise ValueError(f"point must have shape {self.weight.shape}, got {start.shape}")
        length = _length(self.weight)
        if length == 0:
            raise ValueError(f"{self.name} has no line: all its weights are zero")
        # Two divisions, as the square of a small length may vanish.
        nearest: Vector = start - self.value(start[None])[0] / length * (self.weight / length)
        return nearest

    def segment(self, extent: ArrayLike) -> NDArray[np.float64] | None:
        """Cut out the part of the line inside a rectangle of the plane.

        Parameters
        ----------
        extent : array_like of four floats
            ``(x0, x1, y0, y1)``, with x0 < x1 and y0 < y1.

        Returns
        -------
        ndarray of float64, shape (2, 2), or None
            Two end points as rows; going from the first to the second, the positive side is on
            the left. None where the line misses the rectangle or touches only a corner.

        Raises
        ------
        ValueError
            If the line is not one of a plane, or `extent` is no rectangle.
        """
        if self.weight.size != 2:
            raise ValueError(f"segment needs 2 features, {self.name} has {self.weight.size}")
        low, high = _corners(extent)
        if not self.weight.any():
            return None
        start = self.nearest((low + high) / 2)
        normal = self.weight / _length(self.weight)
        direction = np.array([normal[1], -normal[0]])
        first, last = _inside(start, direction, low, high)
        # A touch of a corner is a length of nothing but rounding.
        if not last - first > TOUCH * _length(high - low):
            return None
        # Rounding may have left an end just outside.
        ends: Vector = np.clip(start + np.array([[first], [last]]) * direction, low, high)
        return ends


def decision_lines(model: nn.Module) -> list[Line]:
    """Read the lines of the first Linear layer's units, in the space of its inputs.

    Parameters
    ----------
    model : nn.Module
        Any module with an ``nn.Linear`` in it; the first in order of definition is read, once
        and as a copy. Where something comes before it, such as a convolution, the lines live
        in what it is fed, not in the data.

    Returns
    -------
    list of Line
        One for each unit, in order.

    Raises
    ------
    TypeError
        If `model` is no module.
    ValueError
        If there is no Linear, or it has not been initialised.

    Examples
    --------
    >>> import torch
    >>> from nnwidgets.core.geometry import decision_lines
    >>> layer = torch.nn.Linear(2, 1)
    >>> _ = layer.weight.data.copy_(torch.tensor([[1.0, 2.0]])), layer.bias.data.fill_(-2.0)
    >>> decision_lines(torch.nn.Sequential(layer, torch.nn.Tanh()))
    [Line(name='0[0]', weight=array([1., 2.]), bias=-2.0)]
    """
    path, layer = _first_linear(model)
    weight = _numbers(layer.weight)
    bias = _numbers(layer.bias, units=len(weight))
    name = path or "unit"  # a bare Linear has no path
    return [Line(f"{name}[{unit}]", weight[unit], float(bias[unit])) for unit in range(len(weight))]


def _first_linear(model: nn.Module) -> tuple[str, nn.Linear]:
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, got {type(model).__name__}")
    for path, module in model.named_modules():
        if isinstance(module, nn.Linear):
            if isinstance(module.weight, nn.UninitializedParameter):
                raise ValueError(f"layer {path!r} is not initialised: run the model once first")
            return path, module
    raise ValueError(f"model has no nn.Linear, so no decision lines: {type(model).__name__}")


def _numbers(tensor: Tensor | None, units: int = 0) -> Vector:
    """Copy a parameter; a missing bias is zeros."""
    if tensor is None:
        return np.zeros(units)
    return np.array(tensor.detach().cpu().double().numpy())


def _length(vector: Vector) -> float:
    """Return the norm, safe where squares would underflow or overflow."""
    largest = float(np.abs(vector).max(initial=0.0))
    return largest * float(np.linalg.norm(vector / largest)) if largest > 0 else 0.0


def _corners(extent: ArrayLike) -> tuple[Vector, Vector]:
    box = np.asarray(extent, dtype=np.float64)
    if box.shape != (4,) or not np.isfinite(box).all() or box[0] >= box[1] or box[2] >= box[3]:
        raise ValueError(
            f"extent must be (x0, x1, y0, y1) with x0 < x1 and y0 < y1, got {extent!r}"
        )
    return box[[0, 2]], box[[1, 3]]


def _inside(start: Vector, direction: Vector, low: Vector, high: Vector) -> tuple[float, float]:
    """Find from which t to which ``start + t direction`` is in the box; first > last if never."""
    first, last = -np.inf, np.inf
    for axis in range(2):
        if direction[axis] == 0:
            if not low[axis] <= start[axis] <= high[axis]:
                return np.inf, -np.inf
            continue
        crossings = (np.array([low[axis], high[axis]]) - start[axis]) / direction[axis]
        first, last = max(first, crossings.min()), min(last, crossings.max())
    return first, last
