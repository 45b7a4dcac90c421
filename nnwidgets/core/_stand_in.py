"""Copies of a model and its optimizer, on which a step can be made that nobody notices."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from nnwidgets.core.penalty import Penalty

Gradients = dict[str, Tensor]


def copied(model: nn.Module, memo: dict[int, Any], dtype: torch.dtype | None) -> nn.Module:
    """Copy a model with its hooks, for ``dtype`` if one is given; ``memo`` learns who is who.

    Raises
    ------
    ValueError
        If something in the model cannot be copied.
    """
    for module in model.modules():
        for name, value in vars(module).items():
            if isinstance(value, dict) and "hooks" in name:
                memo[id(value)] = OrderedDict(value)  # the same: one may be half a program
            elif isinstance(value, Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()  # what weight_norm has computed last
    try:
        twin: nn.Module = copy.deepcopy(model, memo)
    except Exception as error:
        raise ValueError(
            f"the model could not be copied: {type(error).__name__}: {error}"
        ) from error
    return twin if dtype is None else twin.to(dtype)


def optimizer_for(
    optimizer: Optimizer | float, model: nn.Module, twin: nn.Module, memo: dict[int, Any]
) -> Optimizer:
    """Copy an optimizer of ``model``, state and all, for its copy; a number is SGD's lr.

    Raises
    ------
    ValueError
        If it has none of the model's parameters, or cannot be copied.
    """
    if not isinstance(optimizer, Optimizer):
        return SGD(twin.parameters(), lr=optimizer)
    moved = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if moved.isdisjoint(map(id, model.parameters())):
        raise ValueError("optimizer must move parameters of this model, got one that has none")
    other: Optimizer = object.__new__(type(optimizer))
    try:
        for name, value in vars(optimizer).items():
            if "hooks" in name:
                vars(other)[name] = OrderedDict()
            elif name != "step":  # a scheduler has put its own there
                vars(other)[name] = copy.deepcopy(value, memo)
    except Exception as error:
        raise ValueError(
            f"the optimizer could not be copied: {type(error).__name__}: {error}"
        ) from error
    for parameter, state in other.state.items():
        for name, value in state.items():
            alike = isinstance(value, Tensor) and value.is_floating_point() and value.ndim > 0
            if alike and isinstance(parameter, Tensor):
                state[name] = value.to(parameter.dtype)
    return other


def update(
    optimizer: Optimizer,
    parameters: dict[str, nn.Parameter],
    gradients: Gradients,
    loss: Tensor,
    again: Callable[[], tuple[Tensor, Gradients]],
    penalty: Penalty,
) -> Gradients:
    """Make one step and say by how much every parameter has moved.

    Parameters
    ----------
    again : callable
        Computes loss and gradients anew, for an optimizer that asks more than once.
    penalty : Penalty
        Added to them.
    """
    before = {name: p.detach().clone() for name, p in parameters.items()}

    def use(found: Gradients) -> None:
        for name, p in parameters.items():
            gradient = found.get(name)
            p.grad = None if gradient is None else gradient.clone()
        if penalty:
            penalty.pull(list(parameters.values()))

    calls = 0

    def closure() -> Tensor:
        nonlocal calls
        calls += 1
        value, found = (loss, gradients) if calls == 1 else again()
        use(found)
        return value.detach() + penalty.value(parameters.values())

    use(gradients)
    optimizer.step(closure)  # type: ignore[arg-type]  # torch's own take a tensor
    return {name: p.detach() - before[name] for name, p in parameters.items()}
