"""A plane through the space of a model's parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Plane:
    """All parameter vectors ``origin + x · directions[0] + y · directions[1]``.

    Vectors are flat, in the order of :class:`nnwidgets.core.parameters.Parameters`. The second
    direction of a line, which has only an x, is zero.

    Attributes
    ----------
    origin : ndarray of float64, shape (size,)
        The vector at (0, 0). Where an axis is a named parameter it is zero in that entry, so
        that the axis' coordinate *is* the parameter's value.
    directions : ndarray of float64, shape (2, size)
        Not necessarily orthogonal or of length one.
    names : pair of str
        What the axes are called; the second is "" for a line.
    centre : pair of float
        The model's own coordinates when the plane was laid.
    ranges : pair of pair of float
        Where on the axes it is worth looking, if nothing else is asked for.
    explained : pair of float, or None
        For principal directions of a trajectory: the share of its variance along each.

    Examples
    --------
    >>> directions = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0]])
    >>> plane = Plane(np.zeros(3), directions, ("x", "y"), (0.0, 0.0))
    >>> plane.point(2.0, 1.0)
    array([3., 1., 0.])
    >>> x, y, off = plane.project([3.0, 1.0, 0.5])
    >>> round(x, 9), round(y, 9), round(off, 9)
    (2.0, 1.0, 0.5)
    """

    origin: Floats
    directions: Floats
    names: tuple[str, str]
    centre: tuple[float, float]
    ranges: tuple[Range, Range] = ((-1.0, 1.0), (-1.0, 1.0))
    explained: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        self.origin.flags.writeable = False
        self.directions.flags.writeable = False

    @property
    def is_line(self) -> bool:
        """Whether there is no second direction."""
        return not self.directions[1].any()

    @cached_property
    def moved(self) -> NDArray[np.int64]:
        """The flat indices of the entries that differ from point to point."""
        return np.flatnonzero(self.directions.any(axis=0))

    def point(self, x: float, y: float) -> Floats:
        """Return the parameter vector at (x, y), of shape (size,)."""
        at: Floats = self.origin + x * self.directions[0] + y * self.directions[1]
        return at

    def project(self, flat: ArrayLike) -> tuple[float, float, float]:
        """Return the nearest point of the plane to a parameter vector, and how far that is.

        Parameters
        ----------
        flat : array_like of shape (size,)

        Returns
        -------
        x, y : float
            Coordinates of the nearest point, in the least-squares sense.
        off : float
            Euclidean distance from the plane.
        """
        x, y, off = self.project_many(np.asarray(flat)[None])[0].tolist()
        return x, y, off

    def project_many(self, flats: ArrayLike) -> Floats:
        """Project vectors of shape (m, size): rows (x, y, off), as :meth:`project` gives."""
        with np.errstate(invalid="ignore"):
            away = np.asarray(flats, np.float64) - self.origin
        out = np.empty((len(away), 3))
        with np.errstate(over="ignore", invalid="ignore"):  # a run that diverged is nowhere
            out[:, :2] = away @ self._inverse
            out[:, 2] = np.linalg.norm(away - out[:, :2] @ self.directions, axis=1)
        return out

    @cached_property
    def _inverse(self) -> Floats:
        """The pseudo-inverse (size, 2) of the directions."""
        # Of unit directions: a long and a short one are as far from parallel as two equal ones.
        lengths = np.linalg.norm(self.directions, axis=1)
        lengths[lengths == 0] = 1
        inverse: NDArray[Any] = np.linalg.pinv(self.directions / lengths[:, None], rcond=1e-9)
        scaled: Floats = inverse / lengths
        return scaled
