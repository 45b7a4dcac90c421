"""What a network is made from, as the user gave it: arrays, or a data set that has them both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nnwidgets.core.datasets import Dataset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike


class Given(NamedTuple):
    """Data and their names; a name that is None is for `Problem` to choose."""

    X: ArrayLike
    y: ArrayLike
    feature_names: Sequence[str] | None
    class_names: Sequence[str] | None


def pair(test: tuple[ArrayLike, ArrayLike] | Dataset | None) -> tuple[ArrayLike, ArrayLike] | None:
    """Return test data as two arrays; what is neither is for `Problem` to refuse."""
    return (test.X, test.y) if isinstance(test, Dataset) else test


def given(
    X: ArrayLike | Dataset,
    y: ArrayLike | None,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
) -> Given:
    """Take targets and names from a `Dataset` given as ``X``; names given besides win.

    Raises
    ------
    TypeError
        If ``y`` is missing, or given together with a `Dataset`.
    """
    if isinstance(X, Dataset):
        if y is not None:
            raise TypeError(
                f"X is the data set {X.name!r}, which has its own y; leave y out or pass X.X and "
                f"y (got {type(y).__name__} for y)"
            )
        return Given(
            X.X,
            X.y,
            X.feature_names if feature_names is None else feature_names,
            X.class_names if class_names is None else class_names,
        )
    if y is None:
        raise TypeError(
            "y is missing: give X and y, or one of nnw.datasets, which has both; "
            f"got {type(X).__name__} for X"
        )
    return Given(X, y, feature_names, class_names)
