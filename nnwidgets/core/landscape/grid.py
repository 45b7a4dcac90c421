"""A loss surface as it was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core.landscape.plane import Floats, Plane
from nnwidgets.core.landscape.trajectory import Trajectory

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class LossGrid:
    """The loss over a grid in a plane of parameter space.

    Attributes
    ----------
    x, y : ndarray of float64, shapes (nx,) and (ny,)
        The coordinates, growing. A line has one y, 0.
    z : ndarray of float64, shape (ny, nx)
        ``z[j, i]`` is the loss at ``(x[i], y[j])``: rows follow the second axis, as in numpy
        and plotly. NaN and infinity are kept where the loss is.
    plane : Plane
        Where in parameter space the grid lies.
    how : str
        How it was computed.
    seconds : float
        How long that took.
    trajectory : Trajectory, or None
        The one that was passed, whole.
    """

    x: Floats
    y: Floats
    z: Floats
    plane: Plane
    how: str
    seconds: float
    trajectory: Trajectory | None = None

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.z):
            array.flags.writeable = False

    @property
    def names(self) -> tuple[str, str]:
        """What the axes are called."""
        return self.plane.names

    @property
    def centre(self) -> tuple[float, float]:
        """Where the model was when the surface was computed."""
        return self.plane.centre

    @property
    def explained(self) -> tuple[float, float] | None:
        """The shares of the trajectory's variance along principal directions, else None."""
        return self.plane.explained

    @property
    def minimum(self) -> tuple[float, float, float]:
        """The grid's point (x, y, z) of least loss; NaN all three if no loss is finite."""
        if not np.isfinite(self.z).any():
            return (np.nan, np.nan, np.nan)
        flat = int(np.argmin(np.where(np.isfinite(self.z), self.z, np.inf)))
        j, i = divmod(flat, len(self.x))
        return (float(self.x[i]), float(self.y[j]), float(self.z[j, i]))

    def at(self, x: Any, y: Any) -> Floats:
        """Return the loss at any places in the grid, linear between its points.

        Parameters
        ----------
        x, y : array_like of one shape

        Returns
        -------
        ndarray
            NaN outside the grid.
        """
        xs, ys = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
        i, u = _place(self.x, xs)
        j, v = _place(self.y, ys)
        right, up = np.minimum(i + 1, len(self.x) - 1), np.minimum(j + 1, len(self.y) - 1)
        low = _between(self.z[j, i], self.z[j, right], u)
        high = _between(self.z[up, i], self.z[up, right], u)
        between: NDArray[np.float64] = _between(low, high, v)
        return between

    def to_plotly(
        self,
        trajectory: object = None,
        *,
        log: bool = False,
        template: str = "plotly_dark",
    ) -> go.Figure:
        """Return a plotly Figure: the surface and the trajectory on it; of a line, a curve.

        Parameters
        ----------
        trajectory : History, array or list, optional
            As for :func:`loss_surface`; by default the one that the grid was computed with.
        log : bool
            Whether the loss has a logarithmic scale.
        template : str
            A plotly template, "plotly_dark" or "plotly_white".
        """
        from nnwidgets.core.landscape._figure import figure

        return figure(self, trajectory, log, template)

    def __repr__(self) -> str:
        def axis(name: str, values: Floats) -> str:
            return f"{name} {values[0]:.4g} .. {values[-1]:.4g}"

        axes = axis(self.names[0], self.x)
        if len(self.y) > 1:
            axes += f", {axis(self.names[1], self.y)}"
        least = self.minimum[2]
        odd = int(np.count_nonzero(~np.isfinite(self.z)))
        return (
            f"LossGrid({len(self.x)} × {len(self.y)}: {axes}; least loss {least:.4g}"
            + (f"; {odd} not finite" if odd else "")
            + f"; {self.how}, {self.seconds:.3g} s)"
        )


def _place(axis: Floats, values: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return the grid index below each value and how far on it is, NaN outside."""
    index = np.clip(np.searchsorted(axis, values, side="right") - 1, 0, max(0, len(axis) - 2))
    outside = (values < axis[0]) | (values > axis[-1]) | np.isnan(values)
    if len(axis) == 1:
        return index.astype(np.int64), np.zeros(values.shape)
    share = (values - axis[index]) / (axis[index + 1] - axis[index])
    return index.astype(np.int64), np.where(outside, np.nan, share)


def _between(a: Floats, b: Floats, share: Floats) -> Floats:
    # Not a + share · (b − a): where one end is infinite, the other end is itself still.
    with np.errstate(invalid="ignore"):
        mixed: Floats = np.where(
            share == 0, a, np.where(share == 1, b, a * (1 - share) + b * share)
        )
    return mixed
