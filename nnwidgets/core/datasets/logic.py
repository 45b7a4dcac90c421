"""Truth tables as points of the plane."""

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core.datasets._arguments import common
from nnwidgets.core.datasets._dataset import Dataset, planar

CORNERS: NDArray[np.float64] = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float64)


def xor(n: int = 4, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Make exclusive or: positive where exactly one of the two inputs is 1.

    No line separates its classes, which is why it is the first lesson.

    Parameters
    ----------
    n : int, default 4
        Number of points; the rows of the truth table in turn, so 4 is the table itself.
    noise : float, default 0.0
        Standard deviation of the Gaussian noise on both inputs.
    seed : int, default 0
        The same seed gives the same bits.

    Returns
    -------
    Dataset
        X (n, 2) float32, y (n,) float32 of 0 and 1.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.xor(n=200, noise=0.1)
    Dataset(name='xor', n=200, d=2, classes={'negative': 100, 'positive': 100})
    """
    return _table("xor", [0, 1, 1, 0], n, noise, seed)


def and_(n: int = 4, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Make and: positive where both inputs are 1. Arguments and result as in `xor`.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.and_().y
    array([0., 0., 0., 1.], dtype=float32)
    """
    return _table("and_", [0, 0, 0, 1], n, noise, seed)


def or_(n: int = 4, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Make or: positive where at least one input is 1. Arguments and result as in `xor`.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.or_().y
    array([0., 1., 1., 1.], dtype=float32)
    """
    return _table("or_", [0, 1, 1, 1], n, noise, seed)


def _table(name: str, truth: list[int], n: int, noise: float, seed: int) -> Dataset:
    n, noise, rng = common(n, noise, seed)
    row = np.arange(n) % 4
    X = CORNERS[row] + rng.normal(0.0, noise, (n, 2))
    return planar(X, np.array(truth)[row], 2, name)
