"""What the modules inside a model are given and return, noted down by forward hooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from nnwidgets.core import activations
from nnwidgets.core._stack import LINEAR


@dataclass
class Call:
    """One call of a module that returned a row of units for each sample.

    Attributes
    ----------
    path : str
        The module's path in the model.
    reads : int or None
        Index of the call whose activations it was given; -1 for the model's input, None for
        anything else.
    z, a : Tensor, shape (n, units)
        Copies of what it returned, and of what the activation module after it made of that.
    activation : mapping or None
        That activation, described; None where the table does not have it.
    """

    path: str
    module: nn.Module
    reads: int | None
    z: Tensor
    a: Tensor
    # Kept, so that no later tensor gets its memory: who follows whom is told by address.
    output: Tensor = field(repr=False)
    activation: Mapping[str, object] | None = field(default_factory=lambda: LINEAR)
    activated: bool = False


@contextmanager
def record(model: nn.Module) -> Iterator[list[Call]]:
    """Note the calls of the last forward pass that this thread runs inside the block."""
    recorder = _Recorder()
    with ExitStack() as hooks:
        # Always called, so that a pass which raises half-way leaves nothing behind.
        handle = model.register_forward_pre_hook(recorder.begin, with_kwargs=True)
        hooks.callback(handle.remove)
        for path, module in _leaves(model):
            handle = module.register_forward_hook(recorder.hook(path), with_kwargs=True)
            hooks.callback(handle.remove)
        yield recorder.calls


def _leaves(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    for path, module in model.named_modules():
        # A weight-normed Linear has parts, which make its weight and are no layers.
        inside = "parametrizations" in path.split(".")
        if not inside and (
            isinstance(module, nn.Linear) or not any(True for _ in module.children())
        ):
            yield path, module


class _Recorder:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._input: Tensor | None = None
        self._thread = threading.get_ident()

    def begin(self, _: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if threading.get_ident() == self._thread:
            self.calls.clear()
            self._input = _first_tensor(args, kwargs)

    def hook(self, path: str) -> Callable[..., None]:
        def note(module: nn.Module, args: Any, kwargs: Any, output: Any) -> None:
            # Whoever calls the model from another thread meanwhile is not what is asked for.
            if threading.get_ident() == self._thread:
                self._note(path, module, _first_tensor(args, kwargs), output)

        return note

    def _note(self, path: str, module: nn.Module, source: Tensor | None, output: Any) -> None:
        rows = None if self._input is None else len(self._input)
        if not isinstance(output, Tensor) or output.ndim != 2 or len(output) != rows:
            return
        before = next((c for c in reversed(self.calls) if _same(c.output, source)), None)
        if before is not None and not before.activated and _is_activation(module, output, source):
            before.a, before.output = output.detach().clone(), output
            before.activation, before.activated = activations.describe(module), True
        elif not _same(output, source):  # else it passed its input on, as Dropout and Identity do
            copy = output.detach().clone()  # an activation in place may overwrite the output
            self.calls.append(Call(path, module, self._origin(source), copy, copy, output))

    def _origin(self, source: Tensor | None) -> int | None:
        """Tell whose numbers a module was given."""
        if source is None or _same(source, self._input):
            return None if source is None else -1
        for index, call in reversed(list(enumerate(self.calls))):
            # By value as well: a sum in place has the address of what it was added to.
            if _same(call.output, source) and torch.equal(call.a, source.detach()):
                return index
        return None


def _first_tensor(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    return next((v for v in (*args, *kwargs.values()) if isinstance(v, Tensor)), None)


def _same(one: Tensor | None, other: Tensor | None) -> bool:
    """Whether two tensors show the same memory in the same way."""
    if one is None or other is None:
        return False
    return (
        one.data_ptr() == other.data_ptr()
        and one.shape == other.shape
        and one.stride() == other.stride()
    )


def _is_activation(module: nn.Module, output: Tensor, source: Tensor | None) -> bool:
    if source is None or output.shape != source.shape or type(module) is nn.Identity:
        return False
    home = type(module).__module__
    return activations.describe(module) is not None or home == torch.nn.modules.activation.__name__
