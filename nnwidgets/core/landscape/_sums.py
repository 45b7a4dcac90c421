"""The named losses, summed over a stretch of the samples for many cells at once."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from nnwidgets.core.losses import Loss

#: Of a piece's last values z (m, k, rows), which it may overwrite, and targets (k, rows), or
#: (rows,) for classes: the sums (m,) of its samples' losses, in float64.
Sums = Callable[[Tensor, Tensor], Tensor]

_SAFE = 20.0  # a sigmoid of less than this is not yet rounded to 1 in float64


def sums_of(loss: Loss, head: str) -> Sums:
    """Return what sums the losses of a model that ends in ``head``.

    Each is written so that no digits cancel where a sample is all but right, since there a
    float32 ``log(p)`` would be left with none.
    """
    if loss.name == "cross_entropy":
        return _of_probabilities if head == "softmax" else _cross_entropy
    if loss.name == "bce":
        return _bce if head == "sigmoid" else _bce_of_logits
    share = 0.5 if loss.name == "half_mse" else 1
    return lambda z, y: _squares(with_head(head, z), y) * share


def with_head(head: str, z: Tensor) -> Tensor:
    """Return the model's outputs (m, k, rows) for the last layer's values."""
    if head == "sigmoid":
        return z.sigmoid_()
    if head == "softmax":
        return torch.softmax(z, 1)
    return torch.log_softmax(z, 1) if head == "log_softmax" else z


def _total(each: Tensor) -> Tensor:
    return each.flatten(1).sum(1, dtype=torch.float64)


def _squares(z: Tensor, y: Tensor) -> Tensor:
    return _total(z.sub_(y).square_())


def _bce_of_logits(z: Tensor, y: Tensor) -> Tensor:
    if bool(((y == 0) | (y == 1)).all()):
        return _total(_softplus(z.mul_(1 - 2 * y)))
    return _total(y * _softplus(-z) + (1 - y) * _softplus(z))


def _softplus(z: Tensor) -> Tensor:
    return F.softplus(z, threshold=40)  # torch's default, 20, is right to nine digits only


def _bce(z: Tensor, y: Tensor) -> Tensor:
    if z.dtype == torch.float32 and bool(z.abs().amax() <= _SAFE):
        return _bce_of_logits(z, y)
    # Beyond, rounded probabilities and torch's bound on their logarithms are part of the loss.
    p = torch.sigmoid(z.double())
    right, wrong = p.log().clamp_(min=-100), torch.log1p(-p).clamp_(min=-100)
    return -_total(y * right + (1 - y) * wrong)


def _cross_entropy(z: Tensor, y: Tensor) -> Tensor:
    return _surprise(z, y).sum(1, dtype=torch.float64)


def _of_probabilities(z: Tensor, y: Tensor) -> Tensor:
    most = -math.log(torch.finfo(torch.float64).tiny)  # where losses bounds the logarithm
    return _surprise(z, y).clamp_(max=most).sum(1, dtype=torch.float64)


def _surprise(z: Tensor, y: Tensor) -> Tensor:
    """Return log Σ exp(z_j − z_y) for each sample, (m, rows)."""
    index = y.expand(len(z), 1, -1)
    others = z.sub_(z.gather(1, index)).exp_().scatter_(1, index, 0)
    return others.sum(1).log1p_()
