"""A symbol that goes through a ``forward`` in place of numbers, and notes what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from torch import nn

from nnwidgets.core.activations import Sine


@dataclass(frozen=True)
class Step:
    """One module that is called on what the step before returned.

    Attributes
    ----------
    path : str or None
        The module's path in the model; None for a function, such as ``torch.tanh(x)``.
    module : nn.Module
        The model's own, or a new one that computes what the function does.
    """

    path: str | None
    module: nn.Module


class NotAChain(Exception):
    """A ``forward`` does what is no chain of known steps."""


class _Rows:
    """The number of rows, which nobody knows: it can be handed on, but nothing can depend on it."""

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "n"

    def __eq__(self, other: object) -> NoReturn:
        raise NotAChain("something depends on the number of rows")

    def __bool__(self) -> NoReturn:
        raise NotAChain("something depends on the number of rows")


_ROWS = _Rows()


class Symbol:
    """Stands for the values (n, columns) that a step has made, and is used up by the next.

    What is not defined here raises, as it should: ``x + y``, ``x[:, 0]``, ``x > 0``, ``len(x)``.
    (``if x`` does not, but with tensors of several values, on which no such model runs.)

    Parameters
    ----------
    steps : list of Step
        Where every step is noted.
    columns : int
    """

    ndim = 2

    def __init__(self, steps: list[Step], columns: int) -> None:
        self._steps = steps
        self._columns = columns
        self.unused = True

    def step(self, step: Step, columns: int | None = None) -> Symbol:
        """Note a step and return what it makes, of as many columns if no number is given."""
        self._steps.append(step)
        return self._next(self._columns if columns is None else columns)

    def _next(self, columns: int) -> Symbol:
        if not self.unused:
            raise NotAChain("a value is used twice")
        self.unused = False
        return Symbol(self._steps, columns)

    def call(self, name: str, *args: object, **kwargs: object) -> Symbol:
        """Do what torch's function or method of that name does."""
        name = name.removesuffix("_")  # in place is the same to a chain
        if name in _UNCHANGED:
            return self._next(_UNCHANGED[name](self._columns, *args, **kwargs))
        # A slope that is a tensor may be trained.
        if not all(isinstance(value, _PLAIN) for value in (*args, *kwargs.values())):
            raise NotAChain(f"{name} with an argument that may change")
        return self.step(Step(None, _FUNCTIONS[name](*args, **kwargs)))

    @classmethod
    def __torch_function__(
        cls,
        function: Callable[..., object],
        types: object,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any] | None = None,
    ) -> Symbol:
        """Take a call of one of torch's functions."""
        first, *rest = args
        return Symbol.call(first, function.__name__, *rest, **(kwargs or {}))

    def __getattr__(self, name: str) -> Callable[..., Symbol]:
        if name.removesuffix("_") in _METHODS:
            return partial(self.call, name)
        raise AttributeError(name)

    @property
    def shape(self) -> tuple[_Rows, int]:
        """The shape, of which the rows are never known."""
        return _ROWS, self._columns

    def size(self, dim: int | None = None) -> object:
        """Return the shape or a part of it."""
        return self.shape if dim is None else self.shape[dim]

    def dim(self) -> int:
        """Return the number of dimensions."""
        return self.ndim


def _softmax(
    kind: type[nn.Softmax | nn.LogSoftmax],
    dim: int | None = None,
    _stacklevel: int = 3,
    dtype: None = None,
) -> nn.Module:
    if dtype is not None:
        raise NotAChain("a softmax of another dtype")
    return kind(dim)


_PLAIN = (bool, int, float, str, type(None))

# By their names in torch, torch.nn.functional and Tensor, where the same name is the same function.
# Each module takes what the function takes after the values, with the same defaults.
_FUNCTIONS: Mapping[str, Callable[..., nn.Module]] = {
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
    "sin": Sine,
    "softmax": partial(_softmax, nn.Softmax),
    "log_softmax": partial(_softmax, nn.LogSoftmax),
}


def _cast(columns: int) -> int:
    return columns


def _dropout(columns: int, p: float = 0.5, training: bool = True, inplace: bool = False) -> int:
    if training is not False:
        raise NotAChain("a dropout that is on in evaluation mode")
    return columns


def _flatten(columns: int, start_dim: int = 0, end_dim: int = -1) -> int:
    if start_dim not in (1, -1) or end_dim not in (1, -1):
        raise NotAChain("rows are flattened as well")
    return columns


def _view(columns: int, *shape: Any) -> int:
    rows, wanted = shape[0] if len(shape) == 1 else shape
    if rows is not _ROWS and rows != -1:
        raise NotAChain("a fixed number of rows")
    if wanted not in (columns, -1):
        raise NotAChain("another number of columns")
    return columns


# What returns the values as they were: given the columns and the function's own arguments, each
# returns the columns, or raises where there is more to it.
_UNCHANGED: Mapping[str, Callable[..., int]] = {
    "float": _cast,
    "double": _cast,
    "contiguous": _cast,
    "dropout": _dropout,
    "flatten": _flatten,
    "view": _view,
    "reshape": _view,
}

_METHODS = frozenset({*_FUNCTIONS, *_UNCHANGED})
