"""A model's parameters as one flat vector, read from and written into the live module."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import nn

from nnwidgets.core._arrays import did_you_mean
from nnwidgets.core._slot import Slot, check_all

Layout = Literal["torch", "keras"]
Assignment = tuple[NDArray[np.int64], NDArray[Any]]

# A name may have brackets itself, as a module's may be any text without a dot.
_REFERENCE = re.compile(r"(?P<name>.+)\[(?P<subscript>[^\[\]]*)\]\s*", re.DOTALL)


class Parameters:
    """The model's parameters as one flat vector, in the order of ``model.named_parameters()``.

    Names and shapes are those of ``model.state_dict()``. A tied parameter is one entry under its
    first name; its other names are understood wherever a name is asked for. The tensors are
    looked up in the module at every read and write, so they may be moved, replaced
    (``load_state_dict(assign=True)``) or given another storage, as long as they keep their shape.

    Parameters
    ----------
    model : nn.Module
        Any module whose parameters are of floating dtype.

    Attributes
    ----------
    names : tuple of str
    shapes : dict of str to tuple of int
    offsets : dict of str to int
        Where each parameter starts in the flat vector, row-major.
    size : int
        The length of the flat vector.
    buffers : frozenset of str
        Names in ``model.state_dict()`` that are no parameters'.
    dtype : numpy dtype
        float64 if any parameter is float64, else float32 (half and bfloat16 read as float32).

    Raises
    ------
    TypeError
        If ``model`` is not a module, or a parameter is of integer or complex dtype.
    ValueError
        If the model has no parameters, or one that is lazy or on the meta device.

    Examples
    --------
    >>> parameters = Parameters(nn.Linear(2, 1))
    >>> parameters.names, parameters.size
    (('weight', 'bias'), 3)
    >>> parameters.write(*parameters.parse({"weight": [[1.0, -1.0]]}))
    >>> parameters.arrays()["weight"]
    array([[ 1., -1.]], dtype=float32)
    """

    def __init__(self, model: nn.Module) -> None:
        _check_module(model)
        named = dict(model.named_parameters())
        if not named:
            raise ValueError(f"model must have parameters, got {type(model).__name__} with none")
        self._model = model
        self._slots, start = list[Slot](), 0
        for name in named:
            slot = Slot(model, name, start)
            self._slots.append(slot)
            start = slot.stop
        if start == 0:
            raise ValueError("model must have parameters, got only empty ones (of size 0)")
        self.size = start
        self.names = tuple(named)
        self.shapes = {slot.name: slot.shape for slot in self._slots}
        self.offsets = {slot.name: slot.start for slot in self._slots}
        double = any(p.dtype is torch.float64 for p in named.values())
        self.dtype: np.dtype[Any] = np.dtype(np.float64 if double else np.float32)
        self._stops = np.array([slot.stop for slot in self._slots])
        self._by_name = _aliases(model, named, self._slots)
        self.buffers = frozenset(name for name, _ in model.named_buffers())

    @property
    def tensors(self) -> dict[str, nn.Parameter]:
        """The live Parameter objects, by name."""
        return {slot.name: slot.live() for slot in self._slots}

    @property
    def first(self) -> nn.Parameter:
        """The first parameter: its device and dtype are what the model's input should have."""
        return self._slots[0].live()

    def check(self) -> None:
        """Raise ValueError if the model has not the parameters any more that were read."""
        check_all(self._model, self._slots)

    def read(self) -> NDArray[Any]:
        """Return the parameters as a new flat vector of shape (size,)."""
        flat = np.empty(self.size, self.dtype)
        for slot in self._slots:
            slot.read(flat[slot.start : slot.stop])
        return flat

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return new, writeable arrays by name, with shapes as in ``model.state_dict()``."""
        self.check()
        return {
            slot.name: slot.read(np.empty(slot.stop - slot.start, self.dtype)).reshape(slot.shape)
            for slot in self._slots
        }

    def write(self, index: ArrayLike, value: ArrayLike) -> None:
        """Write ``value[k]`` into the flat entry ``index[k]`` of the live tensors, in place.

        The Parameter objects and their storages stay the same, and autograd takes no notice; so
        write between steps, not between a forward pass and its backward pass. Nothing is
        validated but the bounds: see :meth:`parse`. Where an index comes twice the last wins.

        Parameters
        ----------
        index : array_like of int, shape (m,)
        value : array_like of float, shape (m,)

        Raises
        ------
        IndexError
            If an index lies outside 0 .. size - 1; nothing is written then.
        ValueError
            If the two are not one-dimensional and of one length.
        """
        index = np.asarray(index, np.int64)
        value = np.asarray(value)
        if index.ndim != 1 or index.shape != value.shape:
            raise ValueError(
                "index and value must be one-dimensional and of one length, "
                f"got shapes {index.shape} and {value.shape}"
            )
        if index.size == 0:
            return
        # Sorted, each parameter's entries are one slice; stable, so that the last one wins.
        order = index.argsort(kind="stable")
        index, value = index[order], value[order]
        if index[0] < 0 or index[-1] >= self.size:
            wrong = index[0] if index[0] < 0 else index[-1]
            raise IndexError(f"index must lie in 0 .. {self.size - 1}, got {wrong}")
        start = 0
        for slot, stop in zip(self._slots, index.searchsorted(self._stops).tolist(), strict=True):
            if stop > start:
                slot.write(index[start:stop] - slot.start, value[start:stop])
                start = stop

    def parse(self, arrays: Mapping[str, ArrayLike], layout: Layout = "torch") -> Assignment:
        """Validate arrays by parameter name and return them as what :meth:`write` takes.

        Parameters
        ----------
        arrays : mapping of str to array_like
            Some or all of the parameters. Tensors and arrays must be of floating dtype, lists may
            hold any real numbers.
        layout : {"torch", "keras"}
            With "keras" the weight of a Linear is given as Keras has it, (in, out).

        Returns
        -------
        index : ndarray of int64, shape (m,)
        value : ndarray of :attr:`dtype`, shape (m,)

        Raises
        ------
        TypeError
            If ``arrays`` is not a mapping, or a value is not of floating dtype.
        ValueError
            For an unknown name, a wrong shape, or a value that is not finite.
        """
        if not isinstance(arrays, Mapping):
            raise TypeError(
                f"weights must be a dict of parameter name to array, got {_kind(arrays)}"
            )
        _check_layout(layout)
        values: dict[int, tuple[str, NDArray[Any]]] = {}
        for name, array in arrays.items():
            slot = self._slot(name)
            value = slot.validated(name, array, layout, self.dtype)
            known = values.setdefault(slot.start, (name, value))
            if known[1] is not value and not np.array_equal(known[1], value):
                raise ValueError(
                    f"{known[0]!r} and {name!r} are one tied parameter: got two different values"
                )
        return self._assignment({start: value for start, (_, value) in values.items()})

    def sequence(self, arrays: Sequence[ArrayLike], layout: Layout = "torch") -> Assignment:
        """Validate a list of all parameters' arrays in order, as Keras' ``get_weights()`` gives.

        Raises
        ------
        TypeError, ValueError
            As :meth:`parse`; also if there are more or fewer arrays than parameters.
        """
        if isinstance(arrays, str | bytes | torch.Tensor | np.ndarray) or not isinstance(
            arrays, Sequence
        ):
            raise TypeError(f"weights must be a dict or a list of arrays, got {_kind(arrays)}")
        _check_layout(layout)
        if len(arrays) != len(self._slots):
            wanted = ", ".join(f"{s.name} {s.given_shape(layout)}" for s in self._slots)
            raise ValueError(
                f"weights must have {len(self._slots)} arrays ({wanted}), got {len(arrays)}"
            )
        pairs = zip(self._slots, arrays, strict=True)
        values = {s.start: s.validated(s.name, a, layout, self.dtype) for s, a in pairs}
        return self._assignment(values)

    def index(self, reference: str) -> NDArray[np.int64]:
        """Return the flat indices that ``reference`` names.

        Parameters
        ----------
        reference : str
            "0.weight" for all of a parameter, "0.weight[0,1]" for one entry of it; fewer
            subscripts than dimensions name a whole slice, "0.weight[0]" the first row.

        Raises
        ------
        ValueError
            For an unknown name, or subscripts that do not fit the shape.
        """
        if not isinstance(reference, str):
            raise TypeError(f"reference must be a str like '0.weight[0,1]', got {_kind(reference)}")
        match = None if reference in self._by_name else self._entry(reference)
        slot = self._slot(match["name"] if match else reference)
        flat = np.arange(slot.start, slot.stop).reshape(slot.shape)
        if match is None:
            return flat.reshape(-1)
        place = slot.subscripts(match["subscript"])
        if place is None:
            raise ValueError(f"{reference!r} does not fit {slot.name!r} of shape {slot.shape}")
        return np.asarray(flat[place]).reshape(-1)

    def reference(self, flat: int) -> str:
        """Return the name of one entry of the flat vector, like "0.weight[0,0]".

        Raises
        ------
        IndexError
            If ``flat`` lies outside 0 .. size - 1.
        """
        if not 0 <= flat < self.size:
            raise IndexError(f"flat index must lie in 0 .. {self.size - 1}, got {flat}")
        slot = self._slots[int(np.searchsorted(self._stops, flat, side="right"))]
        place = np.unravel_index(flat - slot.start, slot.shape)
        return f"{slot.name}[{','.join(str(int(i)) for i in place)}]" if place else slot.name

    def _entry(self, reference: str) -> re.Match[str] | None:
        """Take a reference apart, with and without the space before it."""
        for text in (reference, reference.strip()):
            match = _REFERENCE.fullmatch(text)
            if match and (match["name"] in self._by_name or "[" not in match["name"]):
                break
        else:
            match = None
        return match

    def _slot(self, name: object) -> Slot:
        if isinstance(name, str) and name in self._by_name:
            return self._by_name[name]
        if name in self.buffers:
            raise ValueError(f"{name!r} is a buffer of the model, not a parameter")
        raise ValueError(
            f"the model has no parameter {name!r}. {did_you_mean(str(name), self._by_name)}"
        )

    def _assignment(self, values: Mapping[int, NDArray[Any]]) -> Assignment:
        index = [np.arange(start, start + v.size) for start, v in values.items()]
        value = [v.reshape(-1) for v in values.values()]
        return (
            np.concatenate([np.empty(0, np.int64), *index]),
            np.concatenate([np.empty(0, self.dtype), *value]),
        )


def _aliases(
    model: nn.Module, named: Mapping[str, nn.Parameter], slots: Sequence[Slot]
) -> dict[str, Slot]:
    """Map every name a parameter is known by, tied names too, to its slot."""
    of = {id(parameter): slot for parameter, slot in zip(named.values(), slots, strict=True)}
    return {name: of[id(p)] for name, p in model.named_parameters(remove_duplicate=False)}


def _check_module(model: object) -> None:
    if not isinstance(model, nn.Module):
        hint = "; make an instance of it" if isinstance(model, type) else ""
        raise TypeError(f"model must be a torch.nn.Module, got {_kind(model)}{hint}")
    if isinstance(model, torch.jit.ScriptModule):
        raise TypeError("model must be an nn.Module as it was before torch.jit made it a script")


def _check_layout(layout: object) -> None:
    if layout not in ("torch", "keras"):
        raise ValueError(f"layout must be 'torch' or 'keras', got {layout!r}")


def _kind(value: object) -> str:
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
