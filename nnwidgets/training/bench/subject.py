"""What there is to learn: a toy data set or the user's own, with its split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nnwidgets.core import catalogue
from nnwidgets.core.datasets import Dataset

if TYPE_CHECKING:
    from nnwidgets.core.data import Data
    from nnwidgets.core.problem import Problem

#: What the user's own data go by among the names of the toys.
OWN = "own"

#: By what the targets are, the losses that fit them, the usual one first.
LOSSES: dict[str, tuple[str, ...]] = {
    "binary": ("bce", "cross_entropy", "mse"),
    "multiclass": ("cross_entropy",),
    "regression": ("mse", "half_mse"),
}


@dataclass(frozen=True)
class Subject:
    """What is to be learned from some data, without the data.

    Attributes
    ----------
    task : {"binary", "multiclass", "regression"}
        What the targets are; a loss may make less of them.
    features : tuple of str
        Names of the inputs.
    classes : tuple of str or None
        Names of the classes.
    columns : int
        Of a regression's targets.
    losses : tuple of str
        What fits, the usual one first.
    """

    task: str
    features: tuple[str, ...]
    classes: tuple[str, ...] | None
    columns: int
    losses: tuple[str, ...]

    def outputs(self, loss: str) -> int:
        """Return how many outputs a network needs for a loss."""
        if loss == "cross_entropy":
            return max(2, len(self.classes or ()))
        return self.columns


@dataclass(frozen=True, eq=False)
class Samples:
    """Training and test data, shapes as in `Data`; a test set may be missing."""

    X: NDArray[Any]
    y: NDArray[Any]
    X_test: NDArray[Any] | None = None
    y_test: NDArray[Any] | None = None

    @property
    def test(self) -> tuple[NDArray[Any], NDArray[Any]] | None:
        """The pair that ``Network`` takes."""
        if self.X_test is None or self.y_test is None:
            return None
        return self.X_test, self.y_test


def toy_subject(name: str) -> Subject:
    """Return what a toy is about."""
    toy = catalogue.BY_NAME[name]
    sample = toy.make(8, 0.0, 0)
    return Subject(toy.task, sample.feature_names, sample.class_names, 1, LOSSES[toy.task])


def own_subject(problem: Problem) -> Subject:
    """Return what the user's own data are about, as their network says."""
    loss = problem.loss
    task = loss.task
    fitting = LOSSES.get(task, ()) if loss.name != "custom" else ()
    if task == "binary":
        fitting = tuple(name for name in fitting if name != "cross_entropy")
    losses = (loss.name, *(name for name in fitting if name != loss.name))
    columns = problem.outputs if task != "multiclass" else 1
    return Subject(task, problem.feature_names, problem.class_names, columns, losses)


def toy_samples(name: str, n: int, noise: float, ratio: float, seed: int) -> Samples:
    """Make a toy's data and part them.

    Parameters
    ----------
    name
        Of the toy.
    n, noise
        Points in all, and how far they are scattered.
    ratio
        Share of them to train on; what is left is the test set.
    seed
        Of the points and of the split.
    """
    data: Dataset = catalogue.BY_NAME[name].make(n, noise, seed)
    train, test = data.split(test=1 - ratio, seed=seed)
    return Samples(train.X, train.y, test.X, test.y)


def own_samples(data: Data, test: Data | None) -> Samples:
    """Return the user's own data as they are."""
    X = data.X.reshape(len(data), *data.shape)
    if test is None:
        return Samples(X, data.y)
    return Samples(X, data.y, test.X.reshape(len(test), *test.shape), test.y)


def targets(samples: Samples, loss: str) -> Samples:
    """Return samples whose targets are as a loss wants them: class numbers are integers."""
    if loss != "cross_entropy":
        return samples
    y_test = None if samples.y_test is None else np.asarray(samples.y_test).astype(np.int64)
    return Samples(samples.X, np.asarray(samples.y).astype(np.int64), samples.X_test, y_test)
