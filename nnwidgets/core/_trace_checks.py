"""What :func:`nnwidgets.core.trace.trace` is given, checked and made ready."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import index
from typing import Any, SupportsIndex

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from nnwidgets.core._arrays import to_array
from nnwidgets.core.losses import Loss, resolve
from nnwidgets.core.problem import Problem

_DTYPES: Mapping[Any, torch.dtype] = {
    "float32": torch.float32,
    "float64": torch.float64,
    torch.float32: torch.float32,
    torch.float64: torch.float64,
}


def where(model: Any) -> tuple[Problem | None, Any]:
    """Return the problem and the trainer that came along, None where none did.

    Raises
    ------
    TypeError
        If it is no module, Network or Problem.
    """
    if isinstance(model, torch.jit.ScriptModule):
        raise TypeError("model must be an nn.Module as it was before torch.jit made it a script")
    if isinstance(model, nn.Module):
        return None, None
    if isinstance(model, Problem):
        return model, None
    run = getattr(model, "run", model)
    if isinstance(problem := getattr(run, "problem", None), Problem):
        return problem, getattr(run, "trainer", None)
    hint = "; make an instance of it" if isinstance(model, type) else ""
    got = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    raise TypeError(f"model must be a torch.nn.Module, a Network or a Problem, got {got}{hint}")


def check_dtype(dtype: Any) -> torch.dtype | None:
    """Return the dtype to compute in; None is the model's own.

    Raises
    ------
    ValueError
        For any other than float32 and float64.
    """
    known = isinstance(dtype, str | torch.dtype) and dtype in _DTYPES
    if dtype is not None and not known:
        raise ValueError(f"dtype must be 'float32', 'float64' or None, got {dtype!r}")
    return None if dtype is None else _DTYPES[dtype]


def check_optimizer(optimizer: Any) -> Optimizer | float | None:
    """Return a torch optimizer, or the learning rate of one, or None.

    Raises
    ------
    TypeError, ValueError
        For anything else.
    """
    if optimizer is None or isinstance(optimizer, Optimizer):
        return optimizer
    if isinstance(found := getattr(optimizer, "optimizer", None), Optimizer):
        return found
    if isinstance(optimizer, bool | str) or not hasattr(optimizer, "__float__"):
        raise TypeError(
            f"optimizer must be a torch optimizer, a Trainer or a learning rate, got {optimizer!r}"
        )
    lr = float(optimizer)
    if not (math.isfinite(lr) and lr >= 0):
        raise ValueError(f"a learning rate must be finite and not negative, got {optimizer!r}")
    return lr


def to_inputs(
    model: nn.Module, problem: Problem | None, x: Any, target: Any, dtype: torch.dtype | None
) -> tuple[tuple[Tensor, ...], Any]:
    """Return the tensors to call the model with, and the target: the data's own for rows of it.

    Raises
    ------
    IndexError, TypeError, ValueError
        For rows that are not there, or what is no array of numbers.
    """
    like = next(iter(model.parameters()), torch.empty(0)).detach()[:0]
    if problem is not None:
        like = problem.Xt[:0]
        rows = _rows(x, len(problem.data))
        if rows is not None:
            target = problem.data.y[rows] if target is None else target
            return (_cast(problem.Xt[rows], dtype).clone(),), target
    if x is None:
        raise TypeError("x must be a sample or a batch; only a Network has data of its own")
    if isinstance(x, tuple) and x and all(isinstance(part, Tensor | np.ndarray) for part in x):
        return tuple(_tensor(p, _cast(like, dtype), f"x[{i}]") for i, p in enumerate(x)), target
    tensor = _tensor(x, _cast(like, dtype), "x")
    if tensor.ndim == 0:
        hint = " (a row's number needs a Network)" if isinstance(x, SupportsIndex) else ""
        raise ValueError(f"x must be a sample (d,) or a batch (n, ...), got one number{hint}")
    shape = None if problem is None else problem.row_shape
    alone = tensor.ndim == 1 or tensor.shape == shape
    tensor = tensor[None] if alone else tensor
    if shape is not None and tensor[:1].numel() == math.prod(shape):
        tensor = tensor.reshape(-1, *shape)  # rows (n, d) of pictures
    return (tensor,), _one_row(target) if alone and _is_array(target) else target


def _cast(tensor: Tensor, dtype: torch.dtype | None) -> Tensor:
    return tensor if dtype is None or not tensor.is_floating_point() else tensor.to(dtype)


def _rows(x: Any, n: int) -> slice | None:
    if x is None:
        return slice(None)
    if isinstance(x, slice):
        if not range(n)[x]:
            raise IndexError(f"x must take some of the {n} rows of the data, got {x}")
        return x
    if isinstance(x, bool | Tensor | np.ndarray) or not isinstance(x, SupportsIndex):
        return None
    row = index(x)
    if not -n <= row < n:
        raise IndexError(f"x must be a row 0 .. {n - 1} of the data, got {row}")
    return slice(row % n, row % n + 1)


def _is_array(target: Any) -> bool:
    return isinstance(target, Tensor | np.ndarray | np.generic | list | tuple | float | int)


def _one_row(target: Any) -> Any:
    """Return one sample's target as a batch of one: 0.8 is [0.8], and [0.8] stays."""
    value = to_array(target, "target")
    return value.reshape(1) if value.size == 1 else value if value.ndim > 1 else value[None]


