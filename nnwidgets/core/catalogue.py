"""The toy data that a playground offers, and how they begin there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core import datasets
from nnwidgets.core.datasets import Dataset

#: Points of a preview.
PREVIEW = 120


@dataclass(frozen=True)
class Toy:
    """One of the makers of :mod:`nnwidgets.core.datasets`, for a playground.

    Attributes
    ----------
    name : str
        As in ``nnw.datasets``.
    task : {"binary", "multiclass", "regression"}
    noise, n : float, int
        What a playground begins with.
    """

    name: str
    task: str
    noise: float
    n: int = 200

    @property
    def make(self) -> Callable[[int, float, int], Dataset]:
        """The maker: ``make(n, noise, seed)`` returns a `Dataset`."""
        maker: Callable[[int, float, int], Dataset] = getattr(datasets, self.name)
        return maker

    @property
    def problem(self) -> str:
        """``"classification"`` or ``"regression"``."""
        return "regression" if self.task == "regression" else "classification"


TOYS: tuple[Toy, ...] = (
    Toy("ring", "binary", 0.05),
    Toy("quadrants", "binary", 0.05),
    Toy("gauss", "binary", 0.5),
    Toy("spiral", "binary", 0.02),
    Toy("moons", "binary", 0.1),
    Toy("circles", "binary", 0.05),
    Toy("xor", "binary", 0.1),
    Toy("and_", "binary", 0.1),
    Toy("or_", "binary", 0.1),
    Toy("blobs4", "binary", 0.1),
    Toy("linear", "binary", 0.0),
    Toy("three_blobs", "multiclass", 0.2, 300),
    Toy("three_spirals", "multiclass", 0.02, 300),
    Toy("plane", "regression", 0.05),
    Toy("bumps", "regression", 0.05, 300),
    Toy("sine", "regression", 0.1),
    Toy("parabola", "regression", 0.05),
    Toy("step", "regression", 0.05),
    Toy("piecewise_sine", "regression", 1.0),
)

BY_NAME = {toy.name: toy for toy in TOYS}


def preview(data: Dataset) -> NDArray[np.uint8]:
    """Return points for a small picture: (m, 3) of x, y and what they are, each 0 to 255.

    Of one feature, y is the target. The last column is a class number, or for a regression the
    target from the least (0) to the largest (255).

    Examples
    --------
    >>> preview(datasets.and_()).tolist()[-1]  # right, up, of class 1
    [255, 255, 1]
    """
    rows = np.linspace(0, data.n - 1, min(data.n, PREVIEW)).astype(np.int64)
    X, y = data.X[rows].astype(np.float64), data.y[rows].astype(np.float64)
    across = X[:, 0]
    up = X[:, 1] if data.d > 1 else y
    kind = y if data.class_names is not None else _spread(y)
    return np.column_stack([_spread(across), _spread(up), kind]).astype(np.uint8)


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = values.min(), values.max()
    return (
        np.round(255 * (values - low) / (high - low)) if high > low else np.full(len(values), 127)
    )
