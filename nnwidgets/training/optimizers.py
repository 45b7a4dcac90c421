"""Optimizers by name, or from a function of the parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from nnwidgets.core import penalty
from nnwidgets.training._adam import FlatAdam, FlatAdamW
from nnwidgets.training._checks import number
from nnwidgets.training._flat_steps import FlatRMSprop, FlatSGD
from nnwidgets.training._uncompiled import uncompiled

Factory = Callable[[list[nn.Parameter]], Optimizer]
Maker = Callable[..., Optimizer]

DEFAULT_LR = 0.05


_PLAIN: dict[str, Maker] = {
    "sgd": uncompiled(SGD),
    "momentum": partial(uncompiled(SGD), momentum=0.9),
    "adam": uncompiled(Adam),
    "adamw": uncompiled(AdamW),
    "rmsprop": uncompiled(RMSprop),
}
# The same for a single tensor: torch's way of stepping many at once ("foreach") only costs there.
_FLAT: dict[str, Maker] = {
    "sgd": FlatSGD,
    "momentum": partial(FlatSGD, momentum=0.9),
    "adam": FlatAdam,
    "adamw": FlatAdamW,
    "rmsprop": FlatRMSprop,
}
NAMES = tuple(_PLAIN)


@dataclass(frozen=True)
class Recipe:
    """How to make an optimizer.

    Attributes
    ----------
    name : str
        One of `NAMES`, or "custom" for a factory.
    make : callable
        Called with the list of parameters.
    make_flat : callable or None
        Makes what computes the same for all parameters as one, called with a list of that one.
        None for a factory, whose optimizer may look at each parameter.
    """

    name: str
    make: Factory
    make_flat: Factory | None = None


def recipe(optimizer: str | Factory, lr: float | None) -> Recipe:
    """Read what a user gave as `optimizer` and `lr`.

    Parameters
    ----------
    optimizer : str or callable
        "sgd", "momentum" (SGD with momentum 0.9), "adam", "adamw" or "rmsprop", else torch's
        defaults; or a function that takes the list of parameters and makes a torch optimizer.
    lr : float, optional
        Default 0.05 for a name; for a factory its own. A number overrides a factory's.

    Raises
    ------
    ValueError, TypeError
        For an unknown name or anything that is neither.
    """
    if lr is not None:
        lr = checked_lr(lr)
    if isinstance(optimizer, str):
        if optimizer not in _PLAIN:
            raise ValueError(f"optimizer must be one of {', '.join(NAMES)}; got {optimizer!r}")
        rate = DEFAULT_LR if lr is None else lr
        return Recipe(
            optimizer, partial(_PLAIN[optimizer], lr=rate), partial(_FLAT[optimizer], lr=rate)
        )
    if isinstance(optimizer, Optimizer):
        raise TypeError(
            "optimizer must be a name or a function that makes one, so that reset() can make "
            f"it anew; got a {type(optimizer).__name__}. Write "
            f"lambda params: torch.optim.{type(optimizer).__name__}(params, ...)"
        )
    if not callable(optimizer):
        raise TypeError(
            f"optimizer must be one of {', '.join(NAMES)} or a function of the parameters; "
            f"got {optimizer!r}"
        )
    return Recipe("custom", partial(_make_custom, optimizer, lr))


def checked_lr(lr: float) -> float:
    """Return `lr` as a float, or raise ValueError where it is not in 0 .. `penalty.MOST`."""
    value = number("lr", lr)
    if isinstance(lr, bool):
        raise TypeError(f"lr must be a number, got {lr!r}")
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"lr must be finite and not negative, got {lr!r}")
    if value > penalty.MOST:
        raise ValueError(f"lr must be at most {penalty.MOST:g}, got {lr!r}")
    return value


def _make_custom(factory: Factory, lr: float | None, parameters: list[nn.Parameter]) -> Optimizer:
    optimizer = factory(parameters)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"the optimizer factory must return a torch.optim.Optimizer, got {optimizer!r}"
        )
    groups = optimizer.param_groups
    moved = {id(p) for group in groups for p in group["params"]}
    if moved.isdisjoint(map(id, parameters)):
        raise ValueError(
            "the optimizer factory must use the parameters it is given; the optimizer it "
            "returned has none of the model's"
        )
    for group in groups if lr is not None else ():
        group["lr"] = lr
    return optimizer
