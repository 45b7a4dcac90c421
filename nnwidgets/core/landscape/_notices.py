"""What a user should know of how a model in training mode is evaluated."""

from __future__ import annotations

import warnings

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd


def notice_training_mode(model: nn.Module, stacklevel: int) -> None:
    """Warn that dropout and batch norm in training mode are evaluated in evaluation mode."""
    found = [
        f"{type(module).__name__} {name!r}"
        for name, module in model.named_modules()
        if module.training and _differs(module)
    ]
    if found:
        shown = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
        warnings.warn(
            f"the model is in training mode and has {shown}: the loss surface is computed in "
            "evaluation mode (no dropout, running statistics), the model stays as it is",
            UserWarning,
            stacklevel=stacklevel + 1,
        )


def _differs(module: nn.Module) -> bool:
    if isinstance(module, _BatchNorm):
        return True
    if isinstance(module, _DropoutNd):
        return module.p > 0
    if isinstance(module, nn.RNNBase | nn.MultiheadAttention):
        return float(module.dropout) > 0
    return isinstance(module, nn.RReLU)
