"""Points of the plane in two classes or more."""

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core.datasets._arguments import between, common, finite, whole
from nnwidgets.core.datasets._dataset import Dataset, planar
from nnwidgets.core.datasets.logic import CORNERS

Rows = NDArray[np.float64]
Labels = NDArray[np.int64]


def blobs4(n: int = 400, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Make four tight Gaussian blobs on the corners of a square; opposite corners agree.

    The data of C. Soylu's "Visualizing the non-linearity of neural networks" (2019) as we read
    it: its plot is not in its text. With the network it prints, these blobs give the loss it
    reports (0.112 here, 0.1116 there), with the positive class on (0, 0) and (1, 1).

    Parameters
    ----------
    n : int, default 400
        Number of points, spread evenly over the corners, in random order.
    noise : float, default 0.1
        Standard deviation of each blob.
    seed : int, default 0
        The same seed gives the same bits.

    Returns
    -------
    Dataset
        X (n, 2) float32, y (n,) float32 of 0 and 1.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.blobs4()
    Dataset(name='blobs4', n=400, d=2, classes={'negative': 200, 'positive': 200})
    """
    n, noise, rng = common(n, noise, seed)
    corner = _in_turn(n, 4, rng)
    X = CORNERS[corner] + rng.normal(0.0, noise, (n, 2))
    return planar(X, np.array([1, 0, 0, 1])[corner], 2, "blobs4")


def linear(n: int = 200, noise: float = 0.0, seed: int = 0, *, margin: float = 0.1) -> Dataset:
    """Make two classes on the two sides of x₁ + x₂ = 0.

    Parameters
    ----------
    n : int, default 200
        Number of points, half on each side.
    noise : float, default 0.0
        Standard deviation of a displacement after the class is given; 0 keeps them separable.
    seed : int, default 0
        The same seed gives the same bits.
    margin : float, default 0.1
        Distance kept from the line, from 0 up to (not including) 1.

    Returns
    -------
    Dataset
        X (n, 2) float32, y (n,) float32 of 0 and 1.
    """
    n, noise, rng = common(n, noise, seed)
    if not 0 <= finite("margin", margin) < 1:
        raise ValueError(f"margin must be at least 0 and below 1, got {margin:g}")
    label = _in_turn(n, 2, rng)
    across = (2 * label - 1) * rng.uniform(margin, 1.0, n)
    along = rng.uniform(-1.0, 1.0, n)
    X = np.column_stack([across - along, across + along]) / np.sqrt(2)
    return planar(X + rng.normal(0.0, noise, (n, 2)), label, 2, "linear")


def gauss(n: int = 200, noise: float = 0.5, seed: int = 0) -> Dataset:
    """Make two Gaussian clouds: the negative around (−1, −1), the positive around (1, 1).

    Arguments and result as in `blobs4`, with 200 points and noise 0.5 by default.
    """
    n, noise, rng = common(n, noise, seed)
    label = _in_turn(n, 2, rng)
    centre = np.array([[-1.0, -1.0], [1.0, 1.0]])[label]
    return planar(centre + rng.normal(0.0, noise, (n, 2)), label, 2, "gauss")


def quadrants(n: int = 200, noise: float = 0.05, seed: int = 0, *, margin: float = 0.06) -> Dataset:
    """Fill the square [−1, 1]²: positive where x₁ and x₂ have the same sign.

    Exclusive or of many points, whose two classes one product x₁·x₂ tells apart.

    Parameters
    ----------
    n : int, default 200
        Number of points, half of each class.
    noise : float, default 0.05
        Standard deviation of a displacement after the class is given.
    seed : int, default 0
        The same seed gives the same bits.
    margin : float, default 0.06
        Distance kept from both axes before the noise, from 0 up to (not including) 1.

    Returns
    -------
    Dataset
        X (n, 2) float32, y (n,) float32 of 0 and 1.
    """
    n, noise, rng = common(n, noise, seed)
    if not 0 <= finite("margin", margin) < 1:
        raise ValueError(f"margin must be at least 0 and below 1, got {margin:g}")
    label = _in_turn(n, 2, rng)
    size = rng.uniform(margin, 1.0, (n, 2))
    first = np.where(rng.random(n) < 0.5, 1, -1)
    sign = np.column_stack([first, first * (2 * label - 1)])
    return planar(size * sign + rng.normal(0.0, noise, (n, 2)), label, 2, "quadrants")


def circles(n: int = 200, noise: float = 0.05, seed: int = 0, *, factor: float = 0.5) -> Dataset:
    """Make a circle of radius 1 (negative) around a circle of radius `factor` (positive).

    Parameters
    ----------
    n : int, default 200
        Number of points, half on each circle.
    noise : float, default 0.05
        Standard deviation of the Gaussian noise on both coordinates.
    seed : int, default 0
        The same seed gives the same bits.
    factor : float, default 0.5
        Radius of the inner circle, between 0 and 1.

    Returns
    -------
    Dataset
        X (n, 2) float32, y (n,) float32 of 0 and 1.
    """
    n, noise, rng = common(n, noise, seed)
    label = _in_turn(n, 2, rng)
    radius = np.where(label == 1, between("factor", factor, 0.0, 1.0), 1.0)
    X = _polar(radius, rng.uniform(0.0, 2 * np.pi, n))
    return planar(X + rng.normal(0.0, noise, (n, 2)), label, 2, "circles")


def ring(n: int = 200, noise: float = 0.0, seed: int = 0) -> Dataset:
    """Make a disc of radius 0.5 (positive) inside a ring from 0.7 to 1 (negative).

    Both are filled evenly. Arguments and result as in `blobs4`, with 200 points and no
    noise by default.
    """
    n, noise, rng = common(n, noise, seed)
    label = _in_turn(n, 2, rng)
    inner, outer = np.where(label == 1, [[0.0], [0.5]], [[0.7], [1.0]])
    radius = np.sqrt(rng.uniform(inner**2, outer**2))  # even over the area, not over the radius
    X = _polar(radius, rng.uniform(0.0, 2 * np.pi, n))
    return planar(X + rng.normal(0.0, noise, (n, 2)), label, 2, "ring")


def moons(n: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Make two half circles that reach into each other: upper negative, lower positive.

    Arguments and result as in `blobs4`, with 200 points by default.
    """
    n, noise, rng = common(n, noise, seed)
    label = _in_turn(n, 2, rng)
    upper = _polar(np.ones(n), rng.uniform(0.0, np.pi, n))
    X = np.where(label[:, None] == 1, [1.0, 0.5] - upper, upper)
    return planar(X + rng.normal(0.0, noise, (n, 2)), label, 2, "moons")


def spiral(
    n: int = 200, noise: float = 0.02, seed: int = 0, *, turns: float = 1.25, classes: int = 2
) -> Dataset:
    """Make spiral arms, one a class, that wind `turns` times around the origin, out to radius 1.

    Parameters
    ----------
    n : int, default 200
        Number of points, spread evenly over the arms.
    noise : float, default 0.02
        Standard deviation of the Gaussian noise on both coordinates.
    seed : int, default 0
        The same seed gives the same bits.
    turns : float, default 1.25
        How often each arm goes round; negative winds clockwise.
    classes : int, default 2
        Number of arms, at least 2.

    Returns
    -------
    Dataset
        X (n, 2) float32; y (n,) float32 of 0 and 1, or int64 class numbers for more arms.
    """
    return _spirals("spiral", whole("classes", classes, 2), n, noise, seed, turns)


def three_spirals(
    n: int = 300, noise: float = 0.02, seed: int = 0, *, turns: float = 0.75
) -> Dataset:
    """Make three spiral arms, one a class. Arguments as in `spiral`; y (n,) is int64, 0 to 2."""
    return _spirals("three_spirals", 3, n, noise, seed, turns)


def blobs(n: int = 300, noise: float = 0.2, seed: int = 0, *, classes: int = 3) -> Dataset:
    """Make one Gaussian cloud a class, the centres evenly on the unit circle.

    Parameters
    ----------
    n : int, default 300
        Number of points, spread evenly over the classes, in random order.
    noise : float, default 0.2
        Standard deviation of each cloud.
    seed : int, default 0
        The same seed gives the same bits.
    classes : int, default 3
        Number of classes, at least 2.

    Returns
    -------
    Dataset
        X (n, 2) float32; y (n,) int64 class numbers, or float32 of 0 and 1 for two classes.

    Examples
    --------
    >>> from nnwidgets.core import datasets
    >>> datasets.blobs(n=10, classes=5).class_names
    ('class 0', 'class 1', 'class 2', 'class 3', 'class 4')
    """
    return _clouds("blobs", n, noise, seed, classes)


def three_blobs(n: int = 300, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Make `blobs` of three classes."""
    return _clouds("three_blobs", n, noise, seed, 3)


def _clouds(name: str, n: int, noise: float, seed: int, classes: int) -> Dataset:
    n, noise, rng = common(n, noise, seed)
    label = _in_turn(n, whole("classes", classes, 2), rng)
    centre = _polar(np.ones(n), 2 * np.pi * label / classes)
    return planar(centre + rng.normal(0.0, noise, (n, 2)), label, classes, name)


def _spirals(name: str, classes: int, n: int, noise: float, seed: int, turns: float) -> Dataset:
    n, noise, rng = common(n, noise, seed)
    label = _in_turn(n, classes, rng)
    radius = rng.uniform(0.1, 1.0, n)  # not from 0: the arms would meet there
    angle = 2 * np.pi * (finite("turns", turns) * radius + label / classes)
    X = _polar(radius, angle) + rng.normal(0.0, noise, (n, 2))
    return planar(X, label, classes, name)


def _in_turn(n: int, classes: int, rng: np.random.Generator) -> Labels:
    """Draw n class numbers, of each as many as can be, in random order."""
    return rng.permutation(np.arange(n, dtype=np.int64) % classes)


def _polar(radius: Rows, angle: Rows) -> Rows:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
