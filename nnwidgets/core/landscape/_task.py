"""What a loss is computed of: a private copy of the model, its inputs, targets and loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from nnwidgets.core._arrays import to_array, to_floats
from nnwidgets.core.landscape._copy import kept_random, private_copy
from nnwidgets.core.losses import Loss, resolve
from nnwidgets.core.parameters import Parameters

if TYPE_CHECKING:
    from nnwidgets.core.problem import Problem

_TRIAL = 64  # rows on which model and loss are tried out


@dataclass(frozen=True, eq=False)
class Task:
    """Everything the loss at a point of the plane depends on but the point.

    Attributes
    ----------
    model : nn.Module
        A copy of the user's, without hooks, in evaluation mode, of the dtype to compute in.
    inputs : tuple of Tensor
        What the model is called with, n rows each, on the model's device.
    targets : Tensor
        Lined up with the outputs.
    loss : Loss
    """

    model: nn.Module
    inputs: tuple[Tensor, ...]
    targets: Tensor
    loss: Loss

    @property
    def rows(self) -> int:
        """The number of samples."""
        return len(self.targets)

    def outputs(self, start: int = 0, stop: int | None = None) -> Tensor:
        """Return what the model answers for a stretch of the samples, checked."""
        rows = tuple(tensor[start:stop] for tensor in self.inputs)
        return _checked(self.model(*rows), len(rows[0]))

    def value(self, outputs: Tensor) -> Tensor:
        """Return the loss of the outputs for all samples, a tensor without dimensions."""
        if self.loss.name == "custom":
            return self.loss(outputs, self.targets)
        # A mean of thousands of float32 numbers would lose digits that each of them has.
        targets = self.targets.double() if self.targets.is_floating_point() else self.targets
        return self.loss(outputs.double(), targets)


def of_problem(problem: Problem, data: str, dtype: torch.dtype | None) -> Task:
    """Copy a problem's model and data, so that it may train on meanwhile."""
    if data not in ("train", "test"):
        raise ValueError(f"data must be 'train' or 'test', got {data!r}")
    with problem.turn:
        if data == "test" and problem.test_tensors is None:
            raise ValueError("data='test' needs test data, and the problem has none")
        pair = (problem.Xt, problem.yt) if data == "train" else problem.test_tensors
        assert pair is not None
        X, y = (tensor.clone() for tensor in pair)
        model = private_copy(problem.model)
    return _in_dtype(Task(model, (X,), y, problem.loss), dtype)


def of_arrays(
    model: nn.Module,
    X: object,
    y: object,
    loss: str | Callable[[Tensor, Tensor], Tensor],
    dtype: torch.dtype | None,
) -> Task:
    """Copy a model and check that it fits the data and the loss.

    Parameters
    ----------
    model : nn.Module
    X : array_like, or tuple of array_like
        n rows of any shape; a tuple for a model with several inputs. Integer tensors stay
        integers (indices for an embedding), all else becomes of the model's dtype.
    y : array_like
        n targets.
    loss : str or callable
    dtype : torch dtype or None
        What to compute in; None for the model's own.

    Raises
    ------
    TypeError, ValueError
        If anything does not fit.
    """
    parameters = Parameters(model)
    like = parameters.first
    inputs = _inputs(X, parameters.dtype, like)
    targets = to_array(y, "y")
    if targets.ndim == 0 or len(targets) != len(inputs[0]):
        raise ValueError(
            f"y must have as many rows as X ({len(inputs[0])}), got shape {targets.shape}"
        )
    if targets.dtype.kind == "f":
        targets = to_floats(targets, parameters.dtype, "y")
    elif targets.dtype.kind != "i":
        targets = targets.astype(np.int64)
    copied = private_copy(model)
    outputs = _try_out(copied, inputs, _hint(X))
    resolved = resolve(loss, copied, targets, outputs)
    aligned = resolved.targets(targets, outputs.detach()[:0], like.device, like.dtype)
    resolved(outputs.detach(), aligned[: len(outputs)])
    return _in_dtype(Task(copied, inputs, aligned, resolved), dtype)


def _inputs(X: object, dtype: np.dtype[Any], like: Tensor) -> tuple[Tensor, ...]:
    several = X if isinstance(X, tuple) else (X,)
    if not several:
        raise ValueError("X must have at least one array, got an empty tuple")
    tensors = []
    for i, array in enumerate(several):
        name = f"X[{i}]" if isinstance(X, tuple) else "X"
        tensors.append(_input(array, name, dtype, like))
        if len(tensors[i]) != len(tensors[0]):
            raise ValueError(
                f"{name} must have as many rows as X[0] ({len(tensors[0])}), got {len(tensors[i])}"
            )
    return tuple(tensors)


def _input(X: object, name: str, dtype: np.dtype[Any], like: Tensor) -> Tensor:
    array: NDArray[Any] = to_array(X, name)
    if array.ndim == 0 or 0 in array.shape:
        raise ValueError(f"{name} must have at least one row, got shape {array.shape}")
    if isinstance(X, Tensor) and not X.is_floating_point():
        return X.detach().to(like.device, copy=True)
    return torch.tensor(to_floats(array, dtype, name), dtype=like.dtype, device=like.device)


def _hint(X: object) -> str:
    """Say what to do where integers that became floats may be why a model cannot be called."""
    arrays = X if isinstance(X, tuple) else (X,)
    indices = any(not isinstance(a, Tensor) and to_array(a, "X").dtype.kind in "iu" for a in arrays)
    return ". Integers became floats: pass indices as a tensor, torch.tensor(X)" if indices else ""


def _try_out(model: nn.Module, inputs: tuple[Tensor, ...], hint: str) -> Tensor:
    """Call the model on some rows, with a graph, which tells how it ends."""
    rows = tuple(tensor[:_TRIAL].clone() for tensor in inputs)
    for tensor in rows:
        if tensor.is_floating_point():
            tensor.requires_grad_()
    try:
        with kept_random(rows[0].device), torch.enable_grad():
            outputs = model(*rows)
    except Exception as error:
        shapes = ", ".join(f"{tuple(row.shape)} {row.dtype}" for row in rows)
        raise ValueError(
            f"the model could not be called on X of shape and dtype {shapes}: "
            f"{type(error).__name__}: {error}{hint}"
        ) from error
    return _checked(outputs, len(rows[0]))


def _checked(outputs: object, rows: int) -> Tensor:
    if not isinstance(outputs, Tensor):
        raise TypeError(f"the model must return one tensor, got a {type(outputs).__name__}")
    if not outputs.is_floating_point():
        raise TypeError(f"the model must return a floating tensor, got {outputs.dtype}")
    if outputs.ndim == 0 or len(outputs) != rows:
        raise ValueError(
            f"the model must return {rows} rows for {rows} samples, got {tuple(outputs.shape)}"
        )
    return outputs


def _in_dtype(task: Task, dtype: torch.dtype | None) -> Task:
    """Return the task as it is to be computed."""
    function = task.loss.function
    if isinstance(function, nn.Module):
        function = private_copy(function)  # it may have weights of its own
    own = next(task.model.parameters()).dtype
    if dtype is None or dtype == own:
        return replace(task, loss=replace(task.loss, function=function))
    if isinstance(function, nn.Module):
        function = function.to(dtype)
    floating = [
        tensor.to(dtype) if tensor.is_floating_point() else tensor
        for tensor in (*task.inputs, task.targets)
    ]
    return Task(
        task.model.to(dtype),
        tuple(floating[:-1]),
        floating[-1],
        replace(task.loss, function=function),
    )
