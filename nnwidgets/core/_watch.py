"""Watch what a model calls while it runs, in one thread and without changing it.

``torch.overrides.TorchFunctionMode`` shows every call of torch's functions with its arguments,
those that modules make as well as those that a ``forward`` makes by itself. It also keeps torch
from taking short cuts past them: a TransformerEncoderLayer in evaluation mode would otherwise run
as one fused function that no hook sees.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


class Watch(TorchFunctionMode):
    """Shows each call of a torch function, and in which module it was made.

    Parameters
    ----------
    model : nn.Module
        Hooks on it keep track of the module at work; they are removed on leaving.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self._model = model
        self._thread = threading.get_ident()
        self._hooks = ExitStack()
        self._paths: list[str] = []
        self._uses: Counter[str] = Counter()

    @property
    def path(self) -> str:
        """The path of the innermost module that is running; "" in the model's own forward."""
        return self._paths[-1] if self._paths else ""

    def place(self, function: str) -> str:
        """Where a call is made now: the path of its module, or else its function's name."""
        inside = self.path
        owner = self._model.get_submodule(inside)
        children = any(True for _ in owner.children())
        single = not children or isinstance(owner, nn.MultiheadAttention)
        return (inside if single else f"{inside}.{function}".lstrip(".")) or function

    def name(self, function: str) -> str:
        """What to call a step made now: its place, or "... (2)" for the second made there."""
        base = self.place(function)
        self._uses[base] += 1
        return base if self._uses[base] == 1 else f"{base} ({self._uses[base]})"

    def called(
        self, function: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> Any:
        """Make a call that the model makes, and return its result; for subclasses."""
        del name
        return function(*args, **kwargs)

    def entered(self, path: str) -> None:
        """A module begins; for subclasses."""

    def returned(self, path: str, module: nn.Module, output: Any) -> None:
        """A module returned; for subclasses."""

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Any = None
    ) -> Any:
        return self.called(func, getattr(func, "__name__", ""), args, kwargs or {})

    def __enter__(self) -> Any:
        for path, module in self._model.named_modules():
            before = module.register_forward_pre_hook(self._begin(path))
            self._hooks.callback(before.remove)
            after = module.register_forward_hook(self._end(path), always_call=True)
            self._hooks.callback(after.remove)
        return super().__enter__()  # type: ignore[no-untyped-call]

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)  # type: ignore[no-untyped-call]
        self._hooks.close()

    def _begin(self, path: str) -> Any:
        def begin(_module: nn.Module, _args: Any) -> None:
            if threading.get_ident() == self._thread:
                self._paths.append(path)
                self.entered(path)

        return begin

    def _end(self, path: str) -> Any:
        def end(module: nn.Module, _args: Any, output: Any) -> None:
            if threading.get_ident() == self._thread and self._paths:
                self._paths.pop()
                self.returned(path, module, output)

        return end


def bound(names: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a call's arguments by name."""
    return dict(zip(names, args, strict=False)) | dict(kwargs)


def floats(tensor: Tensor) -> Any:
    """Copy a tensor as a float32 array, whatever its precision and wherever it is."""
    return tensor.detach().to("cpu", torch.float32, copy=True).contiguous().numpy()


def original(model: nn.Module) -> nn.Module:
    """Return the module that ``torch.compile`` wrapped, which can be watched; else the module.

    Raises
    ------
    ValueError
        For TorchScript, whose calls nobody sees.
    """
    inner = getattr(model, "_orig_mod", model)
    if isinstance(inner, torch.jit.ScriptModule):
        raise ValueError(
            "a TorchScript module cannot be looked into: pass the nn.Module it was made from"
        )
    return inner if isinstance(inner, nn.Module) else model
