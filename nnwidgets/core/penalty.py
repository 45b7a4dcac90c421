"""What regularisation adds to the loss, and to its gradient."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

#: Of a share of the penalty, and of a learning rate: torch's kernels need what float32 can hold.
MOST = 1e38


class Penalty:
    """``l1 · Σ|w| + l2/2 · Σw²`` over the weights: parameters of two or more dimensions.

    Biases and the scales of normalisations have one and are left alone, so that a network stays
    free to say how much there is of each class. The gradient is ``l1 · sign(w) + l2 · w``: `l2` is
    what torch's optimizers call `weight_decay`, but for the biases, and `l1` has the derivative 0
    at 0 that torch takes for ``abs``. (Tikhonov 1943; Krogh and Hertz 1991; Tibshirani 1996.)

    Parameters
    ----------
    l1, l2 : float, default 0.0
        From 0 to 1e38, which float32 can still hold.

    Examples
    --------
    >>> model = torch.nn.Linear(2, 1)
    >>> torch.nn.init.constant_(model.weight, -2.0)
    Parameter containing:
    tensor([[-2., -2.]], requires_grad=True)
    >>> Penalty(l1=0.5, l2=0.25).value(model.parameters())  # 0.5 · 4 + 0.125 · 8
    3.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1, self.l2 = checked_rate("l1", l1), checked_rate("l2", l2)

    def __bool__(self) -> bool:
        return self.l1 > 0 or self.l2 > 0

    def value(self, parameters: Iterable[nn.Parameter]) -> float:
        """What it adds to the loss now; 0.0 where there are no weights."""
        flat = [p.detach().double().reshape(-1) for p in parameters if is_weight(p)]
        if not flat or not self:
            return 0.0
        weights = torch.cat(flat)
        size, square = weights.abs().sum().item(), weights.square().sum().item()
        return self.l1 * size + self.l2 / 2 * square

    def pull(self, parameters: Sequence[nn.Parameter]) -> None:
        """Add its gradient to each weight's ``grad``, in place."""
        for p in parameters:
            if p.grad is None and is_weight(p):  # the loss does not depend on it, the penalty does
                p.grad = torch.zeros_like(p)
        self.add_to([p.grad for p in parameters], parameters)

    def add_to(self, grads: Sequence[Tensor | None], parameters: Sequence[nn.Parameter]) -> None:
        """Add its gradient to these, one for each parameter, in place."""
        pairs = zip(grads, parameters, strict=True)
        pulled = [(g, p.detach()) for g, p in pairs if g is not None and is_weight(p)]
        gradients, values = [g for g, _ in pulled], [p for _, p in pulled]
        with torch.no_grad():
            if self.l1 and values:
                torch._foreach_add_(gradients, torch._foreach_sign(values), alpha=self.l1)
            if self.l2 and values:
                torch._foreach_add_(gradients, values, alpha=self.l2)


def is_weight(parameter: Tensor) -> bool:
    """Whether regularisation takes hold of a parameter."""
    return parameter.ndim >= 2 and parameter.requires_grad


def checked_rate(name: str, rate: float) -> float:
    """Return a share of the penalty as a float, or raise where it is not in 0 .. `MOST`."""
    try:
        if isinstance(rate, bool | str):
            raise TypeError
        value = float(rate)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be a number, got {rate!r}") from None
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} must be finite and not negative, got {rate!r}")
    if value > MOST:
        raise ValueError(f"{name} must be at most {MOST:g}, got {rate!r}")
    return value
