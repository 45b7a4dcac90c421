"""One parameter's place: in the module and in the flat vector."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnwidgets.core._arrays import to_array, to_floats

_NUMPY_DTYPES = frozenset({torch.float16, torch.float32, torch.float64})


class Slot:
    """A parameter of ``model`` and the stretch ``start:stop`` of the flat vector it fills.

    On the CPU it is read and written through a numpy view of the tensor's own memory, which is
    ten times cheaper than torch's indexing; the view is made anew when the tensor's storage is
    another one than last time.

    Raises
    ------
    TypeError
        If the parameter is of integer or complex dtype.
    ValueError
        If it is not initialised yet, or holds no data.
    """

    __slots__ = (
        "_attribute",
        "_key",
        "_model",
        "_owner",
        "_path",
        "_view",
        "linear",
        "name",
        "shape",
        "start",
        "stop",
    )

    def __init__(self, model: nn.Module, name: str, start: int) -> None:
        path, _, self._attribute = name.rpartition(".")
        self._model = model
        self._path = path.split(".") if path else []
        module = model.get_submodule(path)
        self._owner = type(module).__name__
        self.name = name
        self.start = start
        self.linear = isinstance(module, nn.Linear) and self._attribute == "weight"
        self.shape = _checked(module._parameters[self._attribute], name)
        self.stop = start + math.prod(self.shape)
        self._key: tuple[object, ...] | None = None
        self._view: NDArray[Any] | None = None

    def given_shape(self, layout: str) -> tuple[int, ...]:
        """Return the shape the parameter has in ``layout``.

        Raises
        ------
        ValueError
            For Keras' layout of a convolution's kernel, which nnwidgets does not translate.
        """
        if layout != "keras":
            return self.shape
        if len(self.shape) > 2:
            raise ValueError(
                f"layout='keras' knows the kernels of Linear layers only; {self.name!r} belongs "
                f"to a {self._owner} and has shape {self.shape}"
            )
        return self.shape[::-1] if self.linear else self.shape

    def subscripts(self, text: str) -> tuple[int, ...] | None:
        """Return "0,1" as (0, 1), or None if that is no place in the parameter's shape."""
        try:
            place = tuple(int(i) for i in text.split(","))
        except ValueError:
            return None
        inside = all(0 <= i < n for i, n in zip(place, self.shape, strict=False))
        return place if inside and len(place) <= len(self.shape) else None

    def validated(
        self, name: str, given: object, layout: str, dtype: np.dtype[Any]
    ) -> NDArray[Any]:
        """Return what a user gave for the parameter ``name`` as an array of the live shape.

        Raises
        ------
        TypeError, ValueError
            As :meth:`Parameters.parse`.
        """
        array = to_array(given, name)
        if array.dtype.kind == "b" or (array.dtype.kind != "f" and hasattr(given, "dtype")):
            raise TypeError(f"{name} must be of floating dtype, got {array.dtype}")
        wanted = self.given_shape(layout)
        if array.shape != wanted:
            hint = ""
            if layout == "torch" and self.linear and array.shape == self.shape[::-1]:
                hint = " (layout='keras' takes kernels as (in, out))"
            raise ValueError(f"{name} must have shape {wanted}, got {array.shape}{hint}")
        array = to_floats(array, dtype, name)
        most = torch.finfo(self.live().dtype).max
        if array.size and np.abs(array).max() > most:
            raise ValueError(f"{name} must be within ±{most:g}, which is all its dtype can hold")
        return array.T if layout == "keras" and self.linear else array

    def live(self) -> nn.Parameter:
        """Return the Parameter as the model has it now.

        It is looked up from the top: any module on the way may have been replaced.

        Raises
        ------
        ValueError
            If it is gone or its shape has changed.
        """
        module: nn.Module | None = self._model
        for name in self._path:
            module = None if module is None else module._modules.get(name)
        parameter = None if module is None else module._parameters.get(self._attribute)
        if parameter is None or parameter.shape != self.shape:
            now = "it is gone" if parameter is None else f"its shape is {tuple(parameter.shape)}"
            raise ValueError(
                f"parameter {self.name!r} had shape {self.shape} when the model was read, "
                f"now {now}: wrap the changed model anew"
            )
        return parameter

    def read(self, out: NDArray[Any]) -> NDArray[Any]:
        """Copy the parameter, row-major, into the flat ``out`` and return that."""
        parameter = self.live()
        view = self._numpy(parameter)
        if view is None:
            tensor = parameter.detach().cpu().to(torch.from_numpy(out).dtype)
            view = tensor.numpy()
        out[:] = view.reshape(-1)
        return out

    def write(self, index: NDArray[np.int64], value: NDArray[Any]) -> None:
        """Write entries of the parameter; ``index`` counts from its own start, ascending."""
        parameter = self.live()
        view = self._numpy(parameter)
        if view is not None:
            view.flat[index] = value
            return
        # .data rather than no_grad(): both paths leave autograd's version counter alone.
        data = parameter.data
        values = torch.from_numpy(np.ascontiguousarray(value)).to(data.device, data.dtype)
        if data.is_contiguous():
            data.view(-1)[torch.from_numpy(index).to(data.device)] = values
        else:
            place = np.unravel_index(index, self.shape)
            data[tuple(torch.from_numpy(i).to(data.device) for i in place)] = values

    def _numpy(self, parameter: nn.Parameter) -> NDArray[Any] | None:
        """Return a numpy view of the parameter's memory, or None where numpy has none."""
        key = (parameter.data_ptr(), parameter.stride(), parameter.dtype, parameter.device.type)
        if key != self._key:
            plain = parameter.device.type == "cpu" and parameter.dtype in _NUMPY_DTYPES
            # The old view held the old memory, so a new tensor cannot have its address.
            self._view = parameter.detach().numpy() if plain else None
            self._key = key
        return self._view


def _checked(parameter: nn.Parameter | None, name: str) -> tuple[int, ...]:
    """Return the shape of a parameter that can be read and written."""
    assert parameter is not None  # named_parameters() leaves the missing ones out
    if nn.parameter.is_lazy(parameter):
        raise ValueError(
            f"parameter {name!r} is not initialised yet: call the model once on some data first"
        )
    if parameter.device.type == "meta":
        raise ValueError(f"parameter {name!r} is on the meta device and holds no data")
    if parameter.is_inference():
        raise ValueError(
            f"parameter {name!r} was made in torch.inference_mode() and cannot be trained: "
            "make the model outside of it"
        )
    if not parameter.dtype.is_floating_point:
        kind = "complex" if parameter.dtype.is_complex else "integer"
        raise TypeError(
            f"parameter {name!r} must be of floating dtype, got {kind} ({parameter.dtype})"
        )
    return tuple(parameter.shape)


def check_all(model: nn.Module, slots: Sequence[Slot]) -> None:
    """Raise ValueError if the model's parameters are more or fewer than the slots, or others."""
    known = {id(slot.live()) for slot in slots}
    new = [name for name, parameter in model.named_parameters() if id(parameter) not in known]
    if new:
        raise ValueError(
            f"the model has parameters that it had not when it was read: {', '.join(new[:5])}; "
            "wrap the changed model anew"
        )
