"""Run a model in double precision, whatever precision its ``forward`` asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

_CASTS = frozenset({"float", "half", "bfloat16", "to", "type", "type_as"})


class Double(TorchFunctionMode):
    """Lifts to float64 what a ``forward`` makes, or has kept, in a lower precision.

    A recurrent ``forward`` begins with ``torch.zeros(n, hidden)``, which is float32, and could not
    add float64 to it. A cast to a lower precision is left out, as it only rounds.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        name = getattr(func, "__name__", "")
        if any(map(_is_double, args)) and not _writes(name):
            args = [value.double() if _is_low(value) else value for value in args]
        out = func(*args, **(kwargs or {}))
        if _is_low(out):
            return args[0] if name in _CASTS and _is_double(args[0]) else out.double()
        if type(out) in (tuple, list) and any(map(_is_low, out)):
            return type(out)(part.double() if _is_low(part) else part for part in out)
        return out


def _is_double(value: Any) -> bool:
    return isinstance(value, Tensor) and value.dtype is torch.float64


def _is_low(value: Any) -> bool:
    low = isinstance(value, Tensor) and value.is_floating_point()
    return low and value.dtype is not torch.float64


def _writes(name: str) -> bool:
    """Whether a function changes its first argument, so that a copy would not do."""
    return name.startswith(("__set", "__i")) or (name.endswith("_") and not name.endswith("__"))


def to_double(model: nn.Module) -> nn.Module:
    """Turn a model's parameters, buffers and plain tensors into float64, in place."""
    model.double()
    for module in model.modules():
        for name, value in vars(module).items():
            if _is_low(value):
                vars(module)[name] = value.double()
    return model


@contextmanager
def apart() -> Iterator[None]:
    """Have a block leave no trace: random numbers put back, no graph, no default device."""
    randomness, plain = torch.random.fork_rng([]), torch.autocast("cpu", enabled=False)
    # A device to make tensors on costs time at every call.
    here = torch.get_default_device().type == "cpu"
    device: AbstractContextManager[Any] = nullcontext() if here else torch.device("cpu")
    # In this order: leaving inference mode turns the recording of graphs on.
    with randomness, plain, device, torch.inference_mode(False), torch.no_grad():
        yield
