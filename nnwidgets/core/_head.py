"""What a model ends in: raw outputs, probabilities or their logarithms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor, nn

HEADS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "linear": lambda z: z,
        "sigmoid": torch.sigmoid,
        "softmax": lambda z: torch.softmax(z, -1),
        "log_softmax": lambda z: torch.log_softmax(z, -1),
    }
)
"""The heads nnwidgets understands, and what each makes of the last layer's (n, k) values."""

_BACKWARD = {"Sigmoid": "sigmoid", "Softmax": "softmax", "LogSoftmax": "log_softmax"}
# What may stand between the head and the model's output without changing a value.
_RESHAPES = frozenset(
    {"View", "UnsafeView", "ReshapeAlias", "Squeeze", "Unsqueeze", "Alias", "Clone", "ToCopy"}
)
_PARTS = frozenset({"Select", "Slice"})


def head_of_module(module: nn.Module) -> str | None:
    """Return the head that ``module`` is, or None if it is none (a softmax over rows)."""
    if type(module) is nn.Sigmoid:
        return "sigmoid"
    if isinstance(module, nn.Softmax | nn.LogSoftmax) and module.dim in (None, 1, -1):
        return {nn.Softmax: "softmax", nn.LogSoftmax: "log_softmax"}.get(type(module))
    return None


def head_of_outputs(outputs: Tensor) -> str:
    """Return the head that made ``outputs``, read off their autograd graph.

    This finds a ``torch.sigmoid`` at the end of any ``forward``, which no module tells of. One
    column of a softmax is a probability like a sigmoid's and counts as "sigmoid". Outputs
    without a graph count as "linear".
    """
    node = outputs.grad_fn
    part = False
    while node is not None and (kind := _kind(node)) in _RESHAPES | _PARTS:
        part = part or kind in _PARTS
        node = node.next_functions[0][0]
    head = "linear" if node is None else _BACKWARD.get(_kind(node), "linear")
    if head in ("linear", "sigmoid"):
        return head
    # torch keeps a negative dimension as an unsigned integer.
    if getattr(node, "_saved_dim", None) not in (1, -1, 2**64 - 1):
        return "linear"
    if part:
        return "sigmoid" if head == "softmax" else "linear"
    return head


def _kind(node: torch.autograd.graph.Node) -> str:
    """Return "Sigmoid" of a "SigmoidBackward0"."""
    return node.name().rstrip("0123456789").removesuffix("Backward")
