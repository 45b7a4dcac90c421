"""A data set with its names: what every maker returns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnwidgets.core.datasets._arguments import between, whole

FloatArray = NDArray[np.float32]
TargetArray = NDArray[np.float32] | NDArray[np.int64]

BINARY = ("negative", "positive")


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples, targets, and what they are called. Unpacks as ``X, y = dataset``.

    Parameters
    ----------
    X : ndarray of float32, shape (n, d)
        One sample a row.
    y : ndarray, shape (n,)
        float32 0 and 1 for two classes, int64 class numbers for more, float32 for regression.
    feature_names : tuple of str
        One for each column of `X`.
    class_names : tuple of str or None
        One for each class; None for regression.
    name : str
        What made it, such as ``"xor"``.

    Raises
    ------
    ValueError
        If the shapes or the number of names do not fit together.
    """

    X: FloatArray
    y: TargetArray
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] | None
    name: str

    def __post_init__(self) -> None:
        if self.X.ndim != 2:
            raise ValueError(f"X must have shape (n, d), got shape {self.X.shape}")
        if self.y.shape != (self.n,):
            raise ValueError(f"y must have shape ({self.n},) like X's rows, got {self.y.shape}")
        if len(self.feature_names) != self.d:
            raise ValueError(f"feature_names must name {self.d} features: {self.feature_names}")

    @property
    def n(self) -> int:
        """Number of samples."""
        return int(self.X.shape[0])

    @property
    def d(self) -> int:
        """Number of features."""
        return int(self.X.shape[1])

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return iter((self.X, self.y))

    def __repr__(self) -> str:
        head = f"Dataset(name={self.name!r}, n={self.n}, d={self.d}, "
        if self.class_names is None:
            return f"{head}task='regression')"
        counts = np.bincount(self.y.astype(np.int64), minlength=len(self.class_names)).tolist()
        return f"{head}classes={dict(zip(self.class_names, counts, strict=True))})"

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> "Dataset":
        """Copy these rows, in this order, to a data set of their own."""
        order = np.asarray(rows, dtype=np.int64)
        return Dataset(
            self.X[order], self.y[order], self.feature_names, self.class_names, self.name
        )

    def split(self, test: float = 0.3, seed: int = 0) -> tuple["Dataset", "Dataset"]:
        """Part the samples at random into a training and a test set.

        Where there are classes the split is stratified: each keeps its share of both sets, to
        within one sample. Samples keep their order.

        Parameters
        ----------
        test : float, default 0.3
            Share of the samples in the test set, strictly between 0 and 1. Neither set is left
            empty.
        seed : int, default 0
            The same seed gives the same split.

        Returns
        -------
        train, test : Dataset

        Raises
        ------
        ValueError
            If `test` is not between 0 and 1, or there are fewer than two samples.

        Examples
        --------
        >>> from nnwidgets.core import datasets
        >>> train, test = datasets.circles(n=100).split(test=0.2)
        >>> train.n, test.n
        (80, 20)
        """
        share = between("test", test, 0.0, 1.0)
        rng = np.random.default_rng(whole("seed", seed, 0))
        if self.n < 2:
            raise ValueError(f"split needs at least 2 samples, this data set has {self.n}")
        wanted = min(max(round(self.n * share), 1), self.n - 1)
        labels = np.zeros(self.n) if self.class_names is None else self.y
        held = _stratified(labels, wanted, rng)
        return self.take(np.flatnonzero(~held)), self.take(np.flatnonzero(held))


def _stratified(
    labels: NDArray[np.generic], wanted: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Mark `wanted` rows so that each label has its share, by largest remainders."""
    _, member, counts = np.unique(labels, return_inverse=True, return_counts=True)
    quota = counts * wanted / labels.size
    seats = np.floor(quota).astype(np.int64)
    # The seats that rounding down left over go to the labels it took most from.
    seats[np.argsort(seats - quota, kind="stable")[: wanted - seats.sum()]] += 1
    held = np.zeros(labels.size, dtype=np.bool_)
    for label, seat in enumerate(seats):
        held[rng.permutation(np.flatnonzero(member == label))[:seat]] = True
    return held


def planar(X: ArrayLike, label: NDArray[np.int64], classes: int, name: str) -> Dataset:
    """Make a data set of points of a plane, in the dtypes all makers share."""
    names = BINARY if classes == 2 else tuple(f"class {k}" for k in range(classes))
    y: TargetArray = label.astype(np.float32) if classes == 2 else label
    return Dataset(np.asarray(X, dtype=np.float32), y, ("x₁", "x₂"), names, name)
