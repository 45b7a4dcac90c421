"""The affine maps of a model's layers, where it is one layer after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from nnwidgets.core.collapse._double import Double
from nnwidgets.core.collapse._map import by_moving
from nnwidgets.core.collapse._subject import Subject

_STEP = 2.0**30


class Step(NamedTuple):
    """One layer as an affine map of the layer before it.

    Attributes
    ----------
    name : str
        The module's path in the model; "model" for the model as a whole.
    W : Tensor of float64, shape (out, in)
    b : Tensor of float64, shape (out,)
        Pictures and sequences are laid out as rows, in the order of ``Tensor.flatten``.
    """

    name: str
    W: Tensor
    b: Tensor


@dataclass(eq=False)
class _Call:
    """A module that was called, with those that it called."""

    name: str
    module: nn.Module
    given: Tensor
    out: Tensor | None = None
    inner: list[_Call] = field(default_factory=list)
    #: Changes in place that the two had seen.
    versions: tuple[int, int] = (0, 0)


def steps(model: Subject) -> Iterator[Step]:
    """Yield the maps of a model's layers, those left out that hand their input on as it is.

    A module whose parts are no chain, as a sum of two branches, is one step; so may be the model.
    """
    whole = _record(model)
    for call in _links(whole):
        assert call.out is not None
        if _hands_on(call):
            continue
        shape = tuple(call.given.shape[1:])

        def run(rows: Tensor, call: _Call = call, shape: tuple[int, ...] = shape) -> Tensor:
            with Double():
                made: Tensor = call.module(rows.reshape(-1, *shape))
            return made.reshape(len(rows), -1)

        W, b = by_moving(run, math.prod(shape), call.out[0].numel(), _STEP)
        yield Step(call.name, W, b)


def _record(model: Subject) -> _Call:
    generator = torch.Generator().manual_seed(4)
    row = torch.randn(1, *model.input_shape, dtype=torch.float64, generator=generator)
    root = _Call("", model.double, row)
    running = [root]

    def begin(name: str) -> Any:
        def enter(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            single = len(args) == 1 and not kwargs and isinstance(args[0], Tensor)
            call = _Call(name or "model", module, args[0] if single else torch.empty(0))
            running[-1].inner.append(call)
            running.append(call)

        return enter

    def end(_module: nn.Module, _args: Any, out: Any) -> None:
        call = running.pop()
        call.out = out if isinstance(out, Tensor) else None
        call.versions = (_version(call.given), _version(call.out))

    with ExitStack() as hooks, Double():
        for name, module in model.double.named_modules():
            before = module.register_forward_pre_hook(begin(name), with_kwargs=True)
            hooks.callback(before.remove)
            hooks.callback(module.register_forward_hook(end).remove)
        model.double(row)
    return root.inner[0]


def _links(call: _Call) -> Iterator[_Call]:
    if call.inner and _is_chain(call):
        for part in call.inner:
            yield from _links(part)
    else:
        yield call


def _is_chain(call: _Call) -> bool:
    """Whether a module does nothing but hand its input from one of its parts to the next."""
    given, version = call.given, _version(call.inner[0].given)
    for part in call.inner:
        fits = part.given is given and part.out is not None and len(part.out) == len(given)
        if not fits or part.versions[0] != version:
            return False
        assert part.out is not None
        given, version = part.out, part.versions[1]
    return given is call.out and version == call.versions[1]


def _hands_on(call: _Call) -> bool:
    given, out = call.given, call.out
    assert out is not None
    return given.numel() == out.numel() and torch.equal(given.flatten(), out.flatten())


def _version(tensor: Tensor | None) -> int:
    """How often a tensor has been changed in place; inference tensors do not count."""
    return 0 if tensor is None or tensor.is_inference() else tensor._version
