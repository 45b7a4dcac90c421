"""Curves of one feature and surfaces over two, to be fitted."""

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core.datasets._arguments import common, spread, whole
from nnwidgets.core.datasets._dataset import Dataset

Column = NDArray[np.float64]


def sine(n: int = 100, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Make one period of the sine: y = sin x on [−π, π).

    Parameters
    ----------
    n : int, default 100
        Number of points, x uniform.
    noise : float, default 0.1
        Standard deviation of the Gaussian noise on y.
    seed : int, default 0
        The same seed gives the same bits.

    Returns
    -------
    Dataset
        X (n, 1) float32, y (n,) float32.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.sine()
    Dataset(name='sine', n=100, d=1, task='regression')
    """
    n, noise, rng = common(n, noise, seed)
    x = rng.uniform(-np.pi, np.pi, n)
    return _curve(x, np.sin(x) + rng.normal(0.0, noise, n), "sine")


def parabola(n: int = 100, noise: float = 0.05, seed: int = 0) -> Dataset:
    """Make y = x² on [−1, 1). Arguments and result as in `sine`."""
    n, noise, rng = common(n, noise, seed)
    x = rng.uniform(-1.0, 1.0, n)
    return _curve(x, x**2 + rng.normal(0.0, noise, n), "parabola")


def step(n: int = 100, noise: float = 0.05, seed: int = 0) -> Dataset:
    """Make a step from −1 to 1 at x = 0, x in [−1, 1). Arguments and result as in `sine`."""
    n, noise, rng = common(n, noise, seed)
    x = rng.uniform(-1.0, 1.0, n)
    # From -1, not 0: without noise, targets of 0 and 1 alone would pass for two classes.
    return _curve(x, np.where(x < 0, -1.0, 1.0) + rng.normal(0.0, noise, n), "step")


def piecewise_sine(n: int = 10_000, noise: float = 1.0, seed: int = 42) -> Dataset:
    """Make a line, a sine and a cubic in one curve, after A. Rozanov's 3-D error surface (2024).

    x is Gaussian with mean 1 and deviation 4.5; y is 2x + 5 for x < −2, 7.3 sin x on [−2, 2) and
    −0.03 x³ + 2 from there on, plus Gaussian noise. With the default arguments these are the
    article's own numbers: it seeds NumPy's legacy generator, and so does this (a private one).

    Parameters
    ----------
    n : int, default 10000
        Number of points.
    noise : float, default 1.0
        Standard deviation of the Gaussian noise on y.
    seed : int, default 42
        The same seed gives the same bits.

    Returns
    -------
    Dataset
        X (n, 1) float32, y (n,) float32.

    Examples
    --------
    The article's own split, which is scikit-learn's with ``random_state=56``: 3000 to test.

    >>> import numpy as np
    >>> from nnwidgets.core import datasets
    >>> data = datasets.piecewise_sine()
    >>> order = np.random.RandomState(56).permutation(data.n)
    >>> test, train = data.take(order[:3000]), data.take(order[3000:])
    """
    n, noise, seed = whole("n", n, 1), spread(noise), whole("seed", seed, 0)
    rng = np.random.RandomState(seed)
    x = rng.normal(1.0, 4.5, n)
    y = np.select([x < -2, x < 2], [2 * x + 5, 7.3 * np.sin(x)], -0.03 * x**3 + 2)
    return _curve(x, y + rng.normal(0.0, noise, n), "piecewise_sine")


def plane(n: int = 200, noise: float = 0.05, seed: int = 0) -> Dataset:
    """Make the plane y = (x₁ + x₂)/2 over the square [−1, 1)², which one unit can learn.

    Parameters
    ----------
    n : int, default 200
        Number of points, evenly over the square.
    noise : float, default 0.05
        Standard deviation of the Gaussian noise on y.
    seed : int, default 0
        The same seed gives the same bits.

    Returns
    -------
    Dataset
        X (n, 2) float32, y (n,) float32.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.plane()
    Dataset(name='plane', n=200, d=2, task='regression')
    """
    n, noise, rng = common(n, noise, seed)
    X = rng.uniform(-1.0, 1.0, (n, 2))
    return _surface(X, X.sum(1) / 2 + rng.normal(0.0, noise, n), "plane")


def bumps(n: int = 300, noise: float = 0.05, seed: int = 0) -> Dataset:
    """Make hills and dales: Gaussian bumps of height 1 and −1 in turn over [−1, 1)².

    Each is exp(−‖x − c‖²/(2·0.2²)) around one of six centres, (−0.65, 0, 0.65) by (−0.4, 0.4).
    Arguments and result as in `plane`.
    """
    n, noise, rng = common(n, noise, seed)
    X = rng.uniform(-1.0, 1.0, (n, 2))
    square = ((X[:, None] - _CENTRES) ** 2).sum(2)
    y = np.exp(-square / (2 * 0.2**2)) @ _HEIGHTS
    return _surface(X, y + rng.normal(0.0, noise, n), "bumps")


_CENTRES = np.array([[x, y] for x in (-0.65, 0.0, 0.65) for y in (-0.4, 0.4)])
_HEIGHTS = np.array([-1.0, 1.0, 1.0, -1.0, -1.0, 1.0])


def _surface(X: Column, y: Column, name: str) -> Dataset:
    return Dataset(X.astype(np.float32), y.astype(np.float32), ("x₁", "x₂"), None, name)


def _curve(x: Column, y: Column, name: str) -> Dataset:
    return Dataset(x[:, None].astype(np.float32), y.astype(np.float32), ("x",), None, name)