def _tensor(value: Any, like: Tensor, name: str) -> Tensor:
    if isinstance(value, Tensor) and not value.is_floating_point():
        return value.detach().to(like.device, copy=True)
    array = value if isinstance(value, Tensor) else np.array(to_array(value, name))
    # Views and numpy's byte orders are copied with the rest.
    return torch.as_tensor(array).detach().to(like.device, like.dtype, copy=True)


@dataclass
class Targets:
    """What the outputs are compared with, and how: ready once the outputs are known."""

    loss: str | Callable[..., Tensor]
    target: Any

    def value(self, model: nn.Module, outputs: Any, like: Tensor) -> tuple[Tensor, Any, str]:
        """Return the loss of the outputs, the targets as a tensor, and the loss' name.

        Raises
        ------
        TypeError, ValueError
            If the two do not fit together.
        """
        if not isinstance(outputs, Tensor) or not isinstance(self.target, np.ndarray):
            return self._free(outputs)
        try:
            loss = self.loss
            if not isinstance(loss, Loss):
                loss = resolve(loss, model, self.target, outputs)
            targets = loss.targets(self.target, outputs, outputs.device, like.dtype)
            return loss(outputs, targets), targets, loss.name
        except (TypeError, ValueError) as error:
            raise type(error)(f"target and loss: {error}") from error

    def _free(self, outputs: Any) -> tuple[Tensor, Any, str]:
        if isinstance(self.loss, str | Loss):
            raise TypeError(
                f"the model returned a {type(outputs).__name__}, which a loss by name cannot "
                "take: pass a function of what it returns and the target as loss"
            )
        value: Any = self.loss(outputs, self.target)
        if not isinstance(value, Tensor) or value.ndim != 0:
            raise TypeError(f"loss must return a tensor without dimensions, got {value!r}")
        return value, self.target, "custom"


def line_up(loss: Any, target: Any, problem: Problem | None) -> Targets | None:
    """Return what makes a loss of outputs; None without a target.

    Raises
    ------
    TypeError, ValueError
        If there is a loss and no target, or a target that is none.
    """
    auto = isinstance(loss, str) and loss == "auto"
    if target is None:
        if auto:
            return None
        raise ValueError("target must be given for a loss: what are the outputs compared with?")
    if problem is not None and auto:
        loss = problem.loss
    if _is_array(target) or isinstance(loss, str | Loss):
        target = to_array(target, "target")
        target = target.reshape(-1) if target.ndim == 0 else target
    return Targets(loss, target)
