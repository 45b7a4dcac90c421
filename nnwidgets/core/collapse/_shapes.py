"""The shape of one input: checked, or guessed from a model's first layer."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable
from operator import index
from typing import Any

from torch import nn

from nnwidgets.core.input_features import InputFeatures

_BATCHED = {nn.Conv1d: 2, nn.Conv2d: 3, nn.Conv3d: 4}


def check_forward(model: nn.Module) -> None:
    """Raise TypeError for a model that takes other than one input."""
    try:
        parameters = inspect.signature(model.forward).parameters.values()
    except (TypeError, ValueError):
        return
    needed = [p.name for p in parameters if p.default is p.empty and p.kind in (0, 1, 3)]
    if type(model).forward is nn.Module.forward:
        raise TypeError(f"{type(model).__name__} has no forward: it cannot be called")
    several = len(needed) > 1 or any(
        p.kind == p.KEYWORD_ONLY for p in parameters if p.name in needed
    )
    if several or not any(p.kind in (0, 1, 2) for p in parameters):
        raise TypeError(
            f"the model must take one tensor, its forward takes ({', '.join(needed)}): wrap it in "
            "a module of one input, or join the inputs into one"
        )


def check_shape(shape: Any) -> tuple[int, ...]:
    """Return a shape as ints; one number is a row of so many features.

    Raises
    ------
    TypeError, ValueError
        If it is none.
    """
    sizes = shape if isinstance(shape, Iterable) and not isinstance(shape, str) else (shape,)
    try:
        found = tuple(-1 if isinstance(size, bool) else index(size) for size in sizes)
    except TypeError:
        raise TypeError(
            "input_shape must be whole numbers, the shape of one input without the batch, "
            f"got {shape!r}"
        ) from None
    if not found or min(found) < 1:
        raise ValueError(
            "input_shape must be one or more positive numbers, as (2,) or (1, 28, 28), "
            f"got {shape!r}"
        )
    return found


def guesses(model: nn.Module) -> list[tuple[int, ...]]:
    """List input shapes that the first layer with a say leaves open; none for a picture's size."""
    for module in model.modules():
        if isinstance(module, nn.Linear | InputFeatures):
            return [(module.in_features,)]
        if isinstance(module, nn.Bilinear | nn.modules.conv._ConvNd | nn.RNNBase | nn.RNNCellBase):
            return []
        if isinstance(module, nn.BatchNorm1d):
            return [(module.num_features,)]
        if isinstance(module, nn.Unflatten):
            return [(math.prod(module.unflattened_size),)]
    return []


def hint(model: nn.Module, shape: tuple[int, ...]) -> str:
    """Say what may be wrong with a shape that a model could not be called on."""
    for module in model.modules():
        if isinstance(module, nn.Embedding):
            return "; an nn.Embedding reads whole numbers, of which there is no affine map"
        dimensions = _BATCHED.get(type(module))  # type: ignore[arg-type]
        if dimensions is not None and len(shape) == dimensions + 1:
            return "; input_shape is the shape of one input, without the batch"
        if dimensions is not None or isinstance(module, nn.Linear):
            break
    return ""
