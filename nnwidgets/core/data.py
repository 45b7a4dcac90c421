"""Checked, immutable data: X of shape (n, d), or pictures, and y of shape (n,) or (n, k)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from nnwidgets.core._arrays import to_array, to_floats


@dataclass(frozen=True, eq=False)
class Data:
    """Data points and their targets; made by :meth:`check`, which validates them.

    The editing methods return a new Data and leave this one as it is.

    Attributes
    ----------
    X : ndarray of shape (n, d)
        Read-only, of the model's dtype. Pictures (n, c, h, w) are kept flat, row after row.
    y : ndarray of shape (n,) or (n, k)
        Read-only; int64 if integers or booleans were given (class labels), else as X.
    shape : tuple of int
        Of one row as it was given: (d,), or (c, h, w) for pictures.
    """

    X: NDArray[Any]
    y: NDArray[Any]
    shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.shape:
            object.__setattr__(self, "shape", self.X.shape[1:])
        self.X.flags.writeable = False
        self.y.flags.writeable = False

    @classmethod
    def check(
        cls,
        X: ArrayLike,
        y: ArrayLike,
        dtype: np.dtype[Any] | type,
        names: tuple[str, str] = ("X", "y"),
    ) -> Data:
        """Validate data and copy it.

        Parameters
        ----------
        X : array_like of shape (n, d), or (n, c, h, w) and the like
            numpy, tensor (any device), pandas or lists; n and d at least 1. Integers are
            converted, but an integer tensor, which the model itself would refuse, is not.
        y : array_like of shape (n,) or (n, k)
        dtype : numpy dtype
            float32 or float64, as the model's parameters.
        names : pair of str
            What errors call the two.

        Raises
        ------
        TypeError
            For anything but real numbers, or an integer tensor X.
        ValueError
            For a wrong shape, y of another length than X, or a value that is not finite.

        Examples
        --------
        >>> Data.check([[0, 1], [1, 1]], [0, 1], np.float32).y
        array([0, 1])
        """
        X_name, y_name = names
        dtype = np.dtype(dtype)
        points = _points(X, X_name)
        targets = to_array(y, y_name)
        if targets.ndim not in (1, 2):
            raise ValueError(f"{y_name} must have shape (n,) or (n, k), got {targets.shape}")
        if len(targets) != len(points):
            raise ValueError(
                f"{y_name} must have as many rows as {X_name} ({len(points)}), got {len(targets)}"
            )
        if targets.ndim == 2 and targets.shape[1] == 0:
            raise ValueError(f"{y_name} must have at least one column, got {targets.shape}")
        flat = to_floats(points, dtype, X_name).reshape(len(points), -1)
        return cls(flat, _targets(targets, dtype, y_name), points.shape[1:])

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.X)

    def add(self, x: ArrayLike, y: ArrayLike) -> Data:
        """Return the data with one more point, in the last row."""
        X = np.concatenate([self.X, self._point(x)[None]])
        target = self._target(y)
        return replace(self, X=X, y=np.concatenate([self._y_like(target), target[None]]))

    def move(self, row: int, x: ArrayLike) -> Data:
        """Return the data with the point in ``row`` at ``x``."""
        X = self.X.copy()
        X[self._row(row)] = self._point(x)
        return replace(self, X=X)

    def label(self, row: int, y: ArrayLike) -> Data:
        """Return the data with the target ``y`` in ``row``."""
        target = self._target(y)
        targets = self._y_like(target).copy()
        targets[self._row(row)] = target
        return replace(self, y=targets)

    def delete(self, row: int) -> Data:
        """Return the data without ``row``; the last point cannot be deleted."""
        row = self._row(row)
        if len(self) == 1:
            raise ValueError("the last point cannot be deleted: X must have at least one row")
        X, y = (np.delete(array, row, axis=0) for array in (self.X, self.y))
        return replace(self, X=X, y=y)

    def _row(self, row: object) -> int:
        if isinstance(row, bool) or not isinstance(row, int | np.integer):
            raise TypeError(f"row must be an int, got {type(row).__name__}: {row!r}")
        if not 0 <= row < len(self):
            raise ValueError(f"row must lie in 0 .. {len(self) - 1}, got {row}")
        return int(row)

    def _point(self, x: ArrayLike) -> NDArray[Any]:
        point = to_array(x, "x")
        if point.shape != self.X.shape[1:]:
            raise ValueError(f"x must have shape {self.X.shape[1:]}, got {point.shape}")
        return to_floats(point, self.X.dtype, "x")

    def _target(self, y: ArrayLike) -> NDArray[Any]:
        target = to_array(y, "y")
        if target.shape != self.y.shape[1:]:
            raise ValueError(f"y must have shape {self.y.shape[1:]}, got {target.shape}")
        target = _targets(target, self.X.dtype, "y")
        # The browser knows floats only; where the labels are integers 1.0 is the label 1.
        if self.y.dtype.kind == "i" and bool(np.all(target == np.round(target))):
            return target.astype(self.y.dtype)
        return target

    def _y_like(self, target: NDArray[Any]) -> NDArray[Any]:
        """Return y, as floats where ``target`` is between two integers."""
        return self.y if self.y.dtype.kind == "f" else self.y.astype(target.dtype, copy=False)


def _points(X: object, name: str) -> NDArray[Any]:
    if isinstance(X, torch.Tensor) and not (X.is_floating_point() or X.is_complex()):
        raise TypeError(
            f"{name} must be a tensor of floating dtype, got {X.dtype}: pass {name}.float()"
        )
    points = to_array(X, name)
    if points.ndim < 2:
        hint = f": {name}.reshape(-1, 1) makes it one feature" if points.ndim == 1 else ""
        raise ValueError(f"{name} must be 2-D (n, d), got shape {points.shape}{hint}")
    if 0 in points.shape:
        raise ValueError(
            f"{name} must have at least one row and one column, got shape {points.shape}"
        )
    return points


def _targets(targets: NDArray[Any], dtype: np.dtype[Any], name: str) -> NDArray[Any]:
    if targets.dtype.kind == "f":
        return to_floats(targets, dtype, name)
    most = np.iinfo(np.int64).max
    if targets.dtype == np.uint64 and targets.size and targets.max() > most:
        raise ValueError(f"{name} must hold integers of at most {most}, got {targets.max()}")
    return np.array(targets, dtype=np.int64, order="C")
