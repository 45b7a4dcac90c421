"""Inputs of a model that are not the network's data: given to a view, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nnwidgets.core._arrays import to_array
from nnwidgets.core.attention import AttentionCall, record_attention
from nnwidgets.core.problem import Problem
from nnwidgets.widgets._pictures import run, tensor_of


class Inputs:
    """Rows to show: those given, or the network's own data.

    Parameters
    ----------
    problem : Problem
    given : array_like or None
        With an axis for the sample first; a tensor is passed to the model as it is.

    Raises
    ------
    TypeError, ValueError
        If they are no array, or have no rows.
    """

    def __init__(self, problem: Problem, given: Any) -> None:
        self._problem = problem
        self._given = None if given is None else _as_tensor(given)

    def __len__(self) -> int:
        return len(self._problem.data) if self._given is None else len(self._given)

    @property
    def own(self) -> bool:
        """Whether these are the network's data."""
        return self._given is None

    def row(self, index: int) -> NDArray[Any]:
        """Return one row as an array."""
        array: NDArray[Any] = self._tensor(index)[0].detach().cpu().double().numpy()
        return array

    def attention(self, index: int) -> tuple[tuple[AttentionCall, ...], NDArray[Any]]:
        """Return the attention for one row, and the model's outputs. The turn is the caller's."""
        rows = self._tensor(index)
        return record_attention(self._problem.model, rows), run(self._problem, rows)

    def _tensor(self, index: int) -> torch.Tensor:
        if self._given is None:
            return tensor_of(self._problem, index)
        like = self._problem.parameters.first
        row = self._given[index : index + 1].to(like.device)
        return row.to(like.dtype) if row.is_floating_point() else row


def _as_tensor(given: Any) -> torch.Tensor:
    if isinstance(given, torch.Tensor):
        tensor = given.detach()
    else:
        array = to_array(given, "inputs")
        whole = array.dtype.kind in "iub"
        tensor = torch.from_numpy(np.array(array, np.int64 if whole else np.float64))
    if tensor.ndim < 2 or len(tensor) == 0:
        raise ValueError(
            "inputs must have shape (n, tokens) or (n, tokens, features), "
            f"got {tuple(tensor.shape)}"
        )
    return tensor
