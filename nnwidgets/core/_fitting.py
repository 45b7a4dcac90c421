"""Data that come beside others, or in place of them: whether they fit the same model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor, nn

from nnwidgets.core._arrays import to_array
from nnwidgets.core.data import Data

#: What errors call the test data.
TEST = ("test X", "test y")


def fitting(
    data: Data, like: Data, dtype: np.dtype[Any], names: tuple[str, str] = ("X", "y")
) -> Data:
    """Return data in the form of others, whose rows they must have.

    Raises
    ------
    ValueError
        If they have other columns, or pictures of another size.
    """
    data = replace(Data.check(data.X, data.y, dtype, names), shape=data.shape)
    other = len(data.shape) > 1 and data.shape != like.shape
    if data.X.shape[1] != like.X.shape[1] or other:
        raise ValueError(
            f"{names[0]} must have {_rows(like)}, got shape {(len(data), *data.shape)}"
        )
    return replace(data, shape=like.shape)


def fitting_test(test: object, like: Data, dtype: np.dtype[Any]) -> Data:
    """Return test data, given as Data or as a pair (X, y), in the form of the others.

    Raises
    ------
    TypeError, ValueError
        If they are no pair, or do not fit.
    """
    if isinstance(test, Data):
        return fitting(test, like, dtype, TEST)
    pair = list(test) if isinstance(test, Iterable) else []
    if len(pair) != 2:
        raise TypeError(f"test must be a pair (X, y), got {type(test).__name__}")
    X, y = pair
    return fitting(Data.check(X, y, dtype, TEST), like, dtype, TEST)


def plain_ids(X: ArrayLike, model: nn.Module) -> ArrayLike:
    """Return token ids in a tensor as an array: a model that embeds them gets integers again."""
    whole = isinstance(X, Tensor) and not (X.is_floating_point() or X.is_complex())
    embeds = whole and any(isinstance(module, nn.Embedding) for module in model.modules())
    return to_array(X, "X") if embeds else X


def _rows(data: Data) -> str:
    columns = len(data.shape) == 1
    return f"{data.X.shape[1]} columns" if columns else f"rows of shape {data.shape}"
